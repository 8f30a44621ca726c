"""What a set of deliveries says, whatever their order of arrival: feed.md in loops and dicts.

Owns versions, absence, supersession and the days that have facts. Knows no figure: that is
judge.py. Written from the text of feed.md alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from tests.oracle.feeds import Delivery, Row

REASONS = (
    "account_closed",
    "withdrawn",
    "deceased",
    "terminated",
    "switched",
    "expired",
    "product_retired",
    "not_observed",
)
"""End reasons; of ends on the same day the first of this list names what left."""


@dataclass
class Account:
    client: str
    opened: date
    closed: date | None


@dataclass
class Subscription:
    client: str
    product: str
    account: str
    start: date
    end: date | None
    reason: str
    told: tuple[date | None, str] = (None, "")
    """End and reason as the feed gives them, before its account or product ends it."""

    def in_force(self, day: date) -> bool:
        """Tell whether `start <= day < end`."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass
class World:
    """The broker as all deliveries together describe it; money in fen."""

    days: list[date] = field(default_factory=list)
    facts: dict[date, dict[str, tuple[int, int]]] = field(default_factory=dict)
    parents: dict[str, list[tuple[date, str]]] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)
    clients: dict[str, list[tuple[date, str, str]]] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    families: dict[str, str] = field(default_factory=dict)
    retired: dict[str, date] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)


def resolve(deliveries: Iterable[Delivery]) -> World:
    """Return what the deliveries of one source say together.

    Statements are replayed by the day from which they hold, then by sequence; the facts of a
    day are those of the highest sequence that holds it.
    """
    world = World()
    ordered = sorted(deliveries, key=lambda one: (one.first, one.day, one.sequence))
    best: dict[date, int] = {}
    for one in ordered:
        sheet = one.sheets.get("holdings")
        rows = sheet.rows if sheet else ()
        for day in {row["date"] for row in rows}:
            if one.sequence >= best.get(day, 0):
                best[day] = one.sequence
                today = [row for row in rows if row["date"] == day]
                world.facts[day] = {row["account"]: (row["value"], row["net_flow"]) for row in today}
    world.days = sorted(world.facts)
    for one in ordered:
        _units(world, one)
        _clients(world, one)
        _accounts(world, one)
        _products(world, one)
        _subscriptions(world, one)
    _end(world)
    return world


def _rows(delivery: Delivery, kind: str) -> tuple[Row, ...]:
    sheet = delivery.sheets.get(kind)
    return sheet.rows if sheet else ()


def _is_full(delivery: Delivery, kind: str) -> bool:
    sheet = delivery.sheets.get(kind)
    return sheet is not None and sheet.mode == "full"


def _units(world: World, one: Delivery) -> None:
    for row in _rows(one, "units"):
        versions = world.parents.setdefault(row["unit"], [])
        versions[:] = [each for each in versions if each[0] != one.first]
        versions.append((one.first, row["parent"] or ""))
        versions.sort()
        world.levels[row["unit"]] = row["level"]


def _clients(world: World, one: Delivery) -> None:
    for row in _rows(one, "clients"):
        versions = world.clients.setdefault(row["client"], [])
        versions[:] = [each for each in versions if each[0] != one.first]
        versions.append((one.first, row["outlet"], row["channel"]))
        versions.sort()


def _accounts(world: World, one: Delivery) -> None:
    listed = set()
    for row in _rows(one, "accounts"):
        listed.add(row["account"])
        world.accounts[row["account"]] = Account(row["client"], row["opened_on"], row["closed_on"])
    if _is_full(one, "accounts"):
        for code, account in world.accounts.items():
            if code not in listed and account.closed is None:
                account.closed = one.first


def _products(world: World, one: Delivery) -> None:
    listed = set()
    for row in _rows(one, "products"):
        listed.add(row["product"])
        world.families[row["product"]] = row["family"]
        world.retired.pop(row["product"], None)
    if _is_full(one, "products"):
        for code in world.families:
            if code not in listed:
                world.retired.setdefault(code, one.first)


def _subscriptions(world: World, one: Delivery) -> None:
    listed = set()
    for row in _rows(one, "subscriptions"):
        listed.add(row["subscription"])
        world.subscriptions[row["subscription"]] = Subscription(
            row["client"], row["product"], row["account"], row["start"], row["end"], row["end_reason"] or ""
        )
    if _is_full(one, "subscriptions"):
        for code, each in world.subscriptions.items():
            if code not in listed and (each.end is None or each.end > one.first):
                each.end, each.reason = one.first, "terminated"


def _end(world: World) -> None:
    """End what the closing of an account or the retirement of a product ends.

    "The day its account closes ends it too"; a retirement ends what is open, "one already ended stays as it was".
    """
    for each in world.subscriptions.values():
        each.told = (each.end, each.reason)
        retired, closed = world.retired.get(each.product), world.accounts[each.account].closed
        if retired is not None and (each.end is None or retired < each.end):
            each.end, each.reason = max(retired, each.start), "product_retired"
        if closed is not None and (each.end is None or closed <= each.end):
            each.end, each.reason = max(closed, each.start), "account_closed"
