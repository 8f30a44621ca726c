"""Clients and their asset accounts in the generated broker, and the clients' moves.

Owns opening and closing days, outlets, channels, classes and names. Signing clients come
with their spells; clients that never sign stand beside them. Clients are numbered by
opening day, accounts by client. A closed account holds no row from its closing day on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from demo import plan
from demo.period import NEVER, Days, Period
from demo.spells import Spells
from demo.units import Units

SETTLED = 12
"""Days an account is open at least before it is signed: the longest exchange holiday is shorter."""

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英华玉兰建国文博宇轩子涵欣怡浩然思雨嘉琪晨曦"


@dataclass(frozen=True, slots=True)
class Clients:
    """Clients by number; the columns are as of the first day, moves come on top."""

    opened: Days
    outlet: NDArray[np.int64]
    channel: NDArray[np.int64]
    professional: NDArray[np.bool_]
    risk: NDArray[np.int64]
    """Risk class 1 to 5, 0 where none was assessed."""
    assessed: Days
    birth_year: NDArray[np.int64]
    name: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
    """Positions in SURNAMES and, twice, in GIVEN."""
    wealth: NDArray[np.float64]
    """A standard normal number: the wealthy hold more in each account and prefer other products."""
    signed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.opened)


@dataclass(frozen=True, slots=True)
class Accounts:
    """Accounts by number, sorted by client; the first account of a client has rank 0."""

    client: NDArray[np.int64]
    rank: NDArray[np.int64]
    opened: Days
    closed: Days

    def __len__(self) -> int:
        return len(self.client)


@dataclass(frozen=True, slots=True)
class Moves:
    """Moves of clients to another outlet, sorted by day and client; each day is a trading day."""

    day: Days
    client: NDArray[np.int64]
    outlet: NDArray[np.int64]


def build(
    spells: Spells, retained: int, units: Units, period: Period, rng: np.random.Generator
) -> tuple[Clients, Spells]:
    """Return all clients and the spells renumbered to them; the signing ones keep their relative weight."""
    never = max(1, round(retained * plan.NEVER_SIGNED_SHARE))
    first = spells.first_starts()
    opened = np.concatenate((_opened_before(first, rng), _opened_without(never, period, rng)))
    order = np.argsort(opened, kind="stable")
    number = np.empty(len(opened), dtype=np.int64)
    number[order] = np.arange(len(opened))
    client = number[spells.client]
    by_client = np.lexsort((spells.start, client))
    renumbered = replace(
        spells,
        client=client[by_client],
        start=spells.start[by_client],
        end=spells.end[by_client],
        final=spells.final[by_client],
    )
    signed = np.zeros(len(opened), dtype=np.bool_)
    signed[client] = True
    return _profiles(opened[order], signed, units, period, rng), renumbered


def _opened_before(first: Days, rng: np.random.Generator) -> Days:
    """Return opening days of signing clients: 40 % are new to the broker, the others came long before."""
    count = len(first)
    new = rng.random(count) < 0.4
    lately = SETTLED + np.floor(rng.exponential(20.0, count)).astype(np.int64)
    return first - np.where(new, lately, rng.integers(120, 4000, count))


def _opened_without(count: int, period: Period, rng: np.random.Generator) -> Days:
    """Return opening days of clients that never sign; a tenth opens during the period."""
    late = rng.integers(period.first, period.last, count)
    early = period.first - rng.integers(1, 4000, count)
    return np.where(rng.random(count) < 0.1, late, early)


def _profiles(
    opened: Days, signed: NDArray[np.bool_], units: Units, period: Period, rng: np.random.Generator
) -> Clients:
    """Return the columns of clients that open on the given days."""
    count = len(opened)
    outlet = np.searchsorted(np.cumsum(units.weights), rng.random(count)).clip(0, len(units.outlets) - 1)
    shares = np.cumsum([share for _, share in plan.CHANNELS])
    channel = np.searchsorted(shares, rng.random(count)).clip(0, len(plan.CHANNELS) - 1)
    risk = rng.choice(6, count, p=(0.02, 0.07, 0.21, 0.38, 0.24, 0.08))
    assessed = np.minimum(opened + rng.integers(0, 500, count), period.first)
    return Clients(
        opened=opened,
        outlet=outlet.astype(np.int64),
        channel=channel.astype(np.int64),
        professional=rng.random(count) < 0.006,
        risk=risk.astype(np.int64),
        assessed=np.maximum(assessed, opened),
        birth_year=rng.integers(1946, 2004, count),
        name=(
            rng.integers(0, len(SURNAMES), count),
            rng.integers(0, len(GIVEN), count),
            rng.integers(0, len(GIVEN) + 8, count),
        ),
        wealth=rng.standard_normal(count),
        signed=signed,
    )


def accounts(clients: Clients, period: Period, rng: np.random.Generator) -> Accounts:
    """Return the accounts, one or two a client, none of them closed yet."""
    two = rng.random(len(clients)) < plan.TWO_ACCOUNTS_SHARE
    client = np.repeat(np.arange(len(clients)), 1 + two)
    rank = np.append(0, (client[1:] == client[:-1]).astype(np.int64))
    opened = clients.opened[client]
    room = np.maximum(period.last - opened, 0)
    later = opened + np.floor(rng.random(len(client)) * (room + 1)).astype(np.int64)
    second = (rank == 1) & (rng.random(len(client)) < 0.4)
    return Accounts(client, rank, np.where(second, later, opened), np.full(len(client), NEVER))


def close(
    held: Accounts, clients: Clients, spells: Spells, with_end: Days, period: Period, rng: np.random.Generator
) -> Accounts:
    """Return the accounts with closing days.

    `with_end` names for each client the day on which an end of a spell closes all accounts
    (NEVER for none). Of the others who lapsed for good a part closes some time later, and
    few of those who never signed.
    """
    count = len(clients)
    last_end = np.full(count, -NEVER)
    np.maximum.at(last_end, spells.client, spells.end)
    lapsed = clients.signed & (last_end < NEVER) & (with_end == NEVER)
    wait = 1 + np.floor(rng.exponential(plan.CLOSING_MEAN, count)).astype(np.int64)
    closing = with_end.copy()
    later = lapsed & (rng.random(count) < plan.CLOSING_SHARE)
    closing[later] = (last_end + wait)[later]
    others = ~clients.signed & (rng.random(count) < 0.08)
    when = rng.integers(period.first, period.last + 1, count)
    closing[others] = np.maximum(when, clients.opened + 30)[others]
    closing[closing > period.last] = NEVER
    day = closing[held.client]
    return replace(held, closed=np.where(day < NEVER, np.maximum(day, held.opened), NEVER))


def moves(clients: Clients, held: Accounts, units: Units, period: Period, rng: np.random.Generator) -> Moves:
    """Return the moves, on the first trading day from the 15th of a month; most stay in the branch."""
    mid, times_a_year = _move_days(period)
    chance = plan.MOVES_A_YEAR / times_a_year
    sizes = np.bincount(units.branch_of)
    begins = np.cumsum(sizes) - sizes
    day, client = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    outlet = [np.empty(0, dtype=np.int64)]
    current = clients.outlet.copy()
    leaving = np.zeros(len(clients), dtype=np.int64)
    np.maximum.at(leaving, held.client, held.closed)
    for when in mid.tolist():
        moving = np.flatnonzero((rng.random(len(clients)) < chance) & (clients.opened < when) & (leaving > when))
        branch = units.branch_of[current[moving]]
        within = begins[branch] + np.floor(rng.random(len(moving)) * sizes[branch]).astype(np.int64)
        anywhere = rng.integers(0, len(units.outlets), len(moving))
        target = np.where(rng.random(len(moving)) < 0.7, within, anywhere)
        chosen = target != current[moving]
        moving, target = moving[chosen], target[chosen]
        current[moving] = target
        day.append(np.full(len(moving), when))
        client.append(moving)
        outlet.append(target)
    return Moves(np.concatenate(day), np.concatenate(client), np.concatenate(outlet))


def _move_days(period: Period) -> tuple[Days, int]:
    """Return the first trading day from the 15th of each month, or of each quarter's last in a long period, and
    how often a year that is; the first and last day are left out.
    """
    dates = period.days.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    mid = np.flatnonzero((dates - month).astype(np.int64) >= 14)
    _, first = np.unique(month[mid], return_index=True)
    quarterly = len(period.days) > plan.LONG_PERIOD
    if quarterly:
        first = first[np.isin(month[mid[first]].astype(np.int64) % 12, (2, 5, 8, 11))]
    days = period.days[mid[first]]
    return days[(days > period.first) & (days < period.last)], 4 if quarterly else 12
