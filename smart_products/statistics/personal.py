"""Signed assets of one client, day by day and over any period: the terms of docs/metrics.md for his accounts alone.

Pure: takes the fact days, what each account was worth, and when it was signed; gives exact fen. An account counts
once a day, however many products are signed over it. Never reads a table.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from smart_products.statistics.figures import Returns

Interval = tuple[date, date | None]
"""In force from the first day until before the second; None: open."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What an account was worth and what flowed, in fen, on the days that have a value."""

    values: Mapping[date, int]
    flows: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Day:
    """The close of one fact day: signed assets and why they differ from the fact day before, in fen."""

    day: date
    assets: int
    entered: int = 0
    left: int = 0
    flow: int = 0
    market: int = 0

    @property
    def own(self) -> int:
        """Return what did not come from the market: entered - left + flow."""
        return self.entered - self.left + self.flow


def history(
    days: Sequence[date], worths: Mapping[int, Worth], signed: Mapping[int, Sequence[Interval]]
) -> tuple[Day, ...]:
    """Return every fact day from the one before the first signing on; none for a client without a signed day.

    The first fact day of all is an opening balance without terms.
    """
    scopes = [frozenset(account for account, spans in signed.items() if _in_force(spans, day)) for day in days]
    first = next((index for index, scope in enumerate(scopes) if scope), None)
    if first is None:
        return ()
    start = max(first - 1, 0)
    opening = sum(worths[account].values.get(days[start], 0) for account in scopes[start])
    line = [Day(days[start], opening)]
    for before, now in pairwise(range(start, len(days))):
        line.append(_step(days[before], days[now], scopes[before], scopes[now], worths))
    return tuple(line)


def _in_force(spans: Sequence[Interval], day: date) -> bool:
    return any(start <= day and (end is None or day < end) for start, end in spans)


def _step(
    before: date, now: date, scope_before: frozenset[int], scope: frozenset[int], worths: Mapping[int, Worth]
) -> Day:
    assets = entered = flow = market = 0
    for account in scope:
        worth = worths[account]
        value, flowed = worth.values.get(now, 0), worth.flows.get(now, 0)
        known, known_before = now in worth.values, before in worth.values
        base = worth.values.get(before, 0)
        if account not in scope_before:
            base = base if known_before else value - flowed
            entered += base
            moved = flowed if known or not known_before else value - base
        else:
            moved = flowed if known and known_before else value - base
        assets += value
        flow += moved
        market += value - base - moved
    left = sum(worths[account].values.get(before, 0) for account in scope_before - scope)
    return Day(now, assets, entered, left, flow, market)


@dataclass(frozen=True, slots=True)
class Period:
    """Signed assets over some fact days: the day that is compared with, and every day after it."""

    base: Day
    days: tuple[Day, ...]

    @property
    def last(self) -> Day:
        """Return the close that the period ends with."""
        return self.days[-1] if self.days else self.base

    @property
    def entered(self) -> int:
        return sum(day.entered for day in self.days)

    @property
    def left(self) -> int:
        return sum(day.left for day in self.days)

    @property
    def flow(self) -> int:
        return sum(day.flow for day in self.days)

    @property
    def market(self) -> int:
        return sum(day.market for day in self.days)

    @property
    def own(self) -> int:
        """Return what is there apart from the period's market: with it, exactly the assets at the end."""
        return self.last.assets - self.market

    def returns(self) -> Returns:
        """Return time-weighted return and Modified Dietz (docs/metrics.md); days without assets are skipped."""
        factors = [day.assets / (day.assets - day.market) for day in self.days if day.assets > day.market]
        held = sum(1 for day in self.days if day.assets or day.market)
        return Returns(
            time_weighted=math.prod(factors) - 1 if factors else None,
            modified_dietz=self._dietz(),
            skipped_days=max(held - len(factors), 0),
        )

    def _dietz(self) -> float | None:
        length = (self.last.day - self.base.day).days
        weighted = self.base.assets * length + sum(
            day.own * (self.last.day - before.day).days for before, day in pairwise((self.base, *self.days))
        )
        return self.market * length / weighted if weighted > 0 else None


def over(line: Sequence[Day], since: date, until: date) -> Period | None:
    """Return the period between the closes on or before two days; what lies outside the line is cut off.

    None for an empty line.
    """
    if not line:
        return None
    days = [day.day for day in line]
    end = max(bisect_right(days, until) - 1, 0)
    start = min(max(bisect_right(days, since) - 1, 0), end)
    return Period(line[start], tuple(line[start + 1 : end + 1]))
