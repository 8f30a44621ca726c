"""The files behind what is published, for rooms that make copies of them.

Owns the list of current days with their members and facts, by month. Never opens a file.
"""

from __future__ import annotations

from datetime import date

from smart_products.holdings.served import DayFiles, MonthFiles
from smart_products.statistics.models import Grain, Publication


def served_files() -> list[MonthFiles]:
    """Return the months of all published days, ascending; the last one is open."""
    rows = Publication.objects.filter(grain=Grain.DAY, is_current=True).order_by("as_of")
    months: dict[date, list[DayFiles]] = {}
    for day, files in rows.values_list("as_of", "files"):
        facts = tuple(sorted(files["facts"].values()))
        months.setdefault(day.replace(day=1), []).append(DayFiles(day, files["accounts"], files["state"], facts))
    last = max(months, default=None)
    return [MonthFiles(month, tuple(days), month == last) for month, days in months.items()]
