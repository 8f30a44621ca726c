"""The close as a chain: the state after one fact day is what the next day starts from.

Owns where a chain starts, or goes on from the file of a closed day, in one DuckDB connection, and what a batch of
days finds there. Its days are carried by blocks (block.py) and their figures computed together (batch.py): a night is a
batch of one day, a history load has many. Reads the tables of a data cut (`cut_*`, `nodes`, `tier_limits`, `edges`).
Never touches PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from core.files import path_of
from smart_products.statistics.engine import FIRST_DAY, literal, read_parquet, run
from smart_products.statistics.months import six_months_before

EPOCH = date(1990, 12, 19)
"""Day numbers of dated terms count from the first day of the exchange."""

OBSERVED = timedelta(days=180)
"""After so many days it is seen who stayed."""

STATE = (
    "account_id",
    "client_id",
    "source",
    "mask",
    "client_mask",
    "ever",
    "slice",
    "signed",
    "is_head",
    "has_open",
    "value",
    "status",
)


@dataclass(frozen=True, slots=True)
class Day:
    """A fact day to close: its own date, the fact day before (None: the opening), and its files of facts."""

    day: date
    before: date | None
    facts: tuple[Path, ...]
    sources: frozenset[int]
    """Numbers of the sources that delivered this day."""

    @property
    def opening(self) -> bool:
        return self.before is None

    @property
    def month_starts(self) -> bool:
        """True on the first fact day of a month that has a day before."""
        return self.before is not None and (self.before.year, self.before.month) != (
            self.day.year,
            self.day.month,
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """Settings that a close depends on."""

    carry_days: int
    known_from: date


@dataclass(frozen=True, slots=True)
class Standing:
    """A closed day to go on from: its file of accounts, its marginals, and the first signings up to it."""

    day: date
    accounts: str
    marginals: str
    signings: Sequence[tuple[str, date]]
    """Files with the days that count in each."""


def begin(connection: duckdb.DuckDBPyConnection) -> None:
    """Start a chain before the first fact day."""
    run(connection, ["start"])


def resume(connection: duckdb.DuckDBPyConnection, folder: Path, standing: Standing) -> None:
    """Start a chain after a closed day, from the file of accounts it left."""
    accounts = read_parquet([path_of(folder, standing.accounts)])
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE accounts_before AS SELECT {', '.join(STATE)} FROM {accounts} "
        f"WHERE day = {literal(standing.day)}"
    )


def enter(connection: duckdb.DuckDBPyConnection, days: Sequence[Day]) -> None:
    """Let the connection see what these days gather, beside the tables of the cut."""
    connection.execute(f"SET search_path = '{_schema(days)},main'")


def leave(connection: duckdb.DuckDBPyConnection, days: Sequence[Day]) -> None:
    """Drop what these days gathered."""
    connection.execute(f"DROP SCHEMA {_schema(days)} CASCADE; SET search_path = 'main'")


def _schema(days: Sequence[Day]) -> str:
    return f"batch_{days[0].day:%Y%m%d}"


def open_batch(connection: duckdb.DuckDBPyConnection, days: Sequence[Day]) -> None:
    """Start to gather these days; the state as it is now is what the batch starts from.

    What is gathered lies in a schema of the batch, where another connection finds it (batch.py).
    """
    connection.execute(f"CREATE SCHEMA {_schema(days)}")
    enter(connection, days)
    connection.execute(
        "CREATE TABLE batch (idx BIGINT, day DATE, before DATE, opening BOOLEAN, "
        "before_number INTEGER, window_start DATE, window_before DATE)"
    )
    rows = ", ".join(
        f"({number}, {', '.join(literal(part) for part in dated(day))})" for number, day in enumerate(days, 1)
    )
    connection.execute(f"INSERT INTO batch VALUES {rows}")
    connection.execute("CREATE OR REPLACE TEMP TABLE batch_sources (idx BIGINT, source SMALLINT)")
    sources = ", ".join(f"({number}, {source})" for number, day in enumerate(days, 1) for source in sorted(day.sources))
    if sources:  # none where all accounts of the day's sources have lost their clients
        connection.execute(f"INSERT INTO batch_sources VALUES {sources}")
    run(connection, ["gathering", "touched"])
    _edges(connection, "edges_before", days[0].before or FIRST_DAY)
    _edges(connection, "edges_now", days[0].day)
    if not days[0].opening and structure_changed(connection):
        run(connection, ["counts_start"])


def dated(day: Day) -> tuple[date, date, bool, int, date, date]:
    """Return a row of the table `batch`: day, before, opening, number of the day before, and its two six months."""
    before = day.before or FIRST_DAY
    number = (before - EPOCH).days if day.before else 0
    earlier = six_months_before(before) if day.before else FIRST_DAY
    return day.day, before, day.opening, number, six_months_before(day.day), earlier


def _any(connection: duckdb.DuckDBPyConnection, rows: str) -> bool:
    return connection.execute(f"SELECT count(*) FROM {rows}").fetchone() != (0,)


def structure_changed(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether a unit stands elsewhere in the tree than on the day before the batch."""
    return _any(
        connection,
        "((FROM edges_now EXCEPT FROM edges_before) UNION ALL (FROM edges_before EXCEPT FROM edges_now))",
    )


def _edges(connection: duckdb.DuckDBPyConnection, target: str, day: date) -> None:
    """Make a table of the structure of a day: each unit with itself and all above it."""
    connection.execute(
        f"CREATE TABLE {target} AS SELECT outlet, ancestor FROM edges "
        f"WHERE valid_from <= DATE '{day}' AND valid_to > DATE '{day}'"
    )


def epoch(connection: duckdb.DuckDBPyConnection, day: date) -> date:
    """Return the first day of the structure of units that holds on a day."""
    found = connection.execute("SELECT max(valid_from) FROM edges WHERE valid_from <= ?", [day]).fetchone()
    first: date | None = found[0] if found else None
    return first or FIRST_DAY
