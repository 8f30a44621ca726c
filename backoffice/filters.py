"""What a reader has chosen, as it stands in the address of the matrix page and of the pages of a product.

Reads a query string into typed choices and writes it back, so that every link on the page is an address
that can be sent. Never asks the database: whether a code exists is decided where it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

BREAKDOWNS = ("unit", "outlet", "tier", "channel")
WORDS = {
    "by": BREAKDOWNS,
    "basis": ("confirmed",),
    "show": ("assets", "rows"),
    "cohorts": ("all",),
    "order": ("rate",),
    "structure": ("now",),
}
"""Choices that are one word of a few; the default has no place in an address."""
SIDES = ("unit", "node", "as_of")
"""What two sides of a comparison may differ in."""
LONGEST_CODE = 100
MATRIX = "matrix"
"""The node of all products, which is the default and needs no place in an address."""


class BadAddress(ValueError):
    """The address holds a value that can not be read; `name` is the part that is wrong."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Filters:
    """The choices of one matrix page; None or empty means the default."""

    as_of: date | None = None
    since: date | None = None
    unit: str | None = None
    tier: str | None = None
    channel: str | None = None
    node: str | None = None
    version: int | None = None
    by: str = ""
    basis: str = ""
    """`confirmed` leaves out signings withdrawn since."""
    show: str = ""
    """`assets` shows cohorts by what their accounts are worth; `rows` draws slow rows with the page."""
    cohorts: str = ""
    """`all` shows cohorts of more than a year."""
    order: str = ""
    """`rate` orders a league by its rate."""
    structure: str = ""
    """`now` takes each unit of the matrix for what it is on the as-of day; else it is on each day what it was then."""
    against: int | None = None
    """The version that `version` is compared with."""
    versus: str | None = None
    """The other side of a comparison, as `unit.<code>`, `node.<code>` or `as_of.<day>`."""

    def settled(self, latest: date) -> tuple[date, Filters]:
        """Return the day of the page, the latest one unless chosen, and these choices with that day in them.

        A day to compare with that is not before it counts as not chosen.
        """
        day = self.as_of or latest
        since = self.since if self.since is not None and self.since < day else None
        return day, replace(self, as_of=day, since=since)

    def address(self, **changes: Any) -> str:
        """Return the query string, with its question mark, of these choices after some changes."""
        return "?" + urlencode(replace(self, **changes).pairs())

    def pairs(self) -> list[tuple[str, str]]:
        """Return names and values of what was chosen, as an address or a form carries them."""
        pairs = [(item.name, getattr(self, item.name)) for item in fields(self)]
        return [(name, value.isoformat() if isinstance(value, date) else str(value)) for name, value in pairs if value]

    def other_side(self) -> Filters | None:
        """Return the choices of the other side of a comparison, or None without one.

        Raises BadAddress for a side that can not be read.
        """
        if self.versus is None:
            return None
        kind, _, code = self.versus.partition(".")
        if kind not in SIDES or not code:
            raise BadAddress("versus")
        if kind == "as_of":
            return replace(self, versus=None, as_of=_day({kind: code}, kind), since=None, version=None)
        if kind == "node":
            return replace(self, versus=None, node=None if code == MATRIX else code)
        return replace(self, versus=None, unit=code)

    @property
    def sliced(self) -> bool:
        """Return whether a tier or a channel narrows the page, so that clients can move in and out."""
        return bool(self.tier or self.channel)


def _day(query: Mapping[str, str], name: str) -> date | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise BadAddress(name) from problem


def _code(query: Mapping[str, str], name: str) -> str | None:
    text = query.get(name, "").strip()
    if len(text) > LONGEST_CODE or "\0" in text:
        raise BadAddress(name)
    return text or None


def _version(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) > 0):
        raise BadAddress(name)
    return int(text)


def read(query: Mapping[str, str]) -> Filters:
    """Return the choices in a query; raise BadAddress for a value of the wrong form."""
    words = {name: query.get(name, "") for name in WORDS}
    for name, word in words.items():
        if word and word not in WORDS[name]:
            raise BadAddress(name)
    node = _code(query, "node")
    return Filters(
        as_of=_day(query, "as_of"),
        since=_day(query, "since"),
        unit=_code(query, "unit"),
        tier=_code(query, "tier"),
        channel=_code(query, "channel"),
        node=node if node != MATRIX else None,
        version=_version(query, "version"),
        against=_version(query, "against"),
        versus=_code(query, "versus"),
        **words,
    )
