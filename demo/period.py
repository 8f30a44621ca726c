"""The days of a generated broker, as numbers of days since 1970-01-01.

Owns the mapping from calendar dates to fact days (positions in the list of trading days)
and the dates that the headline figures name: the year-over-year day and the first day of
the first-sign window. Knows no client.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from demo import plan

Days = NDArray[np.int64]

EPOCH = date(1970, 1, 1)
NEVER = 1 << 30
"""A day beyond every other: an open end."""


def number(day: date) -> int:
    """Return the number of days since 1970-01-01."""
    return (day - EPOCH).days


def months_before(day: date, months: int) -> date:
    """Return the same calendar day so many months earlier, or the last day of that month if it has none."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first = date(years, month + 1, 1)
    after = date(years + (month == 11), 1 if month == 11 else month + 2, 1)
    return min(first + timedelta(days=day.day - 1), after - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Period:
    """The trading days of a broker, ascending."""

    days: Days
    base: int | None
    """Position of the year-over-year day: the last trading day on or before the last day a year earlier."""
    window: int
    """First calendar day of the first-sign window that ends on the last day."""
    launch: int
    """Calendar day on which the first product was offered."""

    @property
    def first(self) -> int:
        return int(self.days[0])

    @property
    def last(self) -> int:
        return int(self.days[-1])

    def position(self, days: Days) -> Days:
        """Return the position of the first trading day on or after each day; len(days) when there is none."""
        return np.searchsorted(self.days, days, side="left")

    def date(self, position: int) -> date:
        """Return the date of the trading day at a position."""
        return to_date(int(self.days[position]))


def to_date(day: int) -> date:
    """Return the date of a number of days since 1970-01-01."""
    return EPOCH + timedelta(days=day)


def build(trading_days: Sequence[date]) -> Period:
    """Return the period of these trading days. Raises ValueError unless they ascend and there are two."""
    days = np.array([number(day) for day in trading_days], dtype=np.int64)
    if len(days) < 2 or np.any(np.diff(days) <= 0):
        raise ValueError("at least two trading days are needed, in ascending order")
    last = trading_days[-1]
    year_ago = number(months_before(last, 12))
    base = int(np.searchsorted(days, year_ago, side="right")) - 1
    window = number(months_before(last, plan.FIRST_SIGN_MONTHS)) + 1
    return Period(days, base if base >= 0 else None, window, int(days[-1]) - plan.LAUNCH_DAYS)
