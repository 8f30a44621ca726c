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


def counted(connection: duckdb.DuckDBPyConnection) -> Mapping[Place, Counts]:
    """Return the counts by slice and node; a place without any client has none."""
    found: dict[Place, Counts] = defaultdict(Counts)
    for kind, key, node, clients, retained, days in connection.execute("FROM first_sign_counts").fetchall():
        counts = found[kind, key, node]
        counts.first_clients, counts.first_retained, counts.first_days = clients, int(retained), int(days)
    for kind, key, node, days, *numbers in connection.execute("FROM n_day_counts").fetchall():
        observable, retained, unbounded = map(int, numbers)
        found[kind, key, node].n_day[days] = observable, retained, unbounded
    for kind, key, node, cohort, clients in connection.execute("FROM cohort_sizes").fetchall():
        found[kind, key, node].cohorts[cohort] = clients
    for kind, key, node, cohort, place, step in connection.execute("FROM cohort_steps").fetchall():
        found[kind, key, node].steps[cohort][place] = int(step)
    for kind, key, node, length, ended, censored in connection.execute("FROM spell_counts").fetchall():
        found[kind, key, node].lengths.append(Spells(int(length), int(ended), int(censored)))
    return found
