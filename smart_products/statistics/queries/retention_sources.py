"""What retention is counted from beside subscriptions: the files of published days, tiers, slices and month ends.

Owns the choice of these for a day in one state of knowledge. Counts nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
from django.conf import settings

from core.calendar import month_ends
from core.columnar import SMALL, TEXT, WHOLE, table_from_rows
from core.files import path_of
from smart_products.statistics import tenure
from smart_products.statistics.cohorts import ValuedDay
from smart_products.statistics.engine import FIRST_DAY, LAST_DAY, literal, read_days
from smart_products.statistics.queries.periods import Timeline
from smart_products.statistics.queries.scopes import Slice


@dataclass(frozen=True, slots=True)
class Place:
    """A slice, the slice that it is a part of, and the name of the population whose clients count (empty: all)."""

    part: Slice
    within: Slice
    population: str = ""


def valued_days(known: Timeline, until: date) -> list[ValuedDay]:
    """Return the published fact days up to a day, with their files."""
    return [
        ValuedDay(
            row.as_of,
            path_of(settings.FACTS_DIR, row.files["accounts"]),
            tuple(settings.FACTS_DIR / "facts" / name for _, name in sorted(row.files["facts"].items())),
        )
        for row in known.days
        if row.as_of <= until
    ]


def graded(connection: duckdb.DuckDBPyConnection, known: Timeline, until: date) -> str:
    """Return the table expression of the tiers of first signings, each from the day on which it was known."""
    files = {row.as_of: path_of(settings.FACTS_DIR, row.files["signings"]) for row in known.days if row.as_of <= until}
    if not files:
        return tenure.NO_TIERS
    signings = read_days(connection, files, column="fact_day", counted="graded_days")
    return f"(SELECT client_id, node, slice % 8 AS tier, fact_day, started FROM {signings})"


def ask_slices(connection: duckdb.DuckDBPyConnection, places: Sequence[Place]) -> None:
    """Make the table `asked_slices` of these places, by their numbers.

    Where they are asked for by the tree of one day, units are on every day what they are on that one.
    """
    tree = next((one.part.structure for one in places if one.part.structure is not None), None)
    if tree is not None:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE edges AS SELECT outlet, ancestor, {literal(FIRST_DAY)} AS valid_from,"
            f" {literal(LAST_DAY)} AS valid_to FROM edges"
            f" WHERE valid_from <= {literal(tree)} AND valid_to > {literal(tree)}"
        )
    rows = [
        (key, one.part.unit.id, one.within.unit.id, one.part.tier_number, one.part.channel_id, one.population)
        for key, one in enumerate(places)
    ]
    columns = {"slice_key": WHOLE, "unit": WHOLE, "within": WHOLE, "tier": SMALL, "channel": SMALL, "population": TEXT}
    table_from_rows(connection, "asked_slices", columns, rows)


def month_ends_of(connection: duckdb.DuckDBPyConnection, known_from: date, as_of: date) -> Sequence[date]:
    """Return the month ends from that of the earliest first start in `stretches` to that after the as-of day."""
    found = connection.execute("SELECT min(first_started) FROM stretches WHERE first_started >= ?", [known_from])
    (first,) = found.fetchone() or (None,)
    return month_ends(first or as_of, as_of.replace(day=28) + timedelta(days=5))
