"""Small random brokers: histories as lists of deliveries, with everything that happens once in a while.

Owns what is drawn and when the broker comes to know it. `Shape` says how much and which
features; a seed draws the rest, so that Hypothesis shrinks sizes and switches features off.
The judge never sees a `Plot`: it reads the deliveries, as the service does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from hypothesis import strategies as st

from tests.oracle.feeds import Row

FIRST_DAY, LAST_DAY = date(2023, 1, 1), date(2025, 3, 31)
FESTIVAL = {date(2024, 2, 9) + timedelta(days=n) for n in range(9)}
NATIONAL = {date(2024, 10, 1) + timedelta(days=n) for n in range(7)}
CHANNELS = ("branch", "online", "bank")
REASONS = ("withdrawn", "deceased", "terminated", "switched", "expired", "not_observed")
EDGES = (0, 2_999_999, 3_000_000, 5_000_000, 9_999_999, 10_000_000, 49_999_999, 50_000_000)
"""Values around the limits of the tiers, in fen."""
STARTS = (date(2024, 1, 22), date(2024, 2, 27), date(2024, 6, 25), date(2024, 9, 24), date(2024, 12, 18))


def trading_days(first: date = FIRST_DAY, last: date = LAST_DAY) -> list[date]:
    """Return the weekdays that are no holiday: the calendar that the tests import."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5 and day not in FESTIVAL | NATIONAL]


@dataclass(frozen=True)
class Shape:
    """How large a history is and which features it has."""

    clients: int = 5
    days: int = 9
    products: int = 4
    start: date = STARTS[0]
    gaps: bool = True
    months: bool = True
    missing: bool = True
    late_rows: bool = True
    negative: bool = True
    closings: bool = True
    moves: bool = True
    outlet_moves: bool = True
    retirement: bool = True
    late_news: bool = True
    corrections: bool = True
    daily: bool = True
    shuffled: bool = True


def shapes() -> st.SearchStrategy[Shape]:
    """Draw a shape; it shrinks towards few clients, few days and no features."""
    flag = st.booleans()
    return st.builds(
        Shape,
        clients=st.integers(1, 9),
        days=st.integers(2, 14),
        products=st.integers(1, 5),
        start=st.sampled_from(STARTS),
        **dict.fromkeys(
            (
                "gaps",
                "months",
                "missing",
                "late_rows",
                "negative",
                "closings",
                "moves",
                "outlet_moves",
                "retirement",
                "late_news",
                "corrections",
                "daily",
                "shuffled",
            ),
            flag,
        ),
    )


@dataclass
class Known:
    """A row of a master file and the day from which the broker tells it."""

    row: Row
    since: date


@dataclass
class Plot:
    """What happens: fact days, holdings, and the versions of every master row by key."""

    days: list[date]
    units: dict[str, list[Known]] = field(default_factory=dict)
    clients: dict[str, list[Known]] = field(default_factory=dict)
    accounts: dict[str, list[Known]] = field(default_factory=dict)
    products: dict[str, list[Known]] = field(default_factory=dict)
    subscriptions: dict[str, list[Known]] = field(default_factory=dict)
    retired: dict[str, date] = field(default_factory=dict)
    holdings: dict[date, list[tuple[str, date, int, int]]] = field(default_factory=dict)


def draw(shape: Shape, random: Random) -> Plot:
    """Draw what happens to a broker of this shape."""
    plot = Plot(_fact_days(shape, random))
    _organisation(plot, shape, random)
    _people(plot, shape, random)
    _catalogue(plot, shape, random)
    for client in sorted(plot.clients):
        _sign(plot, shape, random, client)
    _tell_ends_in_time(plot)
    _hold(plot, shape, random)
    return plot


def _fact_days(shape: Shape, random: Random) -> list[date]:
    """Return the days with facts: trading days with gaps, some of them over a month end."""
    found: list[date] = []
    wait = 0
    for day in trading_days(shape.start):
        if wait:
            wait -= 1
            continue
        found.append(day)
        if len(found) == shape.days:
            break
        if shape.gaps and random.random() < 0.25:
            wait = random.randint(1, 3)
        if shape.months and random.random() < 0.12:
            wait = random.randint(8, 24)
    return found


def _organisation(plot: Plot, shape: Shape, random: Random) -> None:
    first = plot.days[0]
    rows = [("HQ", "", "headquarters"), ("B1", "HQ", "branch"), ("B2", "HQ", "branch")]
    rows += [(f"O{n}", f"B{1 + n % 2}", "outlet") for n in range(4)]
    for code, parent, level in rows:
        row = {"unit": code, "parent": parent, "level": level, "name": f"营业部{code}", "name_en": code}
        plot.units[code] = [Known(row, first)]
    if shape.outlet_moves and len(plot.days) > 1:
        code, day = f"O{random.randrange(4)}", random.choice(plot.days[1:])
        old = plot.units[code][0].row
        plot.units[code].append(Known({**old, "parent": "B2" if old["parent"] == "B1" else "B1"}, day))


def _people(plot: Plot, shape: Shape, random: Random) -> None:
    first, last = plot.days[0], plot.days[-1]
    number = 0
    for n in range(shape.clients):
        code = f"C{n}"
        opened = first - timedelta(days=random.randint(0, 200))
        if random.random() < 0.2:
            opened = _between(random, first, last)
        row = {
            "client": code,
            "outlet": f"O{random.randrange(4)}",
            "channel": random.choice(CHANNELS),
            "opened_on": opened,
            "name": f"客户{n}",
            "investor_class": "ordinary",
        }
        plot.clients[code] = [Known(row, _on_fact_day(plot, opened))]
        if shape.moves and random.random() < 0.5:
            _move(plot, random, code)
        for _ in range(random.choice((1, 1, 1, 2, 2, 3))):
            _account(plot, shape, random, f"A{number}", code, opened)
            number += 1


def _move(plot: Plot, random: Random, code: str) -> None:
    since = plot.clients[code][0].since
    later = [day for day in plot.days if day > since]
    for day in sorted(random.sample(later, min(len(later), random.choice((1, 1, 2))))):
        row = dict(plot.clients[code][-1].row)
        if random.random() < 0.7:
            row["outlet"] = f"O{random.randrange(4)}"
        if random.random() < 0.3:
            row["channel"] = random.choice(CHANNELS)
        plot.clients[code].append(Known(row, day))


def _account(plot: Plot, shape: Shape, random: Random, code: str, client: str, opened: date) -> None:
    last = plot.days[-1]
    if random.random() < 0.3 and opened < last:
        opened = _between(random, opened, last)
    row = {"account": code, "client": client, "opened_on": opened, "closed_on": None}
    known = _on_fact_day(plot, opened)
    plot.accounts[code] = [Known(row, known)]
    if shape.closings and random.random() < 0.3 and max(opened, plot.days[0]) < last:
        closed = _between(random, max(opened, plot.days[0]) + timedelta(days=1), last)
        plot.accounts[code].append(Known({**row, "closed_on": closed}, _on_fact_day(plot, closed)))


def _catalogue(plot: Plot, shape: Shape, random: Random) -> None:
    for n in range(shape.products):
        row = {
            "product": f"P{n}",
            "family": f"F{n // 2}",
            "name": f"产品{n}",
            "risk_level": "R3",
            "regulatory_class": "tool",
        }
        plot.products[f"P{n}"] = [Known(row, plot.days[0])]
    if shape.retirement and shape.daily and shape.products > 1 and len(plot.days) > 2:
        plot.retired[f"P{shape.products - 1}"] = random.choice(plot.days[2:])


def _sign(plot: Plot, shape: Shape, random: Random, client: str) -> None:
    """Draw a client's subscriptions: none, overlapping ones over products, returns, same-day ends."""
    accounts = [code for code, versions in plot.accounts.items() if versions[0].row["client"] == client]
    taken: dict[tuple[str, str], list[tuple[date, date]]] = {}
    for _ in range(random.choice((0, 1, 1, 2, 3, 4, 6))):
        account, product = random.choice(accounts), random.choice(sorted(plot.products))
        opened = plot.accounts[account][0].row["opened_on"]
        closed = plot.accounts[account][-1].row["closed_on"]
        gone = plot.retired.get(product)
        limit = min(day for day in (closed, gone, plot.days[-1] + timedelta(days=1)) if day) - timedelta(days=1)
        if opened > limit:
            continue
        recent = max(opened, plot.days[0] - timedelta(days=random.choice((0, 0, 20, 240))))
        start = _between(random, min(recent, limit), limit)
        end = _end(random, start, plot.days[-1])
        if end is not None and end > limit + timedelta(days=1):
            end = None
        stretch = (start, end or date.max)
        others = taken.setdefault((account, product), [])
        if any(stretch[0] < after and before < stretch[1] for before, after in others):
            continue
        others.append(stretch)
        _subscribe(plot, shape, random, (client, product, account), start, end)


def _end(random: Random, start: date, last: date) -> date | None:
    chance = random.random()
    if chance < 0.4:
        return None
    if chance < 0.52:
        return start
    end = start + timedelta(days=random.choice((1, 1, 2, 3, 5, 8, 13, 30, 190)))
    return end if end <= last else None


def _subscribe(
    plot: Plot,
    shape: Shape,
    random: Random,
    key: tuple[str, str, str],
    start: date,
    end: date | None,
) -> None:
    code = f"S{len(plot.subscriptions):02d}"
    row = {
        "subscription": code,
        "client": key[0],
        "product": key[1],
        "account": key[2],
        "start": start,
        "end": None,
        "end_reason": "",
    }
    late = shape.late_news and random.random() < 0.3
    known = _on_fact_day(plot, start)
    if late:
        known = random.choice([day for day in plot.days if day >= known])
    versions = plot.subscriptions[code] = [Known(row, known)]
    if end is None:
        return
    told = _on_fact_day(plot, end)
    if shape.late_news and random.random() < 0.3:
        told = random.choice([day for day in plot.days if day >= told])
    reason = random.choice(REASONS)
    versions.append(Known({**row, "end": end, "end_reason": reason}, max(told, known)))


def _tell_ends_in_time(plot: Plot) -> None:
    """Tell an end at once where the same product is signed again over the account: two open ones would overlap."""
    pairs: dict[tuple[str, str], list[list[Known]]] = {}
    for versions in plot.subscriptions.values():
        row = versions[0].row
        pairs.setdefault((row["account"], row["product"]), []).append(versions)
    for several in pairs.values():
        for versions in several if len(several) > 1 else ():
            for ended in versions[1:]:
                ended.since = max(_on_fact_day(plot, ended.row["end"]), versions[0].since)


def _hold(plot: Plot, shape: Shape, random: Random) -> None:
    plot.holdings = {day: [] for day in plot.days}
    for code, versions in sorted(plot.accounts.items()):
        opened, closed = versions[0].row["opened_on"], versions[-1].row["closed_on"]
        days = [day for day in plot.days if opened <= day and (closed is None or day < closed)]
        if shape.late_rows and random.random() < 0.2:
            days = days[random.randint(1, 3) :]
        days = _without_rows(days, shape, random)
        value = random.choice(EDGES) if random.random() < 0.3 else random.randrange(60_000_000)
        for n, day in enumerate(days):
            flow = 0
            if n == 0 and random.random() < 0.5:
                flow = value
            elif n:
                flow = random.choice((0, 0, 0, random.randint(-5_000_000, 9_000_000)))
                value += flow + int(value * random.uniform(-0.06, 0.06))
                value = _shock(value, shape, random)
            plot.holdings[day].append((code, day, value, flow))
    for day, rows in plot.holdings.items():
        random.shuffle(rows)
        if not rows:  # a day without any row is no fact day: an account that never signed has one always
            rows.append(("AX", day, 12_345, 0))
    client = {**next(iter(plot.clients.values()))[0].row, "client": "CX", "opened_on": plot.days[0]}
    plot.clients["CX"] = [Known(client, plot.days[0])]
    row = {"account": "AX", "client": "CX", "opened_on": plot.days[0], "closed_on": None}
    plot.accounts["AX"] = [Known(row, plot.days[0])]


def _without_rows(days: list[date], shape: Shape, random: Random) -> list[date]:
    """Leave out single days and stretches; a stretch may be longer than values are carried."""
    if not shape.missing:
        return days
    kept = [day for day in days if random.random() > 0.06]
    if kept and random.random() < 0.35:
        at, length = random.randrange(len(kept)), random.randint(1, 9)
        del kept[at : at + length]
    return kept


def _shock(value: int, shape: Shape, random: Random) -> int:
    chance = random.random()
    if chance < 0.06:
        return 0
    if chance < 0.12:
        return random.choice(EDGES)
    return -abs(value) // 3 if shape.negative and chance < 0.16 else value


def _between(random: Random, first: date, last: date) -> date:
    return first + timedelta(days=random.randint(0, max((last - first).days, 0)))


def _on_fact_day(plot: Plot, day: date) -> date:
    """Return the fact day that a thing of this day belongs to."""
    return next((each for each in plot.days if each >= day), plot.days[-1])
