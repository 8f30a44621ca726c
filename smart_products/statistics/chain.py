"""The close as a chain: the state after one fact day is what the next day starts from.

Owns the statements that carry accounts from day to day, in one DuckDB connection. Days gather in a batch, whose
figures are computed together (batch.py): a night is a batch of one day, a history load has many. Reads the tables
of a data cut (`cut_*`, `nodes`, `tier_limits`, `edges`) and one day's facts. Never touches PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from core.files import path_of, store_parquet
from smart_products.statistics.engine import FIRST_DAY, Value, literal, read_parquet, run
from smart_products.statistics.months import six_months_before

EPOCH = date(1990, 12, 19)
"""Day numbers of dated terms count from the first day of the exchange."""

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
    "flow",
    "status",
)


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
    observed: str | None
    """The nearest earlier file of who was seen on the 180th day ..."""
    observed_on: date
    """... and the day it stands for."""


def begin(connection: duckdb.DuckDBPyConnection) -> None:
    """Start a chain before the first fact day."""
    run(connection, ["start"])


def resume(connection: duckdb.DuckDBPyConnection, folder: Path, standing: Standing, rules: Rules) -> None:
    """Start a chain after a closed day, from the files it left."""
    run(connection, ["start"])
    accounts = read_parquet([path_of(folder, standing.accounts)])
    connection.execute(f"INSERT INTO accounts_before BY NAME SELECT {', '.join(STATE)} FROM {accounts}")
    _load_signings(connection, folder, standing.signings)
    if standing.observed is not None:
        observed = read_parquet([path_of(folder, standing.observed)])
        connection.execute(f"INSERT INTO tenure_180 SELECT * FROM {observed}")
    parameters: dict[str, Value] = {
        "day": standing.day,
        "since": standing.observed_on,
        "known_from": rules.known_from,
    }
    run(connection, ["catch_up"], parameters)
    edges(connection, "edges_before", standing.day)
    marginals = read_parquet([path_of(folder, standing.marginals)])
    connection.execute(
        f"INSERT INTO marginals_before SELECT kind, slice_key, node, assets, retained FROM {marginals} "
        f"WHERE day = DATE '{standing.day}'"
    )


def _load_signings(connection: duckdb.DuckDBPyConnection, folder: Path, signings: Sequence[tuple[str, date]]) -> None:
    if not signings:
        return
    paths = {str(path_of(folder, name)): name for name, _ in signings}
    connection.execute("CREATE OR REPLACE TEMP TABLE counted (filename VARCHAR, fact_day DATE)")
    connection.executemany(
        "INSERT INTO counted VALUES (?, ?)", [[str(path_of(folder, name)), day] for name, day in signings]
    )
    source = read_parquet(map(Path, paths))[:-1] + ", filename = true)"
    connection.execute(
        "INSERT INTO first_signs SELECT s.fact_day, s.client_id, s.node, s.started, s.slice, e.epoch "
        f"FROM {source} AS s SEMI JOIN counted AS c ON c.filename = s.filename AND c.fact_day = s.fact_day "
        "ASOF JOIN (SELECT DISTINCT valid_from AS epoch FROM edges) AS e ON e.epoch <= s.started"
    )


def open_batch(connection: duckdb.DuckDBPyConnection, days: Sequence[Day]) -> None:
    """Start to gather these days; the state as it is now is what the batch starts from."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE batch (day DATE, before DATE, opening BOOLEAN, before_number INTEGER, "
        "window_start DATE, window_before DATE, epoch DATE)"
    )
    since = epoch(connection, days[0].day)
    connection.executemany("INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, ?)", [[*_dated(day), since] for day in days])
    run(connection, ["gathering", "touched"])


def _dated(day: Day) -> list[date | bool | int]:
    before = day.before or FIRST_DAY
    number = (before - EPOCH).days if day.before else 0
    earlier = six_months_before(before) if day.before else FIRST_DAY
    return [day.day, before, day.opening, number, six_months_before(day.day), earlier]


def add_day(connection: duckdb.DuckDBPyConnection, day: Day, rules: Rules, folder: Path) -> str:
    """Carry the accounts to the close of a day of the batch, gather what its figures need, and store its members.

    Returns the name of the members' file.
    """
    parameters: dict[str, Value] = {
        "day": day.day,
        "before": day.before or FIRST_DAY,
        "month_starts": day.month_starts,
        "sources": day.sources,
        "carry_days": rules.carry_days,
        "tiers": "no_tiers",
    }
    connection.execute(f"CREATE OR REPLACE TEMP VIEW facts AS SELECT * FROM {read_parquet(day.facts)}")
    if _any(
        connection,
        f"cut_accounts WHERE arrives > {literal(parameters['before'])} AND arrives <= DATE '{day.day}'",
    ):
        run(connection, ["arrive"], parameters)
    if day.month_starts or _any(
        connection, "(SELECT account_id FROM accounts_before WHERE slice % 8 = 0) JOIN facts USING (account_id)"
    ):
        run(connection, ["tiers"], parameters)
        parameters["tiers"] = "set_tiers"
    run(connection, ("accounts", "gather"), parameters)
    stored = store_parquet(connection, f"SELECT {', '.join(STATE)} FROM accounts_now ORDER BY account_id", folder)
    connection.execute("DROP TABLE accounts_before; ALTER TABLE accounts_now RENAME TO accounts_before")
    return stored


def _any(connection: duckdb.DuckDBPyConnection, rows: str) -> bool:
    return connection.execute(f"SELECT count(*) FROM {rows}").fetchone() != (0,)


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
