"""What cohorts are worth: their signed assets at month ends, and the return of the market on them in between.

Owns the statement over members and facts of published days (sql/cohort_values.sql) and the linking of its days. Reads
the tables that retention is counted from (tenure.py). Never touches PostgreSQL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from core.columnar import DAY, TEXT, WHOLE, table_from_rows
from smart_products.statistics.engine import read_days, read_parquet, run
from smart_products.statistics.retention import CohortCell
from smart_products.statistics.tenure import Place


@dataclass(frozen=True, slots=True)
class ValuedDay:
    """The files of a published fact day: its members, and its facts by source."""

    day: date
    members: Path
    facts: tuple[Path, ...]


Worth = Mapping[tuple[Place, int], Mapping[int, tuple[int, int]]]
"""By place and cohort, for each fact day by its number: signed assets and the day's market, in fen."""


def measure(connection: duckdb.DuckDBPyConnection, days: Sequence[ValuedDay]) -> Worth:
    """Return what each cohort of the table `scoped` is worth on each of these fact days, numbered from 1."""
    numbered = list(enumerate((one.day for one in days), 1))
    table_from_rows(connection, "value_days", {"idx": WHOLE, "day": DAY}, numbered)
    facts = [(str(path), number) for number, one in enumerate(days, 1) for path in one.facts]
    table_from_rows(connection, "value_facts", {"filename": TEXT, "idx": WHOLE}, facts)
    read = read_parquet([path for one in days for path in one.facts])[:-1] + ", filename = true)"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE flows AS SELECT d.idx, f.account_id, f.net_flow "
        f"FROM {read} AS f JOIN value_facts AS d ON d.filename = f.filename WHERE f.net_flow <> 0"
    )
    run(connection, ["cohort_values"], {"members": read_days(connection, {one.day: one.members for one in days})})
    found: dict[tuple[Place, int], dict[int, tuple[int, int]]] = defaultdict(dict)
    for kind, key, node, cohort, idx, assets, market in connection.execute("FROM cohort_days").fetchall():
        found[(kind, key, node), cohort][idx] = int(assets), int(market)
    return found


def valued(
    cells: Sequence[CohortCell | None], worth: Mapping[int, tuple[int, int]], numbers: Mapping[date, int]
) -> tuple[CohortCell | None, ...]:
    """Return the cells of a cohort with what they are worth; a month end without facts is worth nothing known.

    `numbers` are those of the fact days. The return is linked day by day from the cohort's own month end, and is empty
    from the first day whose denominator is not positive.
    """
    base = numbers.get(cells[0].day) if cells and cells[0] else None
    shown: list[CohortCell | None] = []
    linked: float | None = 1.0
    done = base or 0
    for cell in cells:
        number = numbers.get(cell.day) if cell else None
        if cell is None or number is None:
            shown.append(cell)
            continue
        if base is not None:
            linked = _linked(linked, worth, done, number)
            done = number
        assets = worth.get(number, (0, 0))[0]
        market = None if base is None or linked is None else linked - 1
        shown.append(CohortCell(cell.day, cell.retained, assets, market))
    return tuple(shown)


def _linked(factor: float | None, worth: Mapping[int, tuple[int, int]], after: int, until: int) -> float | None:
    """Return the factor carried over the days after one up to another; None once a day had to be skipped."""
    for number in range(after + 1, until + 1):
        assets, market = worth.get(number, (0, 0))
        if factor is None or assets - market <= 0:
            return None
        factor *= assets / (assets - market)
    return factor
