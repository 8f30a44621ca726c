"""Cohorts month by month: who is retained, what they are worth, and the return of the market in between.

Owns the statements over members and facts of published days (sql/cohort_values.sql, sql/worth_*.sql) and the linking of
months. Reads the tables that retention is counted from (tenure.py). Never touches PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from core.columnar import DAY, TEXT, WHOLE, table_from_rows
from smart_products.statistics.engine import Value, read_days, read_parquet, run
from smart_products.statistics.retention import Cohort, CohortCell
from smart_products.statistics.tenure import Counts, Worth

KINDS = 10_000_000_000
"""A published slice is one number: its kind times this, and its key."""
NODES = 4
"""So many nodes are valued in one go; bounds the memory of a publication."""
WORTH = (
    "CREATE OR REPLACE TEMP TABLE cohort_worth "
    "(slice_key BIGINT, node INTEGER, cohort DATE, month_end DATE, assets BIGINT, factor DOUBLE)"
)
PUBLISHED = "SELECT slice_key, node, cohort, assets, factor FROM cohort_worth ORDER BY slice_key, node, cohort"
"""The file of a month end: whole fen, and the factor of the month where every day has one."""


@dataclass(frozen=True, slots=True)
class ValuedDay:
    """The files of a published fact day: its members, and its facts by source."""

    day: date
    members: Path
    facts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The fact days after one month end up to another, with the day before them where there is one."""

    month_end: date
    days: Sequence[ValuedDay]
    opening: bool
    """True for the first fact days of all: no day stands before them."""


def spans(days: Sequence[ValuedDay], ends: Collection[date]) -> list[Span]:
    """Return the fact days by the month ends that have facts; what lies after the last of these is left out."""
    found: list[Span] = []
    begin = 0
    for place, one in enumerate(days):
        if one.day in ends:
            found.append(Span(one.day, days[max(0, begin - 1) : place + 1], begin == 0))
            begin = place + 1
    return found


def measure_asked(connection: duckdb.DuckDBPyConnection, days: Sequence[ValuedDay], ends: Collection[date]) -> None:
    """Make `cohort_worth`: what each cohort of the table `scoped` is worth at those of the month ends with facts."""
    connection.execute(WORTH)
    run(connection, ["worth_asked"])
    lasts = [number for number, one in enumerate(days, 1) if one.day in ends]
    firsts = [1, *(number + 1 for number in lasts)]
    _find_days(
        connection, days, [(days[last - 1].day, first, last) for first, last in zip(firsts, lasts, strict=False)]
    )
    _measure(connection, days)
    run(connection, ["worth_months"])


def measure_everywhere(connection: duckdb.DuckDBPyConnection, part: Span, known_from: date) -> None:
    """Make `cohort_worth`: what each cohort is worth at a month end, by node, unit, tier and channel."""
    connection.execute(WORTH)
    parameters: dict[str, Value] = {"kinds": KINDS, "known_from": known_from, "month_end": part.month_end}
    _find_days(connection, part.days, [(part.month_end, 1 if part.opening else 2, len(part.days))])
    (nodes,) = connection.execute("SELECT count(*) FROM nodes").fetchone() or (0,)
    for begin in range(0, nodes, NODES):
        run(connection, ["worth_everywhere"], {**parameters, "begin": begin, "most": NODES})
        _measure(connection, part.days)
        run(connection, ["worth_units", "worth_months"], parameters)


def _find_days(
    connection: duckdb.DuckDBPyConnection, days: Sequence[ValuedDay], ends: Sequence[tuple[date, int, int]]
) -> None:
    """Make the tables of fact days, numbered from 1, of their flows, and of the spans up to month ends."""
    table_from_rows(connection, "value_days", {"idx": WHOLE, "day": DAY}, list(enumerate((one.day for one in days), 1)))
    table_from_rows(connection, "spans", {"month_end": DAY, "first": WHOLE, "last": WHOLE}, ends)
    facts = [(str(path), number) for number, one in enumerate(days, 1) for path in one.facts]
    table_from_rows(connection, "value_facts", {"filename": TEXT, "idx": WHOLE}, facts)
    read = read_parquet([path for one in days for path in one.facts])[:-1] + ", filename = true)"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE flows AS SELECT d.idx, f.account_id, f.net_flow "
        f"FROM {read} AS f JOIN value_facts AS d ON d.filename = f.filename WHERE f.net_flow <> 0"
    )


def _measure(connection: duckdb.DuckDBPyConnection, days: Sequence[ValuedDay]) -> None:
    """Make `cohort_days` of the tables `cohort_clients` and `valued_nodes`."""
    members = read_days(connection, {one.day: one.members for one in days})
    run(connection, ["cohort_values"], {"members": members})


def worth_of(connection: duckdb.DuckDBPyConnection, source: str) -> dict[int, Worth]:
    """Return by slice what cohorts are worth, from rows of the shape of `cohort_worth`."""
    found: dict[int, Worth] = {}
    rows = connection.execute(f"SELECT slice_key, cohort, month_end, assets, factor FROM {source}").fetchall()
    for key, cohort, month_end, assets, factor in rows:
        found.setdefault(key, {}).setdefault(cohort, {})[month_end] = assets, factor
    return found


@dataclass(frozen=True, slots=True)
class Calendar:
    """By what counts go: month ends by their places, and those of them at which cohorts are valued."""

    ends: Sequence[date]
    valued: Collection[date] = ()


def cohorts(counts: Counts, calendar: Calendar, as_of: date, worth: Worth | None = None) -> Iterator[Cohort]:
    """Yield the cohorts, each with a cell for every month up to the as-of day's own."""
    ends = calendar.ends
    until = sum((end.year, end.month) <= (as_of.year, as_of.month) for end in ends)
    for cohort, clients in sorted(counts.cohorts.items()):
        steps, retained = counts.steps.get(cohort, {}), 0
        cells: list[CohortCell | None] = []
        for month in range(cohort, max(until, cohort + 1)):
            retained += steps.get(month, 0)
            cells.append(CohortCell(ends[month], retained) if ends[month] <= as_of else None)
        if worth:
            cells = list(_valued(cells, worth.get(ends[cohort], {}), calendar.valued))
        yield Cohort(ends[cohort].replace(day=1), clients, tuple(cells))


def _valued(
    cells: Sequence[CohortCell | None], worth: dict[date, tuple[int, float | None]], valued: Collection[date]
) -> Iterator[CohortCell | None]:
    """Yield the cells of a cohort with what they are worth; a month end without facts is worth nothing known.

    The return is linked month by month from the cohort's own month end; it is empty from the first month without one.
    """
    linked = 1.0 if cells and cells[0] and cells[0].day in valued else None
    for place, cell in enumerate(cells):
        if cell is None or cell.day not in valued:
            yield cell
            continue
        assets, factor = worth.get(cell.day, (0, None))
        if place:
            linked = None if linked is None or factor is None else linked * factor
        yield CohortCell(cell.day, cell.retained, assets, None if linked is None else linked - 1)
