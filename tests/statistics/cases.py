"""Small brokers told by hand: a headquarters, two branches, two outlets, and what a test adds.

Owns the rows that every case needs. Amounts are whole yuan here; deliveries hold fen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tests.oracle.feeds import Delivery, Row, Sheet, holdings

UNITS = (
    ("HQ", "", "headquarters"),
    ("B1", "HQ", "branch"),
    ("B2", "HQ", "branch"),
    ("O1", "B1", "outlet"),
    ("O2", "B2", "outlet"),
)
OPENED = date(2023, 1, 3)

Days = Mapping[date, Mapping[str, tuple[int, int]]]
"""Holdings: by day and account, value and net flow in yuan."""


def units(**parents: str) -> tuple[Row, ...]:
    """Return units.csv, with other parents for the outlets named."""
    return tuple(
        {"unit": code, "parent": parents.get(code, parent), "level": level, "name": code}
        for code, parent, level in UNITS
    )


def client(code: str, outlet: str = "O1", channel: str = "online", opened: date = OPENED) -> Row:
    """Return a row of clients.csv."""
    return {
        "client": code,
        "outlet": outlet,
        "channel": channel,
        "opened_on": opened,
        "name": code,
        "investor_class": "ordinary",
    }


def account(code: str, owner: str, opened: date = OPENED, closed: date | None = None) -> Row:
    """Return a row of accounts.csv."""
    return {"account": code, "client": owner, "opened_on": opened, "closed_on": closed}


def product(code: str, family: str = "tools") -> Row:
    """Return a row of products.csv."""
    return {"product": code, "family": family, "name": code, "risk_level": "R3", "regulatory_class": "tool"}


def signed(
    code: str, owner: str, over: str, start: date, end: date | None = None, reason: str = "", of: str = "grid"
) -> Row:
    """Return a row of subscriptions.csv: client `owner` signs product `of` over account `over`."""
    return {
        "subscription": code,
        "client": owner,
        "product": of,
        "account": over,
        "start": start,
        "end": end,
        "end_reason": reason,
    }


def held(days: Days) -> Sheet:
    """Return holdings.csv of these days."""
    return holdings(
        [(code, day, 100 * value, 100 * flow) for day, rows in days.items() for code, (value, flow) in rows.items()]
    )


def history(days: Days, **masters: Sequence[Row]) -> Delivery:
    """Return one history load of these days and masters; the units are those above unless given."""
    given: dict[str, Any] = {"units": units(), "products": (product("grid"),), **masters}
    sheets = {kind: Sheet(tuple(rows)) for kind, rows in given.items() if rows}
    return Delivery(max(days), min(days), {**sheets, "holdings": held(days)})


def night(days: Days, **masters: Sequence[Row]) -> Delivery:
    """Return the delivery of one later day; masters are changes."""
    (day,) = days
    sheets = {kind: Sheet(tuple(rows), "changes") for kind, rows in masters.items()}
    return Delivery(day, day, {**sheets, "holdings": held(days)})
