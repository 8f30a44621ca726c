"""Months on the calendar, as the law counts them.

A term of months ends on the day of the last month that bears the same number, or on that month's last day when it
has no such day (Civil Code of China, articles 201 to 203): two years from 29 February 2024 end on 28 February 2026.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date:
    """Return the day so many months later (negative: earlier); a day that the month lacks becomes its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
