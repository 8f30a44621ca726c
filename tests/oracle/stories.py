"""How a drawn broker is told: one history load, or a history and days, with corrections, in any order.

Owns which delivery names which row in which mode. A story is a list of deliveries in the order
in which they arrive; what they say together is for `world.resolve` to find out.
"""

from __future__ import annotations

from datetime import date
from random import Random

from hypothesis import strategies as st

from tests.oracle.broker import Known, Plot, Shape, draw, shapes
from tests.oracle.feeds import Delivery, Row, Sheet, holdings

KINDS = ("units", "clients", "accounts", "products", "subscriptions")
VERSIONED = ("units", "clients")
CORRECTION = 3
"""Sequence of corrections; moves within a history are told in sequence 2."""


def stories() -> st.SearchStrategy[list[Delivery]]:
    """Draw a broker and tell it."""
    return st.builds(told, shapes(), st.integers(0, 2**32 - 1))


def told(shape: Shape, seed: int) -> list[Delivery]:
    """Return the story of the broker that this shape and seed give."""
    random = Random(seed)
    plot = draw(shape, random)
    return tell(plot, shape, random)


def tell(plot: Plot, shape: Shape, random: Random) -> list[Delivery]:
    """Tell a plot: a history of its first days and a delivery for each later one."""
    loaded = random.randint(1, len(plot.days)) if shape.daily else len(plot.days)
    for day in plot.retired.values():
        loaded = max(1, min(loaded, plot.days.index(day)))
    story = [_history(plot, plot.days[:loaded]), *_changes_within(plot, plot.days[1:loaded])]
    dropped: set[str] = set()
    for before, day in zip(plot.days[loaded - 1 :], plot.days[loaded:], strict=False):
        story.append(_day(plot, before, day, random, dropped))
    if shape.corrections:
        story = _corrected(plot, story, random)
    if shape.shuffled:
        random.shuffle(story)
    return story


def _latest(versions: list[Known], day: date) -> Row | None:
    """Return the row as the broker knows it on a day, or None before it is known."""
    known = [each.row for each in versions if each.since <= day]
    return known[-1] if known else None


def _history(plot: Plot, days: list[date]) -> Delivery:
    sheets = {}
    for kind in KINDS:
        rows = []
        for versions in getattr(plot, kind).values():
            latest = _latest(versions, days[-1])
            if latest is not None:  # later versions of units and clients are told on their own days
                rows.append(versions[0].row if kind in VERSIONED else latest)
        if rows:
            sheets[kind] = Sheet(tuple(rows))
    sheets["holdings"] = holdings([row for day in days for row in plot.holdings[day]])
    return Delivery(days[-1], days[0], sheets)


def _changes_within(plot: Plot, days: list[date]) -> list[Delivery]:
    """Return a delivery without holdings for each day on which units or clients changed."""
    found = []
    for day in days:
        sheets = {}
        for kind in VERSIONED:
            rows = [each.row for versions in getattr(plot, kind).values() for each in versions[1:] if each.since == day]
            if rows:
                sheets[kind] = Sheet(tuple(rows), "changes")
        if sheets:
            found.append(Delivery(day, day, sheets, sequence=2))
    return found


def _day(plot: Plot, before: date, day: date, random: Random, dropped: set[str]) -> Delivery:
    """Return one night's delivery: holdings, and the masters that changed, in full or as changes."""
    sheets = {"holdings": holdings(plot.holdings[day])}
    for kind in KINDS:
        table: dict[str, list[Known]] = getattr(plot, kind)
        retiring = kind == "products" and day in plot.retired.values()
        if retiring or random.random() < 0.4:
            rows = _full(plot, kind, day, random, dropped)
            if rows:
                sheets[kind] = Sheet(tuple(rows), "full")
                continue
        fresh = [
            _latest(versions, day)
            for code, versions in table.items()
            if code not in dropped and any(before < each.since <= day for each in versions)
        ]
        if fresh:
            sheets[kind] = Sheet(tuple(row for row in fresh if row is not None), "changes")
    return Delivery(day, day, sheets)


def _full(plot: Plot, kind: str, day: date, random: Random, dropped: set[str]) -> list[Row]:
    """Return every row known on the day; what ends that day as terminated may just be missing."""
    rows = []
    for code, versions in getattr(plot, kind).items():
        row = _latest(versions, day)
        if row is None or code in dropped or plot.retired.get(code, date.max) <= day:
            continue
        ends_now = kind == "subscriptions" and row["end"] == day and row["end_reason"] == "terminated"
        if ends_now and len(versions) > 1 and versions[-1].since == day > versions[0].since:
            dropped.add(code)
            continue
        rows.append(row)
    random.shuffle(rows)
    return rows


def _corrected(plot: Plot, story: list[Delivery], random: Random) -> list[Delivery]:
    """Send some days wrong at first and right later, under a higher sequence."""
    found = []
    for one in story:
        sheet = one.sheets.get("holdings")
        if sheet is None or random.random() < 0.6:
            found.append(one)
            continue
        day = random.choice(sorted({row["date"] for row in sheet.rows}))
        wrong = tuple(
            {**row, "value": row["value"] // 2 + 700, "net_flow": row["net_flow"] - 3} if row["date"] == day else row
            for row in sheet.rows
        )
        found.append(Delivery(one.day, one.first, {**one.sheets, "holdings": Sheet(wrong)}, one.sequence))
        found.append(Delivery(day, day, {"holdings": holdings(plot.holdings[day])}, CORRECTION))
    return found
