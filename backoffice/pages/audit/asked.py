"""What an auditor asks the log, as it stands in the address: who, what, which client and unit, from when to when.

Reads a query string into typed choices and writes it back. Never asks the database: whether a unit may be seen is
decided where it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from backoffice.filters import LONGEST_CODE, BadAddress
from core.queries import AuditCursor

HOUSE = "-"
"""The unit of what concerns the house alone."""
YEARS = range(1990, 2200)
LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Asked:
    """The choices of one page of the log; empty means any."""

    who: str = ""
    what: str = ""
    subject: str = ""
    client: str = ""
    unit: str = ""
    since: date | None = None
    """The first day."""
    until: date | None = None
    """The last day."""
    after: AuditCursor | None = None

    def address(self, **changes: Any) -> str:
        """Return the query string of these choices after some changes; a change leads to the first page."""
        pairs = replace(self, **{"after": None, **changes}).pairs()
        return f"?{urlencode(pairs)}" if pairs else ""

    def pairs(self) -> list[tuple[str, str]]:
        """Return names and values of what was chosen."""
        pairs = [(item.name, getattr(self, item.name)) for item in fields(self)]
        return [(name, _text(value)) for name, value in pairs if value]

    @property
    def narrowed(self) -> bool:
        """Return whether anything but the page was chosen."""
        return bool(replace(self, after=None).pairs())


def read(query: Mapping[str, str]) -> Asked:
    """Return the choices in a query; raise BadAddress for a value of the wrong form."""
    words = {name: query.get(name, "").strip() for name in ("who", "what", "subject", "client", "unit")}
    for name, text in words.items():
        if len(text) > LONGEST_CODE or "\0" in text:
            raise BadAddress(name)
    return Asked(**words, since=_day(query, "since"), until=_day(query, "until"), after=_cursor(query))


def _day(query: Mapping[str, str], name: str) -> date | None:
    text = query.get(name, "").strip()
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as problem:
        raise BadAddress(name) from problem
    if day is not None and day.year not in YEARS:
        raise BadAddress(name)
    return day


def _cursor(query: Mapping[str, str]) -> AuditCursor | None:
    """Return where a page begins: microseconds since 1970 and the number of the event before."""
    text = query.get("after", "")
    if not text:
        return None
    at, _dot, number = text.partition(".")
    if not all(one.isascii() and one.isdigit() and len(one) <= LONGEST_NUMBER for one in (at, number)):
        raise BadAddress("after")
    seconds, micros = divmod(int(at), 10**6)
    try:
        return AuditCursor(datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros), int(number))
    except (OverflowError, ValueError, OSError) as problem:
        raise BadAddress("after") from problem


def _text(value: str | date | AuditCursor) -> str:
    if isinstance(value, AuditCursor):
        return f"{int(value.at.replace(microsecond=0).timestamp()) * 10**6 + value.at.microsecond}.{value.id}"
    return value.isoformat() if isinstance(value, date) else value
