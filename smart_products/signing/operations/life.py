"""Writes of signing after the signature: pause, suspension, renewal, and every kind of end.

Each moves the contract in a row lock, ends the subscription where the contract ends, and tells the outbox. The nightly
ones (`*_due`, `end_*`, `tell_expiring`) do the same for each contract whose day has come, a transaction each; run
twice for a day they change nothing.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Least

from core.actor import Actor
from smart_products.signing.agreed import ends_before
from smart_products.signing.models import Contract, EndReasonNode, Pause, RematchState, SetAside
from smart_products.signing.operations.charging import refund_all, refund_unused
from smart_products.signing.operations.moving import LifeError, each, locked, move, note, numbers, tell
from smart_products.signing.operations.readmitting import readmit
from smart_products.signing.queries import terms_of
from smart_products.signing.states import IN_FORCE, UNSIGNED, BillingState, ContractState, EndReason, IllegalMove

ONE_DAY = timedelta(days=1)
TELL_DAYS = 30
"""Calendar days before the end of its term that a client is told or asked."""

EXPIRED, COOLED, CLOSED, RETIRED = "event.expired", "client.cooling_off", "event.account_closed", "broker.retired"
SIGNED_AGAIN = "client.signed_again"
"""Leaves of the tree of reasons that the life of a contract chooses by itself."""

_BY_ITSELF = {EndReason.WITHDRAWN, EndReason.EXPIRED, EndReason.NOT_OBSERVED}


class PauseRefused(LifeError):
    """The terms allow no pause, not one so long, or not so many a year."""


class CoolingOffOver(LifeError):
    """There is no cooling-off period, or its last day has passed."""


class NoRenewal(LifeError):
    """The terms know no renewal, or it is not yet time."""


class MatchOpen(LifeError):
    """The service is withheld because the client may not have it, or has not confirmed: matching alone releases it."""


class NoSuchReason(LifeError):
    """The reason is unknown, out of use, a branch of the tree, or none that is chosen."""


@transaction.atomic
def pause(*, contract: Contract, until: date, on: date, by: Actor, at: datetime) -> Contract:
    """Let the service rest from `on` until before `until`. Raises PauseRefused and IllegalMove."""
    held = locked(contract)
    rule = terms_of(held).pause
    taken = held.pauses.filter(since__year=on.year).count()
    if not rule.allowed or not 0 < (until - on).days <= rule.longest_days or taken >= rule.times_a_year:
        raise PauseRefused(f"allowed: {rule.times_a_year} a year of at most {rule.longest_days} days")
    move(held, ContractState.PAUSED, on=on, paused_on=on, paused_until=until)
    Pause.objects.create(contract=held, since=on, until=until)
    tell("paused", held, on=on, by=by, at=at, until=until)
    return held


@transaction.atomic
def resume(*, contract: Contract, on: date, by: Actor, at: datetime) -> Contract:
    """Let a paused service run again. Raises IllegalMove when it is not paused."""
    held = locked(contract)
    if held.state != ContractState.PAUSED:
        raise IllegalMove(ContractState(held.state), ContractState.ACTIVE)
    _end_pause(held, on)
    move(held, ContractState.ACTIVE, on=on)
    tell("resumed", held, on=on, by=by, at=at)
    return held


@transaction.atomic
def suspend(*, contract: Contract, cause: str, on: date, by: Actor, at: datetime) -> Contract:
    """Withhold the service until the client confirms again; `cause` is a word for the record, such as `rematch`."""
    held = locked(contract)
    _end_pause(held, on)
    move(held, ContractState.SUSPENDED, on=on)
    tell("suspended", held, on=on, by=by, at=at, cause=cause)
    return held


@transaction.atomic
def release(*, contract: Contract, cause: str, on: date, by: Actor, at: datetime) -> Contract:
    """Let a suspended service run again: cooling off while that lasts, else in force.

    Raises IllegalMove when it is not suspended, and MatchOpen while the match it was withheld for is open.
    """
    held = locked(contract)
    if held.state != ContractState.SUSPENDED:
        raise IllegalMove(ContractState(held.state), ContractState.ACTIVE)
    if held.rematches.filter(state=RematchState.SUSPENDED).exists():
        raise MatchOpen(held.number)
    cooling = held.cooling_off_until is not None and on <= held.cooling_off_until
    held.effective_on = held.effective_on or on
    move(held, ContractState.COOLING_OFF if cooling else ContractState.ACTIVE, on=on)
    tell("released", held, on=on, by=by, at=at, cause=cause)
    return held


@transaction.atomic
def renew(*, contract: Contract, on: date, by: Actor, at: datetime) -> Contract:
    """Add another term, from the end of the present one; more than one where nights were missed.

    The client's yes to being asked, or the agreed renewal by itself. Raises NoRenewal before the client was told.
    """
    held = locked(contract)
    terms = terms_of(held)
    if terms.months is None or terms.renewal == "none" or held.signed_on is None:
        raise NoRenewal("the terms know no renewal")
    if held.expiry_told_on is None or held.state not in {ContractState.RENEWING, ContractState.ACTIVE}:
        raise NoRenewal("the contract is not about to end")
    if held.state == ContractState.ACTIVE:
        move(held, ContractState.RENEWING, on=on)
    run = held.terms_run + 1
    while (longer := ends_before(held.signed_on, terms.months * run)) <= on:
        run += 1
    move(held, ContractState.ACTIVE, on=on, terms_run=run, expires_on=longer, expiry_told_on=None)
    tell("renewed", held, on=on, by=by, at=at, last_day=longer - ONE_DAY)
    return held


@transaction.atomic
def terminate(*, contract: Contract, reason: str, on: date, by: Actor, at: datetime) -> Contract:
    """End a contract before its agreed end, for a leaf of the tree of reasons; unused fees are given back.

    The contract is no longer in force on `on`. Raises NoSuchReason and IllegalMove.
    """
    leaf = EndReasonNode.objects.filter(code=reason, active=True).exclude(counts_as="").first()
    if leaf is None or leaf.counts_as in _BY_ITSELF:
        raise NoSuchReason(reason)
    held = locked(contract)
    _end(held, ContractState.TERMINATED, leaf, on, at)
    refund_unused(held, on, at)
    tell("terminated", held, on=held.ended_on or on, by=by, at=at, reason=reason)
    return held


@transaction.atomic
def withdraw(*, contract: Contract, on: date, by: Actor, at: datetime) -> Contract:
    """Withdraw within the cooling-off period, its last day included: everything that was charged is given back.

    Raises CoolingOffOver and IllegalMove.
    """
    held = locked(contract)
    if held.cooling_off_until is None or on > held.cooling_off_until:
        raise CoolingOffOver(f"the last day was {held.cooling_off_until}")
    _end(held, ContractState.WITHDRAWN, EndReasonNode.objects.get(code=COOLED), on, at)
    refunded = refund_all(held, on, at)
    if refunded:
        held.billing_state = BillingState.REFUNDED
    elif held.billing_state != BillingState.CLOSED:
        held.billing_state = BillingState.CLOSED
    held.save()
    tell("withdrawn", held, on=held.ended_on or on, by=by, at=at, refunded_fen=refunded)
    return held


def hand_over(contract: Contract, to: Contract, on: date, by: Actor, at: datetime) -> None:
    """End a contract in favour of the one just signed on other terms, in the caller's transaction.

    Unused fees are given back; what a feed said against it stands against its follower now.
    """
    held = locked(contract)
    if held.state not in IN_FORCE:
        return
    _end_alone(held, ContractState.TERMINATED, EndReasonNode.objects.get(code=SIGNED_AGAIN), on, at)
    SetAside.objects.filter(contract=held, choice="").update(contract=to)
    refund_unused(held, held.ended_on or on, at)
    tell("terminated", held, on=held.ended_on or on, by=by, at=at, reason=SIGNED_AGAIN)


def end_cooling_off(*, on: date, by: Actor, at: datetime) -> tuple[str, ...]:
    """Move on the contracts whose cooling-off period ended before `on`; return their numbers."""
    over = Contract.objects.filter(state=ContractState.COOLING_OFF, cooling_off_until__lt=on)
    return numbers([one for one in each(over) if _end_cooling_off(one, on, by, at)])


def resume_due(*, on: date, by: Actor, at: datetime) -> tuple[str, ...]:
    """Resume the contracts whose pause ends by `on`; return their numbers."""
    due = Contract.objects.filter(state=ContractState.PAUSED, paused_until__lte=on)
    return numbers([resume(contract=one, on=on, by=by, at=at) for one in each(due)])


def tell_expiring(*, on: date, by: Actor, at: datetime) -> tuple[str, ...]:
    """Tell those whose term ends within `TELL_DAYS`, once a term, and ask where the terms say so."""
    soon = Contract.objects.filter(state__in=IN_FORCE, expires_on__gt=on, expires_on__lte=on + timedelta(TELL_DAYS))
    return numbers([one for one in each(soon) if _tell_expiring(one, on, by, at)])


def expire_due(*, on: date, by: Actor, at: datetime) -> tuple[str, ...]:
    """End or renew by agreement the contracts whose term is over by `on`; return their numbers."""
    due = Contract.objects.filter(state__in=IN_FORCE, expires_on__lte=on)
    return numbers([_expire(one, on, by, at) for one in each(due)])


def end_orphaned(*, on: date, by: Actor, at: datetime) -> tuple[str, ...]:
    """End the contracts whose account was closed or whose product was retired by `on`, on that day."""
    gone = Contract.objects.annotate(gone_on=Least(F("account__closed_on"), F("product__retired_on")))
    orphaned = gone.filter(Q(state__in=IN_FORCE) | Q(state__in=UNSIGNED), gone_on__lte=on)
    return numbers([_end_orphaned(one, by, at) for one in each(orphaned)])


@transaction.atomic
def _end_cooling_off(contract: Contract, on: date, by: Actor, at: datetime) -> bool:
    held = locked(contract)
    if held.state != ContractState.COOLING_OFF:
        return False
    move(held, ContractState.ACTIVE, on=on)
    tell("cooling_off_ended", held, on=on, by=by, at=at)
    return True


@transaction.atomic
def _tell_expiring(contract: Contract, on: date, by: Actor, at: datetime) -> bool:
    held = locked(contract)
    asks = terms_of(held).renewal == "ask"
    told = held.expiry_told_on is None
    if told and held.expires_on is not None:
        held.expiry_told_on = on
        held.save()
        tell("expiring", held, on=on, by=by, at=at, last_day=held.expires_on - ONE_DAY, asks=asks)
    if asks and held.state == ContractState.ACTIVE:
        move(held, ContractState.RENEWING, on=on)
    return told


@transaction.atomic
def _expire(contract: Contract, on: date, by: Actor, at: datetime) -> Contract:
    held = locked(contract)
    if held.state not in IN_FORCE or held.expires_on is None or held.expires_on > on:
        return held
    if terms_of(held).renewal == "auto" and held.state == ContractState.ACTIVE and held.expiry_told_on is not None:
        return renew(contract=held, on=on, by=by, at=at)
    _end(held, ContractState.EXPIRED, EndReasonNode.objects.get(code=EXPIRED), held.expires_on, at)
    refund_unused(held, held.ended_on or on, at)
    tell("expired", held, on=held.ended_on or on, by=by, at=at)
    return held


@transaction.atomic
def _end_orphaned(contract: Contract, by: Actor, at: datetime) -> Contract:
    held = locked(contract)
    closed, retired = held.account.closed_on, held.product.retired_on
    if held.state in UNSIGNED:
        move(held, ContractState.ABANDONED, on=at.date())
        note("abandon", held, by=by, at=at)
        return held
    by_account = closed is not None and (retired is None or closed <= retired)
    day = closed if by_account else retired
    return terminate(contract=held, reason=CLOSED if by_account else RETIRED, on=day or at.date(), by=by, at=at)


def _end_pause(contract: Contract, on: date) -> None:
    """Close the pause of a contract, if it has one."""
    contract.paused_on = contract.paused_until = None
    for pause_ in contract.pauses.filter(ended_on=None):
        pause_.ended_on = max(on, pause_.since)
        pause_.save()


def _end(contract: Contract, new: ContractState, leaf: EndReasonNode, on: date, at: datetime) -> None:
    """End a locked contract, and take in what a feed said against it."""
    _end_alone(contract, new, leaf, on, at)
    readmit(contract, at)


def _end_alone(contract: Contract, new: ContractState, leaf: EndReasonNode, on: date, at: datetime) -> None:
    """End a locked contract and its subscription, which was in force until before the day."""
    if contract.state not in IN_FORCE or contract.subscription is None or contract.signed_on is None:
        raise IllegalMove(ContractState(contract.state), new)
    day = max(on, contract.signed_on)
    _end_pause(contract, day)
    move(contract, new, on=day, ended_on=day, end_reason=leaf)
    subscription = contract.subscription
    subscription.end, subscription.end_reason, subscription.recorded_at = day, leaf.counts_as, at
    subscription.save()
