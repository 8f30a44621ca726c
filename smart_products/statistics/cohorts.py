"""Cohorts month by month: who is retained, what they are worth, and the return of the market in between.

Owns the statement over members and facts of published days (sql/cohort_values.sql) and the linking of its days. Reads
the tables that retention is counted from (tenure.py). Never touches PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from core.columnar import DAY, TEXT, WHOLE, table_from_rows
from smart_products.statistics.engine import read_days, read_parquet, run
from smart_products.statistics.retention import Cohort, CohortCell
from smart_products.statistics.tenure import Counts

EMPTY = (
    "CREATE OR REPLACE TEMP TABLE cohort_days AS "
    "SELECT 0 AS kind, 0 AS slice_key, 0 AS node, 0 AS cohort, 0 AS idx, 0 AS assets, 0 AS market WHERE FALSE"
)


@dataclass(frozen=True, slots=True)
class ValuedDay:
    """The files of a published fact day: its members, and its facts by source."""

    day: date
    members: Path
    facts: tuple[Path, ...]


def measure(connection: duckdb.DuckDBPyConnection, days: Sequence[ValuedDay], valued: str = "TRUE") -> None:
    """Make `cohort_days`: what each cohort of the table `scoped` is worth on these fact days, numbered from 1.

    `valued` is a condition on the rows of `scoped`; without days there is nothing to value.
    """
    if not days:
        connection.execute(EMPTY)
        return
    numbered = list(enumerate((one.day for one in days), 1))
    table_from_rows(connection, "value_days", {"idx": WHOLE, "day": DAY}, numbered)
    facts = [(str(path), number) for number, one in enumerate(days, 1) for path in one.facts]
    table_from_rows(connection, "value_facts", {"filename": TEXT, "idx": WHOLE}, facts)
    read = read_parquet([path for one in days for path in one.facts])[:-1] + ", filename = true)"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE flows AS SELECT d.idx, f.account_id, f.net_flow "
        f"FROM {read} AS f JOIN value_facts AS d ON d.filename = f.filename WHERE f.net_flow <> 0"
    )
    members = read_days(connection, {one.day: one.members for one in days})
    run(connection, ["cohort_values"], {"members": members, "valued": valued})


@dataclass(frozen=True, slots=True)
class Calendar:
    """By what counts go: month ends by their places, and the numbers of fact days."""

    ends: Sequence[date]
    numbers: Mapping[date, int]


def cohorts(counts: Counts, calendar: Calendar, as_of: date) -> Iterator[Cohort]:
    """Yield the cohorts, each with a cell for every month up to the as-of day's own."""
    ends = calendar.ends
    until = sum((end.year, end.month) <= (as_of.year, as_of.month) for end in ends)
    for cohort, clients in sorted(counts.cohorts.items()):
        steps, retained = counts.steps.get(cohort, {}), 0
        cells: list[CohortCell | None] = []
        for month in range(cohort, max(until, cohort + 1)):
            retained += steps.get(month, 0)
            cells.append(CohortCell(ends[month], retained) if ends[month] <= as_of else None)
        if counts.worth:
            cells = list(_valued(cells, counts.worth.get(cohort, {}), calendar.numbers))
        yield Cohort(ends[cohort].replace(day=1), clients, tuple(cells))


def _valued(
    cells: Sequence[CohortCell | None], worth: Mapping[int, tuple[int, int]], numbers: Mapping[date, int]
) -> Iterator[CohortCell | None]:
    """Yield the cells of a cohort with what they are worth; a month end without facts is worth nothing known.

    The return is linked day by day from the cohort's own month end, and is empty from the first day whose denominator
    is not positive.
    """
    base = numbers.get(cells[0].day) if cells and cells[0] else None
    done, linked = base or 0, None if base is None else 1.0
    for cell in cells:
        number = numbers.get(cell.day) if cell else None
        if cell is None or number is None:
            yield cell
            continue
        linked = _linked(linked, worth, done, number)
        done = number
        yield CohortCell(cell.day, cell.retained, worth.get(number, (0, 0))[0], None if linked is None else linked - 1)


def _linked(factor: float | None, worth: Mapping[int, tuple[int, int]], after: int, until: int) -> float | None:
    """Return the factor carried over the days after one up to another; None once a day had to be skipped."""
    for number in range(after + 1, until + 1):
        assets, market = worth.get(number, (0, 0))
        if factor is None or assets - market <= 0:
            return None
        factor *= assets / (assets - market)
    return factor
