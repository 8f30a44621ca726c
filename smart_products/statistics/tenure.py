"""Retention counted: from what is known of subscriptions to stretches, and from these to whole counts by slice.

Owns the statements in sql/retention_*.sql and the reading of their counts. Stretches hold for every as-of day, so that
they can be stored once and counted as of any; which slices are counted is the table `asked_slices`, which the callers
fill. Needs no facts. Never touches PostgreSQL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import duckdb

from core.columnar import DAY, WHOLE, table_from_rows
from smart_products.statistics.engine import FIRST_DAY, LAST_DAY, run
from smart_products.statistics.retention import N_DAYS, Basis
from smart_products.statistics.survival import Middle, Spells, middles

NO_TIERS = (
    "(SELECT 0 AS client_id, 0 AS node, 1 AS tier, DATE '0001-01-01' AS fact_day, DATE '0001-01-01' AS started "
    "WHERE FALSE)"
)


N_DAY_SUMS = """
sum(CASE WHEN age >= {n} AND is_first THEN heads ELSE 0 END) AS seen_{n},
sum(CASE WHEN age >= {n} AND came <= {n} AND went > {n} THEN heads ELSE 0 END) AS there_{n},
sum(CASE WHEN age >= {n} AND is_last AND went > {n} THEN heads ELSE 0 END) AS later_{n}
"""
N_DAY_ROWS = "SELECT slice_key, 2, {n}, 0, seen_{n}, there_{n}, later_{n} FROM n_day_sums WHERE seen_{n} > 0"
"""For a number of days: the counts of a slice on each client's own clock, and the row that they make."""

SPELLS = 5
"""The part of the counts that holds the lengths of spells."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where stretches of one node are read: the table, its number of the client, and which of its clients count."""

    table: str
    client: str = "NULL"
    chosen: str = "TRUE"


FOUND = Source("(SELECT *, 1 AS heads FROM stretches)", "s.client_id")
"""Stretches just found, client by client."""
CHOSEN = replace(
    FOUND,
    chosen="(a.population = '' OR EXISTS "
    "(SELECT 1 FROM people AS p WHERE p.population = a.population AND p.client_id = s.client_id))",
)
"""The same, of the clients of the table `people` where a slice names a population."""


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


Worth = dict[date, dict[date, tuple[int, float | None]]]
"""By the month ends of a cohort and of a cell: signed assets in fen, and the market's factor over the month."""


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


def find_stretches(connection: duckdb.DuckDBPyConnection, basis: Basis, gap: int, graded: str) -> None:
    """Make `stretches` of the table `nodes` from the tables of a cut; `graded` is the table of tiers as they came."""
    confirmed = basis is Basis.CONFIRMED
    connection.execute(f"CREATE OR REPLACE TEMP VIEW graded AS SELECT * FROM {graded}")
    run(connection, ["retention_epochs", "retention_stretches"], {"confirmed": confirmed, "gap": gap})


def count(
    connection: duckdb.DuckDBPyConnection, asked: Asked, source: Source, n_days: Collection[int] = N_DAYS
) -> None:
    """Count first signings, N days and spells in the slices of the table `asked_slices`, as `retention_rows`."""
    run(
        connection,
        ["retention_counts"],
        {
            "stretches": source.table,
            "client": source.client,
            "chosen": source.chosen,
            "as_of": asked.as_of,
            "known_from": asked.known_from,
            "gap": asked.gap,
            "first_from": asked.first[0],
            "first_to": asked.first[1],
            "n_from": asked.n_day[0],
            "n_to": asked.n_day[1],
            "n_day_sums": ", ".join(N_DAY_SUMS.format(n=n) for n in n_days),
            "n_day_rows": " UNION ALL ".join(N_DAY_ROWS.format(n=n) for n in n_days),
        },
    )


def count_cohorts(connection: duckdb.DuckDBPyConnection, asked: Asked, month_ends: Sequence[date]) -> None:
    """Add the cohorts of what was counted to `retention_rows`; `month_ends` reach past the as-of day."""
    table_from_rows(connection, "month_ends", {"place": WHOLE, "day": DAY}, list(enumerate(month_ends)))
    run(connection, ["retention_cohorts"], {"as_of": asked.as_of})


def counted(connection: duckdb.DuckDBPyConnection, *, lengths: bool = True) -> Mapping[int, Counts]:
    """Return what was counted by slice, with or without the lengths of spells; one without any client has none."""
    found: dict[int, Counts] = defaultdict(Counts)
    which = "TRUE" if lengths else f"part <> {SPELLS}"
    rows = connection.execute(
        f"SELECT slice_key, part, a, b, x, y, z FROM retention_rows WHERE {which} ORDER BY part"
    ).fetchall()
    for key, part, a, b, *numbers in rows:
        _add(found[key], part, a, b, *map(int, numbers))
    return found


def medians(connection: duckdb.DuckDBPyConnection) -> Mapping[int, Middle]:
    """Return the medians of the spells that were counted, by slice."""
    columns = ("slice_key", "a", "x", "y")
    cast = ", ".join(f"CAST({name} AS BIGINT) AS {name}" for name in columns)
    select = f"SELECT {cast} FROM retention_rows WHERE part = {SPELLS} ORDER BY slice_key, a"
    found = connection.execute(select).fetchnumpy()
    return middles(*(found[name] for name in columns))


def _add(counts: Counts, part: int, a: int, b: int, x: int, y: int, z: int) -> None:
    if part == 1:
        counts.first_clients, counts.first_retained, counts.first_days = x, y, z
    elif part == 2:
        counts.n_day[a] = x, y, z
    elif part == 3:
        counts.cohorts[a] = x
    elif part == 4:
        counts.steps[a][b] = x
    else:
        counts.lengths.append(Spells(a, x, y))
