"""The figures of the days gathered: terms, levels and first-sign retention, at the grains that are published.

Owns the statements over a batch and the files it leaves: one of each kind for the whole batch, with the day as a
column. All days of a batch share one structure of units; only its first day may differ from the day before. Reads what
a chain gathered (chain.py), from another connection if that one is to go on meanwhile; levels and first signings go on
from batch to batch here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from core.files import path_of, store_parquet
from smart_products.statistics import columns
from smart_products.statistics.chain import (
    EPOCH,
    OBSERVED,
    Day,
    Rules,
    Standing,
    dated,
    enter,
    epoch,
    leave,
    structure_changed,
)
from smart_products.statistics.engine import FIRST_DAY, Value, literal, read_days, read_parquet, run, sums
from smart_products.statistics.months import six_months_before


@dataclass(frozen=True, slots=True)
class BatchFiles:
    """What a batch leaves: names of files by kind, and for each day a mark of its first signings and retention."""

    files: dict[str, str]
    marks: dict[date, str]


def begin(connection: duckdb.DuckDBPyConnection) -> None:
    """Start the figures before the first fact day."""
    run(connection, ["figures_start"])


def resume(connection: duckdb.DuckDBPyConnection, folder: Path, standing: Standing, rules: Rules) -> None:
    """Start the figures after a closed day, from its cells and the first signings up to it."""
    run(connection, ["figures_start"])
    _keep_levels(connection, read_parquet([path_of(folder, standing.marginals)]), standing.day)
    # Older signings can not change a figure again: they have left the six months and passed their 180th day.
    since = six_months_before(standing.day)
    recent = {day: path_of(folder, name) for name, day in standing.signings if day > since}
    if recent:
        stored = read_days(connection, recent, column="fact_day", counted="stored_days")
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW stored_signs AS SELECT * FROM {stored} "
            f"WHERE started > {literal(since)} AND started >= {literal(rules.known_from)}"
        )


def _keep_levels(connection: duckdb.DuckDBPyConnection, marginals: str, day: date) -> None:
    """Make the levels of a closed day what the next batch starts from."""
    number = (day - EPOCH).days
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE marginals_before AS SELECT kind, slice_key, node, assets, accounts, funded, "
        f"retained, on_books, first_clients, first_retained, first_clients * {number} - first_days AS first_started, "
        f"observable_180 AS observable, retained_180 FROM {marginals} WHERE day = {literal(day)}"
    )


def finish(connection: duckdb.DuckDBPyConnection, days: Sequence[Day], rules: Rules, folder: Path) -> BatchFiles:
    """Compute and store the figures of the days gathered, and make its last day the day before."""
    enter(connection, days)
    first, last = days[0], days[-1]
    parameters: dict[str, Value] = {
        **_windows(days),
        "known_from": rules.known_from,
        "epoch": epoch(connection, first.day),
        "sums": sums(columns.STORED_TERMS),
        "any_of": " OR ".join(f"sum({name}) <> 0" for name in columns.STORED_TERMS),
    }
    changed = not first.opening and structure_changed(connection)
    run(connection, ("recent_signs", "terms", "first_signs", "tenure", "assets", "steps"), parameters)
    _spread(connection, "terms", "terms_spread", columns.STORED_TERMS)
    summed = _reroute(connection, first) if changed else "terms_spread"
    _levels_start(connection, changed=changed)
    run(
        connection,
        ["spread_steps"],
        {"sums": sums(columns.STEPS), "columns": ", ".join(columns.STEPS), "first_day": first.day},
    )
    running = ", ".join(f"CAST(sum(s.{name}) OVER w AS BIGINT) AS {name}" for name in columns.STEPS)
    run(connection, ["running"], {"running": running, "columns": ", ".join(columns.STEPS)})
    _marginals(connection, first, summed)
    files = _store(connection, folder)
    marks = _marks(connection, days)
    _keep_levels(connection, "marginals_now", last.day)
    leave(connection, days)
    return BatchFiles(files, marks)


def _windows(days: Sequence[Day]) -> dict[str, Value]:
    """Return the days between which a first signing can change a figure of the batch."""
    first, last = dated(days[0]), dated(days[-1])
    return {
        "before": first[1],
        "window_before": first[5],
        "window_start": last[4],
        "seen_after": (days[0].before or FIRST_DAY + OBSERVED) - OBSERVED,
        "seen_until": days[-1].day - OBSERVED,
    }


def _levels_start(connection: duckdb.DuckDBPyConnection, *, changed: bool) -> None:
    """Make the levels that the batch starts from: those of the day before, counts of units anew where they moved."""
    counts = ("accounts", "funded", "retained", "on_books")
    tenure = columns.STEPS[len(counts) :]
    kept = [f"CASE WHEN kind = 1 THEN 0 ELSE {name} END AS {name}" if changed else name for name in counts]
    anew = (
        f"UNION ALL SELECT 1, e.ancestor, c.node, {sums(counts)}, "
        f"{', '.join(['0'] * len(tenure))} FROM counts_start AS c "
        "JOIN edges_now AS e ON e.outlet = c.slice // 32768 GROUP BY e.ancestor, c.node"
    )
    some = " OR ".join(f"{name} <> 0" for name in columns.STEPS)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE levels_start AS SELECT * FROM ("
        f"SELECT kind, slice_key, node, {', '.join((*kept, *tenure))} FROM marginals_before "
        f"{anew if changed else ''}) WHERE {some}"
    )


def _spread(connection: duckdb.DuckDBPyConnection, table: str, target: str, names: Sequence[str]) -> None:
    run(
        connection,
        ["spread"],
        {"table": table, "target": target, "sums": sums(names), "columns": ", ".join(names)},
    )


def _reroute(connection: duckdb.DuckDBPyConnection, first: Day) -> str:
    """Account for outlets that changed their place in the tree on the first day; return the table of terms."""
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
            "any_of": " OR ".join(
                f"{name} <> 0" for name in (*columns.PUBLISHED, "assets_before") if name not in columns.LINKED
            ),
        },
    )


def _store(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, str]:
    shown = ", ".join(columns.PUBLISHED)
    selects = {
        "cube": "SELECT * FROM day_cube ORDER BY day, mask, slice",
        "terms": "SELECT * FROM terms ORDER BY day, node, slice",
        "signings": "SELECT * FROM (FROM batch_signs UNION ALL FROM batch_regrades) ORDER BY fact_day, client_id, node",
        "marginals": f"SELECT day, kind, slice_key, node, {shown}, growth_log FROM marginals_now "
        "ORDER BY day, kind, slice_key, node",
    }
    return {kind: store_parquet(connection, select, folder) for kind, select in selects.items()}


def _marks(connection: duckdb.DuckDBPyConnection, days: Sequence[Day]) -> dict[date, str]:
    """Return for each day a mark of its first signings and steps, so that a later day sees when they change."""
    found = connection.execute(
        """SELECT day, sum(mark) FROM (
          SELECT fact_day AS day, CAST(hash(client_id, node, started, slice) AS HUGEINT) AS mark
          FROM (FROM batch_signs UNION ALL FROM batch_regrades)
          UNION ALL SELECT day, CAST(hash(node, slice, observable, retained_180) AS HUGEINT) FROM tenure_steps
          WHERE observable <> 0
        ) GROUP BY day"""
    ).fetchall()
    marks = {day: str(mark) for day, mark in found}
    return {day.day: marks.get(day.day, "") for day in days}
