"""Subscriptions of the generated broker: which products fill each spell, and why they end.

Owns the split of a spell into subscriptions: a first product (sometimes switched midway)
that covers the spell without a gap, further products inside it, over one or two accounts,
and the reasons of ends. No two subscriptions of a client ever share a product at the same
time, and their union over a client is exactly the client's spells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo import plan
from demo.people import Accounts
from demo.period import NEVER, Days, Period
from demo.spells import Spells

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
"""End reasons in the order that breaks a tie; a subscription's reason is a position here, -1 while open."""

CLOSED, WITHDRAWN, DECEASED, TERMINATED, SWITCHED, EXPIRED = range(6)
COOLING_OFF = 5
"""An advice product left within so many calendar days counts as withdrawn."""


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """Subscriptions sorted by start, then client; `end` is NEVER while open."""

    client: NDArray[np.int64]
    account: NDArray[np.int64]
    product: NDArray[np.int64]
    start: Days
    end: Days
    reason: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.client)


@dataclass(frozen=True, slots=True)
class _Draft:
    """Subscriptions of spells in the making: the spell's number and what hangs on it."""

    spell: NDArray[np.int64]
    product: NDArray[np.int64]
    start: Days
    end: Days
    reason: NDArray[np.int64]
    first: bool


def end_reasons(spells: Spells, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the reason of the end of each spell: some final ends close the accounts or are deaths."""
    drawn = rng.random(len(spells.client))
    reason = np.where(rng.random(len(drawn)) < 0.15, EXPIRED, TERMINATED)
    lasting = spells.final & (spells.end - spells.start > 0)
    reason[lasting & (drawn < plan.ACCOUNT_CLOSED_SHARE)] = CLOSED
    reason[lasting & (drawn > 1 - plan.DECEASED_SHARE)] = DECEASED
    return np.where(spells.end == NEVER, -1, reason)


def closing_days(spells: Spells, reason: NDArray[np.int64], clients: int) -> Days:
    """Return for each client the day on which an end of a spell closes the accounts, NEVER for none."""
    day = np.full(clients, NEVER)
    closing = reason == CLOSED
    day[spells.client[closing]] = spells.end[closing]
    return day


def build(
    spells: Spells,
    reason: NDArray[np.int64],
    wealth: NDArray[np.float64],
    held: Accounts,
    period: Period,
    rng: np.random.Generator,
) -> Subscriptions:
    """Return the subscriptions of these spells over these accounts; `wealth` is by client."""
    products = _products(spells, wealth, rng)
    hull = np.minimum(spells.end, period.last)
    drafts = _first_products(spells, reason, products, hull, rng)
    drafts += _further_products(spells, reason, products, hull, rng)
    columns = [
        np.concatenate([getattr(draft, name) for draft in drafts])
        for name in ("spell", "product", "start", "end", "reason")
    ]
    spell, product, start, end, why = columns
    first = np.concatenate([np.full(len(draft.spell), draft.first) for draft in drafts])
    client = spells.client[spell]
    account = _choose_accounts(client, start, first, held, rng)
    why = _cooling_off(product, start, end, why)
    order = np.lexsort((product, client, start))
    return Subscriptions(*(column[order] for column in (client, account, product, start, end, why)))


def _products(spells: Spells, wealth: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return for each spell all products in a weighted random order (Gumbel's trick), one row a spell."""
    weights = np.log([item.weight for item in plan.PRODUCTS])
    preference = np.log([item.wealth for item in plan.PRODUCTS])
    keys = rng.gumbel(size=(len(spells.client), len(plan.PRODUCTS)))
    keys += weights + (wealth > plan.WEALTHY)[spells.client][:, None] * preference
    return np.argsort(-keys, axis=1)[:, :6]


def _first_products(
    spells: Spells,
    reason: NDArray[np.int64],
    products: NDArray[np.int64],
    hull: Days,
    rng: np.random.Generator,
) -> list[_Draft]:
    """Return what covers the spells: one product, or two that meet on the day of a switch."""
    number = np.arange(len(spells.client))
    length = hull - spells.start
    switched = (length > plan.SWITCH_DAYS) & (rng.random(len(number)) < plan.SWITCH_SHARE)
    midway = spells.start + 10 + np.floor(rng.random(len(number)) * np.maximum(length - 20, 1)).astype(np.int64)
    turn = np.where(switched, midway, spells.end)
    why = np.where(switched, SWITCHED, reason)
    second = number[switched]
    return [
        _Draft(number, products[:, 0], spells.start, turn, why, True),
        _Draft(second, products[second, 1], turn[second], spells.end[second], reason[second], True),
    ]


def _further_products(
    spells: Spells,
    reason: NDArray[np.int64],
    products: NDArray[np.int64],
    hull: Days,
    rng: np.random.Generator,
) -> list[_Draft]:
    """Return up to four further products a spell: half start with it, a quarter end before it."""
    wanted = np.searchsorted(np.cumsum(plan.EXTRA_PRODUCTS), rng.random(len(spells.client)))
    drafts = []
    for rank in range(1, len(plan.EXTRA_PRODUCTS)):
        spell = np.flatnonzero((wanted >= rank) & (hull > spells.start))
        begin, limit = spells.start[spell], hull[spell]
        wait = np.floor(rng.random(len(spell)) * (limit - begin)).astype(np.int64)
        start = begin + np.where(rng.random(len(spell)) < 0.5, 0, wait)
        early = (rng.random(len(spell)) < plan.EARLY_END_SHARE) & (limit - start > 1)
        stop = start + 1 + np.floor(rng.random(len(spell)) * (limit - start - 1)).astype(np.int64)
        why = np.where(rng.random(len(spell)) < 0.2, EXPIRED, TERMINATED)
        drafts.append(
            _Draft(
                spell,
                products[spell, rank + 1],
                start,
                np.where(early, stop, spells.end[spell]),
                np.where(early, why, reason[spell]),
                False,
            )
        )
    return drafts


def _choose_accounts(
    client: NDArray[np.int64], start: Days, first: NDArray[np.bool_], held: Accounts, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the account of each subscription: further products may stand over the second account."""
    main = np.searchsorted(held.client, client)
    other = np.minimum(main + 1, len(held) - 1)
    open_long = held.opened[other] + 12 <= start
    chosen = (
        ~first
        & (held.client[other] == client)
        & (other != main)
        & open_long
        & (rng.random(len(client)) < plan.SECOND_ACCOUNT_SHARE)
    )
    return np.where(chosen, other, main)


def _cooling_off(product: NDArray[np.int64], start: Days, end: Days, reason: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the reasons with early ends of advice products named withdrawals."""
    advice = np.array([item.regulatory_class == "advice" for item in plan.PRODUCTS])
    early = advice[product] & (end - start <= COOLING_OFF) & np.isin(reason, (TERMINATED, EXPIRED))
    return np.where(early, WITHDRAWN, reason)
