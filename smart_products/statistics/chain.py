"""The close as a chain: the state after one fact day is what the next day starts from.

Owns the order of the statements of a close and the tables between them, in one DuckDB connection.
Reads the tables of a data cut (`cut_*`, `nodes`, `tier_limits`, `edges`) and one day's facts. Never
touches PostgreSQL: operations publish what a day leaves here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from core.files import path_of, store_parquet
from smart_products.statistics import columns
from smart_products.statistics.engine import FIRST_DAY, Value, read_parquet, run, sums

MEMBERS = ("arrive", "tiers", "touched", "accounts")
FIGURES = ("heads", "restless", "terms", "levels")
EPOCH = date(1990, 12, 19)
"""Day numbers of dated terms count from the first day of the exchange."""

STATE = ("accounts", "levels", "first_signs", "tenure_180")


@dataclass(frozen=True, slots=True)
class Day:
    """A fact day to close: its own date, the fact day before (None: the opening), and its files of facts."""

    day: date
    before: date | None
    facts: tuple[Path, ...]
    sources: int
    """Bits of the sources that delivered this day."""

    @property
    def opening(self) -> bool:
        return self.before is None

    @property
    def month_starts(self) -> bool:
        """True on the first fact day of a month that has a day before."""
        return self.before is not None and (self.before.year, self.before.month) != (self.day.year, self.day.month)


@dataclass(frozen=True, slots=True)
class Rules:
    """Settings that a close depends on."""

    carry_days: int
    known_from: date


def begin(connection: duckdb.DuckDBPyConnection) -> None:
    """Start a chain before the first fact day."""
    run(connection, ["start"])


def resume(
    connection: duckdb.DuckDBPyConnection, folder: Path, files: Mapping[str, str], signings: Sequence[str], day: date
) -> None:
    """Start a chain after the closed `day`, from the files it left and the first signings of all days up to it."""
    run(connection, ["start"])
    for name, table in (("accounts", "accounts_before"), ("levels", "levels_before"), ("tenure_180", "tenure_180")):
        source = read_parquet([path_of(folder, files[name])])
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM {source}")
    if signings:
        paths = [path_of(folder, name) for name in signings]
        connection.execute(f"INSERT INTO first_signs SELECT *, FALSE FROM {read_parquet(paths)}")
        run(connection, ["resume_first_signs"], {"day": day})
    _edges(connection, "edges_before", day)
    _spread(connection, "levels_before", "marginals_before", "edges_before", ("assets", "retained"))


def close_day(connection: duckdb.DuckDBPyConnection, day: Day, rules: Rules) -> None:
    """Compute members, figures and cells of a day; the tables `*_now` hold them afterwards."""
    parameters: dict[str, Value] = {
        "day": day.day,
        "before": day.before or FIRST_DAY,
        "opening": day.opening,
        "month_starts": day.month_starts,
        "sources": day.sources,
        "carry_days": rules.carry_days,
        "known_from": rules.known_from,
    }
    connection.execute(f"CREATE OR REPLACE TEMP VIEW facts AS SELECT * FROM {read_parquet(day.facts)}")
    run(connection, (*MEMBERS, *FIGURES, "first_signs"), parameters)
    spread(connection, parameters, day)


def spread(connection: duckdb.DuckDBPyConnection, parameters: dict[str, Value], day: Day) -> None:
    """Sum levels, terms and first-sign retention to the published grains."""
    _edges(connection, "edges_now", day.day)
    for table, target, names in (
        ("levels_now", "levels_spread", columns.LEVELS),
        ("terms", "terms_spread", columns.STORED_TERMS),
        ("tenure", "tenure_spread", columns.TENURE),
    ):
        _spread(connection, table, target, "edges_now", names)
    terms = "terms_spread" if day.opening else _reroute(connection)
    explained = " + ".join(f"t.{name}" for name in (*columns.ENTERED, "flow", "moved"))
    explained += "".join(f" - t.{name}" for name in columns.LEFT)
    run(
        connection,
        ["marginals"],
        parameters
        | {
            "terms": terms,
            "before_number": (day.before - EPOCH).days if day.before else 0,
            "level_columns": _coalesced("l", columns.LEVELS),
            "term_columns": _coalesced("t", [*columns.CARRIED, *columns.MONEY_TERMS, "first_time", "reactivated", "moved_clients"]),
            "tenure_columns": _coalesced("f", columns.TENURE),
            "explained": explained,
        },
    )


def _edges(connection: duckdb.DuckDBPyConnection, target: str, day: date) -> None:
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {target} AS SELECT outlet, ancestor FROM edges "
        f"WHERE valid_from <= DATE '{day}' AND valid_to > DATE '{day}'"
    )


def _spread(connection: duckdb.DuckDBPyConnection, table: str, target: str, edges: str, names: Sequence[str]) -> None:
    parameters = {"table": table, "target": target, "edges": edges, "sums": sums(names), "columns": ", ".join(names)}
    run(connection, ["spread"], parameters)


def _coalesced(table: str, names: Sequence[str]) -> str:
    return ", ".join(f"coalesce({table}.{name}, 0) AS {name}" for name in names)


def _reroute(connection: duckdb.DuckDBPyConnection) -> str:
    """Account for outlets that changed their place in the tree since the day before; return the table of terms."""
    changed = connection.execute(
        "SELECT count(*) FROM ((FROM edges_now EXCEPT FROM edges_before) UNION ALL (FROM edges_before EXCEPT FROM edges_now))"
    ).fetchone()
    if changed == (0,):
        return "terms_spread"
    run(
        connection,
        ["reroute"],
        {
            "left_columns": ", ".join(columns.LEFT),
            "left_signed": ", ".join(f"-e.direction * coalesce(t.{name}, 0)" for name in columns.LEFT),
            "left_total": " + ".join(columns.LEFT),
            "left_sums": ", ".join(f"sum({name}) AS {name}" for name in columns.LEFT),
        },
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE terms_rerouted AS SELECT kind, slice_key, node, {sums(columns.STORED_TERMS)} "
        "FROM terms_spread GROUP BY kind, slice_key, node"
    )
    return "terms_rerouted"


def store_day(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, str]:
    """Write the files of the day just closed and return their names by kind."""
    accounts = (
        "SELECT account_id, client_id, source, mask, slice, signed, value, flow, status FROM accounts_now "
        "ORDER BY account_id"
    )
    marginals = ", ".join(columns.PUBLISHED)
    return {
        "accounts": store_parquet(connection, accounts, folder),
        "levels": store_parquet(connection, "SELECT * FROM levels_now ORDER BY node, slice", folder),
        "terms": store_parquet(connection, "SELECT * FROM terms ORDER BY node, slice", folder),
        "signings": store_parquet(
            connection,
            "SELECT client_id, node, started, slice FROM first_signs_today ORDER BY client_id, node",
            folder,
        ),
        "tenure_180": store_parquet(
            connection,
            "SELECT node, slice, sum(observable)::BIGINT AS observable, sum(retained)::BIGINT AS retained "
            "FROM tenure_180 GROUP BY node, slice ORDER BY node, slice",
            folder,
        ),
        "tenure": store_parquet(connection, "SELECT * FROM tenure ORDER BY node, slice", folder),
        "marginals": store_parquet(
            connection,
            f"SELECT kind, slice_key, node, {marginals}, growth_log FROM marginals_now ORDER BY kind, slice_key, node",
            folder,
        ),
    }


def advance(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the day just closed the day before."""
    for name in ("accounts", "levels", "marginals", "edges"):
        connection.execute(f"DROP TABLE {name}_before; ALTER TABLE {name}_now RENAME TO {name}_before")
