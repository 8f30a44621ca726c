"""The close as a chain: the state after one fact day is what the next day starts from.

Owns the statements that carry accounts from day to day, in one DuckDB connection. Days gather in a batch, whose
figures are computed together (batch.py): a night is a batch of one day, a history load has many. Reads the tables
of a data cut (`cut_*`, `nodes`, `tier_limits`, `edges`) and one day's facts. Never touches PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from core.files import path_of, store_parquet
from smart_products.statistics.engine import FIRST_DAY, Value, literal, read_parquet, run
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

BLOCK_ROWS = 2_000_000
"""Accounts times days that are carried in one go; bounds the memory of a history load."""


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


@dataclass(frozen=True, slots=True)
class BlockFiles:
    """What a block leaves: the name of its file of members, and for each day a mark of the state it left."""

    members: str
    marks: dict[date, str]


def begin(connection: duckdb.DuckDBPyConnection) -> None:
    """Start a chain before the first fact day."""
    run(connection, ["start"])


def resume(connection: duckdb.DuckDBPyConnection, folder: Path, standing: Standing, rules: Rules) -> None:
    """Start a chain after a closed day, from the files it left."""
    run(connection, ["start"])
    accounts = read_parquet([path_of(folder, standing.accounts)])
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE accounts_before AS SELECT {', '.join(STATE)} FROM {accounts} "
        f"WHERE day = {literal(standing.day)}"
    )
    # Older signings can not change a figure again: they have left the six months and passed their 180th day.
    _show_signings(connection, folder, standing, rules.known_from)
    edges(connection, "edges_before", standing.day)
    keep_levels(connection, read_parquet([path_of(folder, standing.marginals)]), standing.day)


def keep_levels(connection: duckdb.DuckDBPyConnection, marginals: str, day: date) -> None:
    """Make the levels of a closed day what the next batch starts from."""
    number = (day - EPOCH).days
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE marginals_before AS SELECT kind, slice_key, node, assets, accounts, funded, "
        f"retained, on_books, first_clients, first_retained, first_clients * {number} - first_days AS first_started, "
        f"observable_180 AS observable, retained_180 FROM {marginals} WHERE day = {literal(day)}"
    )


def _show_signings(connection: duckdb.DuckDBPyConnection, folder: Path, standing: Standing, known_from: date) -> None:
    """Make a view of the stored first signings that are young enough to change a figure again."""
    since = six_months_before(standing.day)
    recent = [(str(path_of(folder, name)), day) for name, day in standing.signings if day > since]
    if not recent:
        return
    connection.executemany("INSERT INTO counted VALUES (?, ?)", recent)
    source = read_parquet(sorted({Path(path) for path, _ in recent}))[:-1] + ", filename = true)"
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW stored_signs AS SELECT * FROM {source} "
        f"WHERE started > {literal(since)} AND started >= {literal(known_from)}"
    )


def open_batch(connection: duckdb.DuckDBPyConnection, days: Sequence[Day]) -> None:
    """Start to gather these days; the state as it is now is what the batch starts from."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE batch (idx BIGINT, day DATE, before DATE, opening BOOLEAN, "
        "before_number INTEGER, window_start DATE, window_before DATE)"
    )
    dated = [_dated(day) for day in days]
    rows = ", ".join(f"({number}, {', '.join(literal(part) for part in row)})" for number, row in enumerate(dated, 1))
    connection.execute(f"INSERT INTO batch VALUES {rows}")
    connection.execute("CREATE OR REPLACE TEMP TABLE batch_sources (idx BIGINT, source SMALLINT)")
    sources = ", ".join(f"({number}, {source})" for number, day in enumerate(days, 1) for source in sorted(day.sources))
    if sources:  # none where all accounts of the day's sources have lost their clients
        connection.execute(f"INSERT INTO batch_sources VALUES {sources}")
    run(connection, ["gathering", "touched"])
    first, last = dated[0], dated[-1]
    parameters: dict[str, Value] = {
        "before": first[1],
        "window_before": first[5],
        "window_start": last[4],
        "seen_after": (days[0].before or FIRST_DAY + OBSERVED) - OBSERVED,
        "seen_until": days[-1].day - OBSERVED,
    }
    run(connection, ["recent_signs"], parameters)
    edges(connection, "edges_now", days[0].day)
    if not days[0].opening and structure_changed(connection):
        run(connection, ["counts_start"])


def _dated(day: Day) -> tuple[date, date, bool, int, date, date]:
    before = day.before or FIRST_DAY
    number = (before - EPOCH).days if day.before else 0
    earlier = six_months_before(before) if day.before else FIRST_DAY
    return day.day, before, day.opening, number, six_months_before(day.day), earlier


def blocks(connection: duckdb.DuckDBPyConnection, days: Sequence[Day]) -> list[tuple[int, int]]:
    """Cut a batch into blocks to be carried in one go: first and last place of each, counted from 1.

    A block lies in one month, since tiers are set where a month starts, and has a bounded number of rows.
    """
    found = connection.execute(
        "SELECT (SELECT count(*) FROM accounts_before) + (SELECT count(*) FROM batch_arrivals)"
    ).fetchone()
    longest = max(1, BLOCK_ROWS // max(1, found[0] if found else 1))
    parts: list[tuple[int, int]] = []
    for number, day in enumerate(days, 1):
        first = parts[-1][0] if parts else 0
        if parts and not day.month_starts and number - first < longest:
            parts[-1] = (first, number)
        else:
            parts.append((number, number))
    return parts


def add_block(
    connection: duckdb.DuckDBPyConnection, days: Sequence[Day], block: tuple[int, int], rules: Rules, folder: Path
) -> BlockFiles:
    """Carry the accounts over the days of a block, gather what their figures need, and store their members."""
    first, last = block
    inside = dict(enumerate(days[first - 1 : last], first))
    parameters: dict[str, Value] = {
        "first": first,
        "last": last,
        "month_starts": inside[first].month_starts,
        "carry_days": rules.carry_days,
        "throughout": "facts"
        if first == last
        else f"(SELECT account_id FROM facts GROUP BY account_id HAVING count(*) > {last - first})",
    }
    facts = " UNION ALL ".join(
        f"SELECT account_id, value, net_flow, {number} AS idx FROM {read_parquet(day.facts)}"
        for number, day in inside.items()
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE facts AS {facts}")
    carried = ["block_carried"] if last > first else []
    run(connection, ["block_start", "block_spans", *carried, "block_grid", "block_gather"], parameters)
    return _close_block(connection, folder, last, one_day=first == last)


def _close_block(connection: duckdb.DuckDBPyConnection, folder: Path, last: int, *, one_day: bool) -> BlockFiles:
    shown = ", ".join(f"g.{name}" for name in STATE)
    stored = store_parquet(
        connection,
        f"SELECT d.day, {shown} FROM grid AS g JOIN block AS d ON d.idx = g.idx ORDER BY g.idx, g.account_id",
        folder,
    )
    marks = connection.execute(
        f"SELECT d.day, g.mark FROM (SELECT idx, sum(hash({', '.join(STATE)})) AS mark FROM grid GROUP BY idx) AS g "
        "JOIN block AS d ON d.idx = g.idx"
    ).fetchall()
    connection.execute("DROP VIEW grid_before; DROP TABLE accounts_before")
    if one_day:
        connection.execute("ALTER TABLE grid RENAME TO accounts_before")
    else:
        connection.execute(f"CREATE TEMP TABLE accounts_before AS SELECT * FROM grid WHERE idx = {last}")
        connection.execute("DROP TABLE grid")
    return BlockFiles(stored, {day: str(mark) for day, mark in marks})


def _any(connection: duckdb.DuckDBPyConnection, rows: str) -> bool:
    return connection.execute(f"SELECT count(*) FROM {rows}").fetchone() != (0,)


def structure_changed(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether a unit stands elsewhere in the tree than on the day before the batch."""
    return _any(
        connection,
        "((FROM edges_now EXCEPT FROM edges_before) UNION ALL (FROM edges_before EXCEPT FROM edges_now))",
    )


def edges(connection: duckdb.DuckDBPyConnection, target: str, day: date) -> None:
    """Make a table of the structure of a day: each unit with itself and all above it."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {target} AS SELECT outlet, ancestor FROM edges "
        f"WHERE valid_from <= DATE '{day}' AND valid_to > DATE '{day}'"
    )


def epoch(connection: duckdb.DuckDBPyConnection, day: date) -> date:
    """Return the first day of the structure of units that holds on a day."""
    found = connection.execute("SELECT max(valid_from) FROM edges WHERE valid_from <= ?", [day]).fetchone()
    first: date | None = found[0] if found else None
    return first or FIRST_DAY
