"""The daily holdings: values, flows, turnover and revenue of all accounts, day after day.

Owns the simulation loop. Each day's rows are whole fen and leave the loop at once, so that
memory holds one day. An account has rows from its opening day until the day before it
closes, except for few missing ones; the service carries those, and so does `carried` here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo import plan
from demo.market import Floats, Flows, Noise, Traits, bernoulli
from demo.period import Days

Ints = NDArray[np.int64]
SMALLEST_WITH_GAPS = 400
"""Fewer accounts than this never miss a row: one would be too near the limit of rejection."""


@dataclass(frozen=True, slots=True)
class Day:
    """The rows of one day, and what the truth needs beside them. Money is whole fen."""

    position: int
    account: NDArray[np.int32]
    value: Ints
    net_flow: Ints
    turnover: Ints
    revenue: Ints
    held: Ints
    """The value of every account as the service takes it: carried where the row is missing."""
    flow_account: Ints
    flow: Ints
    missing: Ints
    """Open accounts without a row."""
    gross_before: Floats
    """Gross values before the day, by account."""
    gross_grown: Floats
    """Gross values after the day's market and before its flows."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """Missing rows sorted by position."""

    position: Days
    account: Ints


def gaps(first: Days, last: Days, flows: Flows, days: int, rng: np.random.Generator) -> Gaps:
    """Return the missing rows: never the first of an account, never with a flow, seldom three in a row."""
    count = len(first)
    if count < SMALLEST_WITH_GAPS:
        return Gaps(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    position, account = bernoulli(plan.MISSING_SHARE / 1.25, days, count, rng)
    key = position * count + account
    longer = rng.random(len(key))
    key = np.unique(np.concatenate((key, key[longer < 0.2] + count, key[longer < 0.05] + 2 * count)))
    position, account = key // count, key % count
    inside = (first[account] < position) & (position < last[account]) & (position < days)
    inside &= ~np.isin(key, flows.position * count + flows.account)
    return Gaps(position[inside], account[inside])


def simulate(
    traits: Traits,
    flows: Flows,
    missing: Gaps,
    returns: Floats,
    rows: tuple[Days, Days],
    noise: Noise,
    rng: np.random.Generator,
) -> Iterator[Day]:
    """Yield the days in order; `rows` holds the positions of each account's first row and of its end."""
    days, count = len(returns), len(traits.base)
    gross = traits.base.copy()
    held, flow, turnover, revenue = (np.zeros(count, dtype=np.int64) for _ in range(4))
    flow_cuts = np.searchsorted(flows.position, np.arange(days + 1))
    gap_cuts = np.searchsorted(missing.position, np.arange(days + 1))
    begins, ends = _by_day(rows[0], days), _by_day(rows[1], days)
    present = np.zeros(count, dtype=np.bool_)
    for position in range(days):
        before = gross
        grown = _grow(before, traits, float(returns[position]), noise.on(position)) if position else before
        part = slice(flow_cuts[position], flow_cuts[position + 1])
        moving = flows.account[part]
        gross = grown.copy()
        gross[moving] *= flows.factor[part]
        flow[:], turnover[:], revenue[:] = 0, 0, 0
        flow[moving] = np.rint(gross[moving]) - np.rint(grown[moving])
        _trade(gross, turnover, revenue, rng)
        value = np.rint(gross - traits.debt).astype(np.int64)
        if position:
            flow[begins[position]] = value[begins[position]]
            moving = np.concatenate((moving, begins[position]))
        present[begins[position]] = True
        present[ends[position]] = False
        absent = missing.account[gap_cuts[position] : gap_cuts[position + 1]]
        account = _without(present, absent)
        value[absent] = held[absent]
        np.copyto(held, value)
        row = (value[account], flow[account], turnover[account], revenue[account])
        yield Day(position, account.astype(np.int32), *row, held, moving, flow[moving], absent, before, grown)


def _grow(gross: Floats, traits: Traits, market: float, shocks: NDArray[np.float32]) -> Floats:
    """Return the gross values after a day's market and own noise."""
    growth = traits.beta * market
    growth -= traits.sigma**2 / 2
    growth += traits.sigma * shocks
    np.exp(growth, out=growth)
    growth *= gross
    return growth


def _without(present: NDArray[np.bool_], absent: Ints) -> Ints:
    """Return the accounts that are present and not among the absent ones, ascending."""
    present[absent] = False
    account = np.flatnonzero(present)
    present[absent] = True
    return account


def _by_day(positions: Days, days: int) -> list[Ints]:
    """Return the accounts that stand at each position."""
    order = np.argsort(positions, kind="stable")
    cuts = np.searchsorted(positions[order], np.arange(days + 1))
    return [order[cuts[day] : cuts[day + 1]] for day in range(days)]


def _trade(gross: Floats, turnover: Ints, revenue: Ints, rng: np.random.Generator) -> None:
    """Fill in turnover and revenue of the accounts that trade on a day."""
    count = len(gross)
    trading = rng.integers(0, count, int(rng.binomial(count, plan.TRADES_A_DAY)))
    amount = gross[trading] * np.exp(rng.normal(-1.4, 0.9, len(trading)))
    turnover[trading] = np.rint(amount)
    fee = np.maximum(np.rint(turnover[trading] * plan.COMMISSION), 500)
    revenue[trading] = np.where(turnover[trading] > 0, fee, 0)
