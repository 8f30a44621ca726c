"""The simulated market and what each account makes of it.

Owns the market path (seeded, conditioned to end where the plan says, a copy of no index) and
the account traits: value, sensitivity to the market, own volatility, margin loan. The gross
value of an account on day t is base x exp(beta x market + own noise) x flows; its net value
subtracts the loan. The noise of a day is a stretch of one pool of normal numbers, begun at a
place drawn for that day, so that calibration and simulation see the same without keeping it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from demo import plan
from demo.people import Accounts
from demo.period import Days, Period
from demo.subscriptions import Subscriptions

Floats = NDArray[np.float64]
NOISE_POOL = 1 << 22
"""Most places in the pool at which the noise of a day can begin."""


@dataclass(frozen=True, slots=True)
class Traits:
    """Traits of accounts; `base` and `debt` are in fen on the first day."""

    base: Floats
    debt: Floats
    beta: Floats
    sigma: Floats

    def scaled(self, factor: Floats) -> Traits:
        """Return the traits with base and debt multiplied by a factor for each account."""
        return replace(self, base=self.base * factor, debt=self.debt * factor)


def path(period: Period, rng: np.random.Generator) -> Floats:
    """Return the market's log return of each trading day; that of the first day is 0.

    Volatility clusters. The days after the year-over-year day, and those before, are each
    shifted so that they end at the planted return (in proportion to their number).
    """
    count = len(period.days)
    calm = np.empty(count)
    state = 0.0
    for day, shock in enumerate(rng.normal(0.0, 0.12, count).tolist()):
        state = 0.96 * state + shock
        calm[day] = state
    returns: Floats = plan.MARKET_SIGMA * np.exp(calm - 0.12) * rng.standard_t(6, count) * np.sqrt(4 / 6)
    returns[0] = 0.0
    turn = 1 if period.base is None else period.base + 1
    for part, yearly in ((slice(turn, count), plan.YEAR_RETURN), (slice(1, turn), plan.EARLIER_RETURN)):
        days = len(returns[part])
        if days:
            years = 1.0 if turn > 1 and part.stop == count else days / plan.TRADING_DAYS_A_YEAR
            returns[part] += (np.log1p(yearly) * years - returns[part].sum()) / days
    return returns


@dataclass(frozen=True, slots=True)
class Noise:
    """Own shocks of all accounts on every day, as multiples of their volatility."""

    pool: NDArray[np.float32]
    offsets: NDArray[np.int64]
    accounts: int

    def on(self, position: int) -> NDArray[np.float32]:
        """Return the shocks of the day at a position, by account."""
        begin = self.offsets[position]
        return self.pool[begin : begin + self.accounts]


def noise(days: int, accounts: int, rng: np.random.Generator) -> Noise:
    """Draw the noise of so many days; on small brokers hardly a number is used twice."""
    spread = min(days * accounts, NOISE_POOL)
    pool = rng.standard_normal(accounts + spread, dtype=np.float32)
    return Noise(pool, rng.integers(0, spread, days), accounts)


def in_scope(subscriptions: Subscriptions, period: Period, position: int, accounts: int) -> NDArray[np.bool_]:
    """Return which accounts have a subscription in force on the trading day at a position."""
    day = period.days[position]
    scope = np.zeros(accounts, dtype=np.bool_)
    scope[subscriptions.account[(subscriptions.start <= day) & (day < subscriptions.end)]] = True
    return scope


def traits(
    held: Accounts,
    wealth: NDArray[np.float64],
    subscriptions: Subscriptions,
    period: Period,
    rng: np.random.Generator,
) -> Traits:
    """Return the traits before calibration; values are log-normal with the same mean in each group.

    The groups are the accounts in scope on the year-over-year day, those in scope on the
    last day alone, and the others. Equal means keep small brokers near the plan.
    """
    count = len(held)
    own = np.sqrt(1 - plan.WEALTH_SHARE**2) * rng.standard_normal(count)
    value = np.exp(plan.VALUE_SIGMA * (plan.WEALTH_SHARE * wealth[held.client] + own))
    value[rng.random(count) < plan.ZERO_ACCOUNT_SHARE] = 0.0
    group = in_scope(subscriptions, period, len(period.days) - 1, count).astype(np.int64)
    if period.base is not None:
        group[in_scope(subscriptions, period, period.base, count)] = 2
    means = np.bincount(group, value, 3) / np.maximum(np.bincount(group, minlength=3), 1)
    value *= plan.ASSETS_A_CLIENT * 100 / np.maximum(means, 1e-9)[group]
    debt = value * np.where(rng.random(count) < plan.DEBT_SHARE, rng.uniform(0.3, 1.02, count), 0.0)
    beta = np.clip(rng.normal(plan.BETA_MEAN, plan.BETA_SIGMA, count), 0.0, 1.6)
    sigma = plan.ACCOUNT_SIGMA * np.exp(rng.normal(-0.05, 0.3, count))
    return Traits(value, debt, beta, sigma)


@dataclass(frozen=True, slots=True)
class Flows:
    """External flows sorted by day: position of the day, account, and the factor on the gross value."""

    position: Days
    account: NDArray[np.int64]
    factor: Floats


def flow_moments(yearly: float) -> tuple[float, float, float]:
    """Return the log-mean of one plus a flow's share, the share's mean, and its mean square."""
    mean = yearly / plan.FLOWS_A_YEAR
    square = plan.FLOW_SIGMA**2
    return float(np.log1p(mean) - square / 2), mean, (1 + mean) ** 2 * float(np.exp(square)) - 2 * mean - 1


def bernoulli(chance: float, days: int, count: int, rng: np.random.Generator) -> tuple[Days, NDArray[np.int64]]:
    """Return (position, account) of independent events of equal chance, sorted by position, then account."""
    cells = days * count
    size = int(cells * chance + 8 * np.sqrt(cells * chance) + 16)
    key = np.cumsum(rng.geometric(chance, size)) - 1
    key = key[key < cells]
    return key // count, key % count


def flows(first: Days, last: Days, signed: tuple[Days, Days], days: int, rng: np.random.Generator) -> Flows:
    """Return the flows of accounts that hold rows on positions first <= t < last, none with the first row.

    `signed` holds for each account the positions from the owner's first signing to the last
    end; in between more money comes in.
    """
    chance = plan.FLOWS_A_YEAR / plan.TRADING_DAYS_A_YEAR
    position, account = bernoulli(chance, days, len(first), rng)
    held = (first[account] < position) & (position < last[account])
    position, account = position[held], account[held]
    wanted = (signed[0][account] <= position) & (position < signed[1][account])
    centre = np.where(wanted, flow_moments(plan.SIGNED_FLOW_A_YEAR)[0], flow_moments(plan.OTHER_FLOW_A_YEAR)[0])
    return Flows(position, account, np.exp(rng.normal(centre, plan.FLOW_SIGMA)))
