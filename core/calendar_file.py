"""A broker's own calendar file, read strictly: every wrong line is named with its column and what is wrong.

Owns the form of the file. Which days may change, operations/calendar.py decides. Never writes.
"""

from __future__ import annotations

import csv
from datetime import date

from django.utils.translation import gettext as _

CalendarRow = tuple[date, bool, bool]
"""A day, whether the exchange trades, and whether it is a legal working day."""

COLUMNS = ("day", "trading", "working")
FLAGS = {"1": True, "true": True, "0": False, "false": False}
MOST_ERRORS = 20


class CalendarFileError(ValueError):
    """A calendar file is refused; `errors` says why, a line each."""

    def __init__(self, errors: list[str]) -> None:
        self.errors = errors
        super().__init__("\n".join(errors))


def read_days(data: bytes, name: str) -> list[CalendarRow]:
    """Read the bytes of a CSV file with the columns day, trading and working; the flags are 1, 0, true or false.

    Raises CalendarFileError with every wrong line (the first twenty are shown).
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CalendarFileError([_("%(file)s is not UTF-8.") % {"file": name}]) from error
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
        words = {"line": line, "value": fields[0][:40]}
        errors.append(_("Line %(line)s: %(value)s in the column day is no date.") % words)
        return
    flags = {name: FLAGS.get(field.strip().lower()) for name, field in zip(COLUMNS[1:], fields[1:], strict=True)}
    wrong = [name for name, flag in flags.items() if flag is None]
    if wrong:
        words = {"line": line, "value": wrong[0]}
        errors.append(_("Line %(line)s: the column %(value)s must be 1 or 0.") % words)
    elif day in known:
        errors.append(_("Line %(line)s: %(day)s stands twice in the column day.") % {"line": line, "day": day})
    else:
        known.add(day)
        rows.append((day, bool(flags["trading"]), bool(flags["working"])))
