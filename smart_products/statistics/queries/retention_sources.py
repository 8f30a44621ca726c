"""What retention is counted from beside subscriptions: the files of published days, tiers and month ends.

Owns the choice of these for a day in one state of knowledge. Counts nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import duckdb
from django.conf import settings

from core.calendar import month_ends
from core.files import path_of
from smart_products.statistics import tenure
from smart_products.statistics.cohorts import ValuedDay
from smart_products.statistics.engine import read_days
from smart_products.statistics.queries.periods import Timeline


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


def tiers(connection: duckdb.DuckDBPyConnection, known: Timeline, until: date) -> str:
    """Return the table expression of the tier in which each first signing counts, as known on a day."""
    files = {row.as_of: path_of(settings.FACTS_DIR, row.files["signings"]) for row in known.days if row.as_of <= until}
    if not files:
        return tenure.NO_TIERS
    signings = read_days(connection, files, column="fact_day")
    return f"(SELECT client_id, node, arg_max(slice % 8, fact_day) AS tier FROM {signings} GROUP BY client_id, node)"


def month_ends_of(connection: duckdb.DuckDBPyConnection, asked: tenure.Asked) -> Sequence[date]:
    """Return the month ends from that of the earliest first start to that after the as-of day."""
    found = connection.execute("SELECT min(started) FROM first_starts WHERE started >= ?", [asked.known_from])
    (first,) = found.fetchone() or (None,)
    return month_ends(first or asked.as_of, asked.as_of.replace(day=28) + timedelta(days=5))
