"""The figures of the days gathered: terms, levels and first-sign retention, at the grains that are published.

Owns the statements over a batch and the files it leaves: one of each kind for the whole batch, with the day as a
column. All days of a batch share one structure of units; only its first day may differ from the day before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from core.files import store_parquet
from smart_products.statistics import columns
from smart_products.statistics.chain import Day, Rules, edges, epoch
from smart_products.statistics.engine import FIRST_DAY, Value, run, sums
from smart_products.statistics.months import six_months_before


@dataclass(frozen=True, slots=True)
class BatchFiles:
    """What a batch leaves: names of files by kind, and for each day a mark of its first signings and retention."""

    files: dict[str, str]
    observed: str
    """The file of who was seen on the 180th day, as of the batch's last day."""
    marks: dict[date, str]


def finish(connection: duckdb.DuckDBPyConnection, days: Sequence[Day], rules: Rules, folder: Path) -> BatchFiles:
    """Compute and store the figures of the days gathered, and make its last day the day before."""
    first, last = days[0], days[-1]
    parameters: dict[str, Value] = {
        "first_day": first.day,
        "window_before": six_months_before(first.before) if first.before else FIRST_DAY,
        "known_from": rules.known_from,
        "epoch": epoch(connection, first.day),
        "sums": sums(columns.STORED_TERMS),
        "any_of": " OR ".join(f"sum({name}) <> 0" for name in columns.STORED_TERMS),
    }
    edges(connection, "edges_now", first.day)
    run(connection, ("terms", "first_signs", "tenure", "assets", "steps"), parameters)
    _spread(connection, "terms", "terms_spread", columns.STORED_TERMS)
    summed = _reroute(connection, first)
    run(connection, ["spread_steps"], {"sums": sums(columns.STEPS), "columns": ", ".join(columns.STEPS)})
    running = ", ".join(f"CAST(sum(coalesce(s.{name}, 0)) OVER w AS BIGINT) AS {name}" for name in columns.STEPS)
    run(connection, ["running"], {"running": running})
    _marginals(connection, first, summed)
    files = _store(connection, folder)
    observed = _observe(connection, folder)
    marks = _marks(connection, days)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE marginals_before AS SELECT kind, slice_key, node, assets, retained "
        f"FROM marginals_now WHERE day = DATE '{last.day}'; "
        "DROP TABLE edges_before; ALTER TABLE edges_now RENAME TO edges_before"
    )
    return BatchFiles(files, observed, marks)


def _spread(connection: duckdb.DuckDBPyConnection, table: str, target: str, names: Sequence[str]) -> None:
    run(
        connection,
        ["spread"],
        {"table": table, "target": target, "sums": sums(names), "columns": ", ".join(names)},
    )


def _reroute(connection: duckdb.DuckDBPyConnection, first: Day) -> str:
    """Account for outlets that changed their place in the tree on the first day; return the table of terms."""
    changed = connection.execute(
        "SELECT count(*) FROM ((FROM edges_now EXCEPT FROM edges_before) "
        "UNION ALL (FROM edges_before EXCEPT FROM edges_now))"
    ).fetchone()
    if first.opening or changed == (0,):
        return "terms_spread"
    run(
        connection,
        ["reroute"],
        {
            "day": first.day,
            "left_columns": ", ".join(columns.LEFT),
            "left_signed": ", ".join(f"-e.direction * coalesce(t.{name}, 0)" for name in columns.LEFT),
            "left_total": " + ".join(columns.LEFT),
            "left_sums": ", ".join(f"sum({name}) AS {name}" for name in columns.LEFT),
        },
    )
    filled = ", ".join(f"coalesce({name}, 0) AS {name}" for name in columns.STORED_TERMS)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE terms_rerouted AS SELECT day, kind, slice_key, node, "
        f"{sums(columns.STORED_TERMS)} FROM (SELECT day, kind, slice_key, node, {filled} FROM terms_spread) "
        "GROUP BY day, kind, slice_key, node"
    )
    return "terms_rerouted"


def _marginals(connection: duckdb.DuckDBPyConnection, first: Day, summed: str) -> None:
    before = first.before or FIRST_DAY
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE assets_earlier AS SELECT day, kind, slice_key, node, assets FROM assets_spread "
        f"UNION ALL SELECT DATE '{before.isoformat().zfill(10)}', kind, slice_key, node, assets FROM marginals_before "
        "WHERE assets <> 0 OR retained <> 0"
    )
    shown = (*columns.CARRIED, *columns.MONEY_TERMS, "first_time", "reactivated", "moved_clients")
    explained = " + ".join(f"t.{name}" for name in (*columns.ENTERED, "flow", "moved"))
    explained += "".join(f" - t.{name}" for name in columns.LEFT)
    run(
        connection,
        ["marginals"],
        {
            "terms": summed,
            "term_columns": ", ".join(f"coalesce(t.{name}, 0) AS {name}" for name in shown),
            "explained": explained,
        },
    )


def _store(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, str]:
    shown = ", ".join(columns.PUBLISHED)
    selects = {
        "cube": "SELECT * FROM day_cube ORDER BY day, mask, slice",
        "terms": "SELECT * FROM terms ORDER BY day, node, slice",
        "signings": "SELECT * FROM batch_signs ORDER BY fact_day, client_id, node",
        "marginals": f"SELECT day, kind, slice_key, node, {shown}, growth_log FROM marginals_now "
        "ORDER BY day, kind, slice_key, node",
    }
    return {kind: store_parquet(connection, select, folder) for kind, select in selects.items()}


def _observe(connection: duckdb.DuckDBPyConnection, folder: Path) -> str:
    """Add who was seen on the 180th day in this batch, and store the sums as of its last day."""
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE tenure_180 AS
        SELECT node, slice, epoch, CAST(sum(observable) AS BIGINT) AS observable,
          CAST(sum(retained) AS BIGINT) AS retained
        FROM (FROM tenure_180 UNION ALL SELECT node, slice, epoch, observable, retained_180 FROM tenure_steps
              WHERE observable > 0)
        GROUP BY node, slice, epoch"""
    )
    return store_parquet(connection, "SELECT * FROM tenure_180 ORDER BY node, slice, epoch", folder)


def _marks(connection: duckdb.DuckDBPyConnection, days: Sequence[Day]) -> dict[date, str]:
    """Return for each day a mark of its first signings and steps, so that a later day sees when they change."""
    found = connection.execute(
        """SELECT day, sum(mark) FROM (
          SELECT fact_day AS day, CAST(hash(client_id, node, started, slice) AS HUGEINT) AS mark FROM batch_signs
          UNION ALL SELECT day, CAST(hash(node, slice, observable, retained_180) AS HUGEINT) FROM tenure_steps
          WHERE observable > 0
        ) GROUP BY day"""
    ).fetchall()
    marks = {day: str(mark) for day, mark in found}
    return {day.day: marks.get(day.day, "") for day in days}
