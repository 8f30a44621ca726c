"""Charges and refunds: instructions to settlement, each given once. We move no money.

A charge is keyed by contract, fee and first day, and the database refuses two for the same day; a refund is at most its
charge. Never decides what a fee is: the agreed schedule does (`fees.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from accounts.concerns import record_about
from core.actor import Actor
from core.money import split
from smart_products.signing import fees
from smart_products.signing.models import Charge, Contract, Refund
from smart_products.signing.operations.moving import each, locked
from smart_products.signing.queries import billed, terms_on, uncharged
from smart_products.signing.states import ENDED, BillingState

Assets = Mapping[tuple[int, date, date], int]
"""Mean value of an account over a half-open range of days, in fen, by account, first day and end."""


def charge_due(*, on: date, assets_fen: Assets, by: Actor, at: datetime) -> int:
    """Charge what is due by a day and has not been charged; return the sum in fen.

    A fee that is a share of assets waits for its value in `assets_fen` (queries.values_wanted names them). A contract
    that ended is closed with its last charge.
    """
    return sum(_charge(one, on, assets_fen, by, at) for one in each(billed()))


@transaction.atomic
def _charge(contract: Contract, on: date, assets_fen: Assets, by: Actor, at: datetime) -> int:
    held = locked(contract)
    made: list[Charge] = []
    waits = False
    for one in uncharged(held, on):
        place = (held.account_id, one.first, one.until)
        if one.fee.basis == "share_of_assets" and place not in assets_fen:
            waits = True
            continue
        amount = fees.amount_of(one, assets_fen.get(place, 0))
        if amount:
            made.append(_add(held, one, amount, on, at))
    if held.state in ENDED and not waits:
        held.billing_state = BillingState.CLOSED
        held.save()
    if made:
        details = {"charges": {one.key: one.amount_fen for one in made}}
        record_about(held.client, action="charge", subject=("contract", held.number), details=details, by=by, at=at)
    return sum(one.amount_fen for one in made)


def refund_all(contract: Contract, on: date, at: datetime) -> int:
    """Give back every charge of a locked contract in full; return the sum in fen."""
    charges = list(contract.charges.filter(refund=None))
    for charge in charges:
        Refund.objects.create(charge=charge, amount_fen=charge.amount_fen, business_date=on, at=at)
    return sum(charge.amount_fen for charge in charges)


def refund_unused(contract: Contract, on: date, at: datetime) -> int:
    """Give back the days from `on` of what was charged beyond them; return the sum in fen."""
    total = 0
    for charge in contract.charges.filter(refund=None, until__gt=on):
        unused = (charge.until - max(on, charge.first)).days
        amount = split(charge.amount_fen, [unused, (charge.until - charge.first).days - unused])[0]
        if amount:
            Refund.objects.create(charge=charge, amount_fen=amount, business_date=on, at=at)
            total += amount
    return total


def _add(contract: Contract, one: fees.Due, amount: int, on: date, at: datetime) -> Charge:
    return Charge.objects.create(
        key=f"{contract.number}/{one.fee.code}/{one.first}",
        contract=contract,
        fee=one.fee.code,
        terms_digest=terms_on(contract, one.first).digest,
        first=one.first,
        until=one.until,
        amount_fen=amount,
        business_date=on,
        at=at,
    )
