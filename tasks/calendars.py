"""Where calendar days come from: the packages that know them, or a broker's own file.

Owns the reading of both into rows for `core.operations.import_calendar`. Trading days are those of
exchange-calendars (XSHG); its list is read as text, because importing the package brings pandas and
takes three seconds. Legal working days are those of chinesecalendar; before its first year they
are Monday to Friday. Never writes.
"""

from __future__ import annotations

import ast
import csv
import importlib.util
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
from django.utils.translation import gettext as _

from core.operations import CalendarRow

FIRST_DAY = date(1990, 12, 19)
"""The first day of trading in Shanghai."""

COLUMNS = ("day", "trading", "working")
FLAGS = {"1": True, "true": True, "0": False, "false": False}
MOST_ERRORS = 20


class CalendarFileError(ValueError):
    """A calendar file is refused; `errors` says why, a line each."""

    def __init__(self, errors: list[str]) -> None:
        self.errors = errors
        super().__init__("\n".join(errors))


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
    """Read a CSV file with the columns day, trading and working; the flags are 1, 0, true or false.

    Raises CalendarFileError with every wrong line (the first twenty are shown).
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CalendarFileError([_("%(file)s can not be read.") % {"file": path.name}]) from error
    except UnicodeDecodeError as error:
        raise CalendarFileError([_("%(file)s is not UTF-8.") % {"file": path.name}]) from error
    lines = csv.reader(text.splitlines(), strict=True)
    rows: list[CalendarRow] = []
    errors: list[str] = []
    try:
        if tuple(next(lines, ())) != COLUMNS:
            raise CalendarFileError([_("Line 1: the header must be day,trading,working.")])
        known: set[date] = set()
        for fields in lines:
            _take(fields, lines.line_num, rows, known, errors)
    except csv.Error as error:
        number = {"line": lines.line_num, "reason": error}
        errors.append(_("Line %(line)s: not readable as CSV (%(reason)s).") % number)
    if not rows and not errors:
        errors.append(_("The file holds no days."))
    if errors:
        raise CalendarFileError(errors[:MOST_ERRORS])
    return rows


def _take(fields: list[str], line: int, rows: list[CalendarRow], known: set[date], errors: list[str]) -> None:
    """Add the row of one line, or its error."""
    if len(fields) != len(COLUMNS):
        errors.append(_("Line %(line)s: three fields are needed.") % {"line": line})
        return
    try:
        day = date.fromisoformat(fields[0])
    except ValueError:
        errors.append(_("Line %(line)s: %(value)s is no date.") % {"line": line, "value": fields[0][:40]})
        return
    flags = [FLAGS.get(field.strip().lower()) for field in fields[1:]]
    if None in flags:
        errors.append(_("Line %(line)s: trading and working are 1 or 0.") % {"line": line})
    elif day in known:
        errors.append(_("Line %(line)s: %(day)s stands twice.") % {"line": line, "day": day})
    else:
        known.add(day)
        rows.append((day, bool(flags[0]), bool(flags[1])))
