"""Scaling of account values so that total and growth come out as planned.

Owns two factors, both exact because values are linear in them: one for accounts that are in
scope on the last day but were not a year before (sets the growth), one for all (sets the
total). Values on the two days follow in closed form from market, noise and flows; nothing
is simulated day by day for it.
"""

from __future__ import annotations

import numpy as np

from demo import plan
from demo.market import Floats, Flows, Noise, Traits, in_scope
from demo.period import Period
from demo.subscriptions import Subscriptions

LEAST_FACTOR = 0.05
"""Lower bound of the growth factor, met by tiny brokers alone."""


def calibrate(
    traits: Traits,
    flows: Flows,
    returns: Floats,
    subscriptions: Subscriptions,
    period: Period,
    clients: int,
    noise: Noise,
) -> Traits:
    """Return the traits with base and debt scaled; `clients` are the retained ones of the last day."""
    count, last = len(traits.base), len(period.days) - 1
    shocks = _shocks(period, noise)
    after = _values(traits, flows, returns, last, shocks[1])
    scope = in_scope(subscriptions, period, last, count)
    factor = np.ones(count)
    if period.base is not None:
        before = _values(traits, flows, returns, period.base, shocks[0])
        earlier = in_scope(subscriptions, period, period.base, count)
        target = (1 + plan.ASSET_GROWTH) * before[earlier].sum()
        entering = scope & ~earlier
        room = (target - after[scope & earlier].sum()) / max(float(after[entering].sum()), 1.0)
        factor[entering] = max(room, LEAST_FACTOR)
    total = float((after * factor)[scope].sum())
    return traits.scaled(factor * (plan.ASSETS_A_CLIENT * 100 * clients / total))


def _shocks(period: Period, noise: Noise) -> tuple[Floats, Floats]:
    """Return the sums of shocks up to the year-over-year day and up to the last day."""
    running = np.zeros(noise.accounts)
    base = running.copy()
    for position in range(1, len(period.days)):
        running += noise.on(position)
        if position == period.base:
            base = running.copy()
    return base, running


def _values(traits: Traits, flows: Flows, returns: Floats, position: int, shocks: Floats) -> Floats:
    """Return the net values on the day at a position, in fen with fractions."""
    moved = flows.position <= position
    log_flows = np.bincount(flows.account[moved], np.log(flows.factor[moved]), len(traits.base))
    market = float(returns[: position + 1].sum())
    drift = traits.beta * market + traits.sigma * shocks - traits.sigma**2 / 2 * position
    return traits.base * np.exp(drift + log_flows) - traits.debt
