"""Trading days and legal working days, read from the calendar table.

Owns every question about the calendar. A day outside the table is an error with a name,
never a guess; the table has no holes (`operations.import_calendar` sees to that). Trading
days are those of the exchange, working days the legal ones with their make-up Saturdays:
the two differ, and the law counts in working days. Never writes and never reads a clock.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Max, Min, Q
from django.db.models.functions import TruncMonth

from core.models import CalendarDay
from core.reading import remembered

ALARM_DAYS = 60
"""Fewer calendar days left than this raise the alarm."""


class CalendarGap(LookupError):
    """The calendar does not reach the day that was asked for."""

    def __init__(self, day: date) -> None:
        super().__init__(f"the calendar does not hold {day}; import a calendar that does")
        self.day = day


@remembered
def reach() -> tuple[date, date] | None:
    """Return the first and last day of the table, or None while it is empty."""
    ends = CalendarDay.objects.aggregate(first=Min("day"), last=Max("day"))
    return None if ends["first"] is None else (ends["first"], ends["last"])


def _require(*days: date) -> None:
    """Raise CalendarGap for the first of the days that the table does not hold."""
    ends = reach()
    for day in days:
        if ends is None or not ends[0] <= day <= ends[1]:
            raise CalendarGap(day)


@remembered
def trading_days(first: date, last: date) -> list[date]:
    """Return the trading days from `first` to `last`, both included, ascending.

    Raises CalendarGap when the table does not hold both ends.
    """
    rows = CalendarDay.objects.filter(day__gte=first, day__lte=last).order_by("day")
    held = list(rows.values_list("day", "trading"))
    if not held or (held[0][0], held[-1][0]) != (first, last):
        _require(first, last)
    return [day for day, trading in held if trading]


def is_trading_day(day: date) -> bool:
    """Tell whether the exchange trades on `day`. Raises CalendarGap outside the table."""
    _require(day)
    return CalendarDay.objects.filter(day=day, trading=True).exists()


def is_working_day(day: date) -> bool:
    """Tell whether `day` is a legal working day. Raises CalendarGap outside the table."""
    _require(day)
    return CalendarDay.objects.filter(day=day, working=True).exists()


def trading_day_on_or_before(day: date) -> date:
    """Return `day` if it is a trading day, else the last one before it. Raises CalendarGap."""
    _require(day)
    found = CalendarDay.objects.filter(day__lte=day, trading=True).aggregate(found=Max("day"))["found"]
    if found is None:
        raise CalendarGap(day)
    return date.fromisoformat(found.isoformat())


def trading_day_on_or_after(day: date) -> date:
    """Return `day` if it is a trading day, else the first one after it. Raises CalendarGap."""
    _require(day)
    found = CalendarDay.objects.filter(day__gte=day, trading=True).aggregate(found=Min("day"))["found"]
    if found is None:
        raise CalendarGap(day)
    return date.fromisoformat(found.isoformat())


def previous_trading_day(day: date) -> date:
    """Return the last trading day strictly before `day`. Raises CalendarGap."""
    return trading_day_on_or_before(day - timedelta(days=1))


def next_trading_day(day: date) -> date:
    """Return the first trading day strictly after `day`. Raises CalendarGap."""
    return trading_day_on_or_after(day + timedelta(days=1))


def add_working_days(day: date, count: int) -> date:
    """Return the `count`-th legal working day after `day`; a negative count goes back.

    `day` itself is not counted, whether it is a working day or not; a count of 0 returns
    it unchanged. Raises CalendarGap when the table ends before the day is found.
    """
    _require(day)
    if count == 0:
        return day
    days = CalendarDay.objects.filter(working=True)
    onward = days.filter(day__gt=day).order_by("day")
    ahead = onward if count > 0 else days.filter(day__lt=day).order_by("-day")
    found = ahead.values_list("day", flat=True)[abs(count) - 1 : abs(count)].first()
    if found is None:
        raise CalendarGap(day + timedelta(days=count))
    return found


def days_left(today: date) -> int:
    """Return how many calendar days the table still holds after `today`; 0 when it has run out."""
    ends = reach()
    return 0 if ends is None else max(0, (ends[1] - today).days)


@remembered
def month_ends(first: date, last: date) -> list[date]:
    """Return the last trading day of each month from that of `first` to that of `last`, ascending.

    A month that the table holds in part, or without a trading day, is left out.
    """
    rows = CalendarDay.objects.filter(day__gte=first.replace(day=1), day__lt=_next_month(last))
    months = rows.annotate(month=TruncMonth("day")).values("month").order_by("month")
    ends = months.annotate(held=Max("day"), end=Max("day", filter=Q(trading=True))).values_list("held", "end")
    return [end for held, end in ends if end is not None and held + timedelta(days=1) == _next_month(held)]


def _next_month(day: date) -> date:
    """Return the first day of the month after a day's."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
