"""Where calendar days come from: the packages that know them, or a broker's own file.

Turns both into rows for `core.operations.import_calendar`. Trading days are those of
exchange-calendars (XSHG); its list is read as text, because importing the package brings pandas and
takes three seconds. Legal working days are those of chinesecalendar; before its first year they
are Monday to Friday. Never writes.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
from django.utils.translation import gettext as _

from core.calendar_file import CalendarFileError, CalendarRow, read_days

FIRST_DAY = date(1990, 12, 19)
"""The first day of trading in Shanghai."""


class UnknownPackage(RuntimeError):
    """The installed exchange-calendars is not laid out as expected."""


def seed_rows() -> Iterator[CalendarRow]:
    """Yield every day from the first day of trading to the last that both packages know."""
    closed = exchange_holidays()
    legal_years = {day.year for day in chinese_calendar.holidays}
    last = date(min(max(closed).year, max(legal_years)), 12, 31)
    day = FIRST_DAY
    while day <= last:
        weekday = day.weekday() < 5
        working = chinese_calendar.is_workday(day) if day.year >= min(legal_years) else weekday
        yield day, weekday and day not in closed, working
        day += timedelta(days=1)


def exchange_holidays() -> frozenset[date]:
    """Return the weekdays on which the Shanghai exchange was closed, from the package's own list."""
    spec = importlib.util.find_spec("exchange_calendars")
    if spec is None or spec.origin is None:
        raise UnknownPackage("exchange-calendars is not installed")
    text = Path(spec.origin).with_name("exchange_calendar_xshg.py").read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "precomputed_shanghai_holidays":
            strings = (item.value for item in ast.walk(node) if isinstance(item, ast.Constant))
            return frozenset(date.fromisoformat(str(value)) for value in strings)
    raise UnknownPackage("exchange-calendars has no list of Shanghai holidays")


def file_rows(path: Path) -> list[CalendarRow]:
    """Read a broker's own file. Raises CalendarFileError with every wrong line."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CalendarFileError([_("%(file)s can not be read.") % {"file": path.name}]) from error
    return read_days(data, path.name)
