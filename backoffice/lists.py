"""What a reader has chosen in a list, as it stands in the address: words, filters, and where the page begins.

Reads a query string into typed choices and writes it back, so that a list can be sent, saved and opened again. Never
asks the database: whether a code exists is decided where it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from accounts.rules import RiskClass
from backoffice.filters import LONGEST_CODE, BadAddress
from smart_products.signing.states import ContractState

LONGEST_PLACE = 400
HOLDS = ("yes", "no")
ORIGINS = ("feed",)
FEED_STATES = ("in_force", "ended")
WORDS = {
    "risk": RiskClass.values,
    "holds": HOLDS,
    "origin": ORIGINS,
    "state": (*ContractState.values, *FEED_STATES),
}
"""Choices that are one word of a few; none chosen has no place in an address."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The choices of one list; empty means not chosen."""

    q: str = ""
    unit: str = ""
    risk: str = ""
    product: str = ""
    holds: str = ""
    """Whether clients have anything in force."""
    origin: str = ""
    """`feed` lists what feeds told instead of what was signed here."""
    state: str = ""
    after: str = ""
    before: str = ""

    def address(self, **changes: Any) -> str:
        """Return the query string of these choices after some changes; a change leads to the first page."""
        return "?" + urlencode(replace(self, **{"after": "", "before": "", **changes}).pairs())

    def pairs(self) -> list[tuple[str, str]]:
        """Return names and values of what was chosen."""
        return [(item.name, value) for item in fields(self) if (value := getattr(self, item.name))]

    def on_record(self) -> dict[str, str]:
        """Return what a record of the read keeps: the choices, but of a search only that there was one, since its
        words may be somebody's name and a record is never changed.
        """
        return {name: "*" if name == "q" else value for name, value in self.pairs()}

    @property
    def narrowed(self) -> bool:
        """Return whether anything but the page was chosen."""
        return any(name not in ("after", "before", "origin") for name, _value in self.pairs())


def read(query: Mapping[str, str]) -> Listing:
    """Return the choices in a query; raise BadAddress for a value of the wrong form."""
    given = {item.name: query.get(item.name, "").strip() for item in fields(Listing)}
    for name, text in given.items():
        if len(text) > (LONGEST_PLACE if name in ("after", "before") else LONGEST_CODE) or "\0" in text:
            raise BadAddress(name)
        if text and text not in WORDS.get(name, (text,)):
            raise BadAddress(name)
    return Listing(**given)
