"""Retention counted: from what is known of subscriptions to whole counts by slice and node, in DuckDB.

Owns the statements in sql/retention_*.sql and the reading of their counts. Which clients count in which slice is the
table `scoped`, which its callers fill. Needs no facts. Never touches PostgreSQL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import duckdb

from core.columnar import DAY, WHOLE, table_from_rows
from smart_products.statistics.engine import FIRST_DAY, LAST_DAY, run
from smart_products.statistics.retention import N_DAYS, Basis
from smart_products.statistics.survival import Spells

Place = tuple[int, int, int]
"""Kind of slice, its key, and the node."""


NO_TIERS = "(SELECT 0 AS client_id, 0 AS node, 1 AS tier WHERE FALSE)"


@dataclass(frozen=True, slots=True)
class Asked:
    """What retention is counted for."""

    as_of: date
    basis: Basis
    known_from: date
    """Starts before this day are left out: who had ended by then is not known."""
    gap: int
    first: tuple[date, date]
    """First and last day of the period of first-sign retention."""
    n_day: tuple[date, date] = (FIRST_DAY, LAST_DAY)
    """First and last day of first signings that N-day retention counts."""


@dataclass(slots=True)
class Counts:
    """Whole counts of one node in one slice; cohorts and month ends by their places in the list of month ends."""

    first_clients: int = 0
    first_retained: int = 0
    first_days: int = 0
    n_day: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    """Observable, retained and retained then or later, by number of days."""
    cohorts: dict[int, int] = field(default_factory=dict)
    steps: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    """By cohort: how many more (or fewer) are retained at a month end than at the one before."""
    lengths: list[Spells] = field(default_factory=list)
    worth: dict[int, dict[int, tuple[int, int]]] = field(default_factory=lambda: defaultdict(dict))
    """By cohort and number of the fact day: signed assets and the market of the day, in fen."""


def find_spells(connection: duckdb.DuckDBPyConnection, asked: Asked) -> None:
    """Make `first_starts`, `stretches` and `spells` of the table `nodes` from `cut_intervals`."""
    run(
        connection,
        ["retention_spells"],
        {"as_of": asked.as_of, "confirmed": asked.basis is Basis.CONFIRMED, "gap": asked.gap},
    )


def find_places(connection: duckdb.DuckDBPyConnection, tiers: str) -> None:
    """Make `stood`: where each client stood at his first signing; `tiers` is a table of client, node and tier."""
    run(connection, ["retention_scope"], {"tiers": tiers})


def find_every_slice(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `scoped` from `stood` with every slice in which retention is published."""
    run(connection, ["retention_every_slice"])


def find_scope(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `scoped` from `stood`, the slices of the table `asked_slices` and the populations of the table `people`."""
    run(connection, ["retention_slices"])


def count(connection: duckdb.DuckDBPyConnection, asked: Asked, month_ends: Sequence[date]) -> None:
    """Count what is found over the table `scoped`; `month_ends` reach past the as-of day."""
    table_from_rows(connection, "month_ends", {"place": WHOLE, "day": DAY}, list(enumerate(month_ends)))
    table_from_rows(connection, "n_days", {"days": WHOLE}, [(days,) for days in N_DAYS])
    run(
        connection,
        ["retention_counts"],
        {
            "as_of": asked.as_of,
            "known_from": asked.known_from,
            "first_from": asked.first[0],
            "first_to": asked.first[1],
            "n_from": asked.n_day[0],
            "n_to": asked.n_day[1],
        },
    )


def rows(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the table of all counts as rows of one shape, in which they can be stored."""
    run(connection, ["retention_rows"])
    return "retention_rows"


def counted(connection: duckdb.DuckDBPyConnection, source: str) -> Mapping[Place, Counts]:
    """Return the counts by slice and node from rows of that shape; a place without any client has none."""
    found: dict[Place, Counts] = defaultdict(Counts)
    for kind, key, node, part, a, b, *numbers in connection.execute(
        f"SELECT kind, slice_key, node, part, a, b, x, y, z FROM {source} ORDER BY part"
    ).fetchall():
        _add(found[kind, key, node], part, a, b, *map(int, numbers))
    return found


def _add(counts: Counts, part: int, a: int, b: int, x: int, y: int, z: int) -> None:
    if part == 1:
        counts.first_clients, counts.first_retained, counts.first_days = x, y, z
    elif part == 2:
        counts.n_day[a] = x, y, z
    elif part == 3:
        counts.cohorts[a] = x
    elif part == 4:
        counts.steps[a][b] = x
    elif part == 5:
        counts.lengths.append(Spells(a, x, y))
    else:
        counts.worth[a][b] = x, y
