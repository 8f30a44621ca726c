"""Calendar months: the day some months or a year earlier, at most its month's last day.

Owns the year-on-year day and the six months of first-sign retention. Knows nothing of trading days.
"""

from __future__ import annotations

import calendar
from datetime import date


def year_before(day: date) -> date:
    """Return the same calendar day one year earlier; 29 February compares with the 28th."""
    last = calendar.monthrange(day.year - 1, day.month)[1]
    return date(day.year - 1, day.month, min(day.day, last))


def six_months_before(day: date) -> date:
    """Return the day six calendar months earlier, at most its month's last day."""
    year, month = (day.year, day.month - 6) if day.month > 6 else (day.year - 1, day.month + 6)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
