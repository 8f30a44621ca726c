"""The columns of each kind of file, as data: the feed format in one table.

Owns names, meaning and necessity of columns (docs/feed.md). Never reads a file and never
checks a value: checks.py does, from these tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CODE_LIMIT = 64
"""Characters of a code."""
TEXT_LIMIT = 255
"""Characters of a name."""


class Sort(StrEnum):
    """What a column holds."""

    CODE = "code"
    TEXT = "text"
    DATE = "date"
    YEAR = "year"
    MONEY = "money"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file; one that is not `required` may be empty or left out."""

    name: str
    sort: Sort
    required: bool = True
    choices: tuple[str, ...] = ()
    rule: str = "unknown_choice"
    """The rule that a value outside `choices` breaks."""
    may_lie_ahead: bool = False
    """Whether a date may be later than today: the agreed end of a subscription may."""


END_REASONS = (
    "terminated",
    "expired",
    "withdrawn",
    "switched",
    "account_closed",
    "deceased",
    "product_retired",
    "not_observed",
)


def _code(name: str, *, required: bool = True) -> Column:
    return Column(name, Sort.CODE, required)


def _text(name: str, *, required: bool = True) -> Column:
    return Column(name, Sort.TEXT, required)


def _date(name: str, *, required: bool = True) -> Column:
    return Column(name, Sort.DATE, required)


def _choice(name: str, *choices: str, required: bool = True, rule: str = "unknown_choice") -> Column:
    return Column(name, Sort.CHOICE, required, choices, rule)


KINDS: dict[str, tuple[Column, ...]] = {
    "units": (
        _code("unit"),
        _code("parent", required=False),
        _choice("level", "headquarters", "branch", "outlet"),
        _text("name"),
        _text("name_en", required=False),
    ),
    "clients": (
        _code("client"),
        _code("outlet"),
        _code("channel"),
        _date("opened_on"),
        _text("name"),
        Column("birth_year", Sort.YEAR, required=False),
        _choice("investor_class", "ordinary", "professional"),
        _choice("risk_class", "C1", "C2", "C3", "C4", "C5", required=False),
        _date("risk_assessed_on", required=False),
        _text("mobile", required=False),
        _text("email", required=False),
        _text("id_digest", required=False),
    ),
    "accounts": (_code("account"), _code("client"), _date("opened_on"), _date("closed_on", required=False)),
    "products": (
        _code("product"),
        _code("family"),
        _text("name"),
        _text("name_en", required=False),
        _choice("risk_level", "R1", "R2", "R3", "R4", "R5"),
        _choice("regulatory_class", "tool", "advice"),
    ),
    "subscriptions": (
        _code("subscription"),
        _code("client"),
        _code("product"),
        _code("account"),
        _date("start"),
        Column("end", Sort.DATE, required=False, may_lie_ahead=True),
        _choice("end_reason", *END_REASONS, required=False, rule="unknown_end_reason"),
    ),
    "holdings": (
        _code("account"),
        _date("date"),
        *(Column(name, Sort.MONEY) for name in ("value", "net_flow", "turnover", "revenue")),
    ),
}
"""Columns by kind, in the order in which a delivery is read: what is referred to comes first."""

KEYS: dict[str, tuple[str, ...]] = {
    "units": ("unit",),
    "clients": ("client",),
    "accounts": ("account",),
    "products": ("product",),
    "subscriptions": ("subscription",),
    "holdings": ("account", "date"),
}

MONEY = ("value", "net_flow", "turnover", "revenue")
