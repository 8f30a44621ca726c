"""Live contracts are matched again when a client's class or a product's grade changed: told, confirmed, or suspended.

A contract that would be refused today is suspended at once. One that needs the special warning, or whose client's class
expired, runs on for as long as the limit `rematch_days` says, then is suspended unless he acknowledged it or took the
test again. It is released by matching again, or by the acknowledgement. Each contract is its own transaction; for the
same cause nothing happens twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from core.actor import Actor
from core.queries import limit_days
from smart_products.catalogue.queries import terms_of as terms_offered
from smart_products.signing.acknowledgements import sentences
from smart_products.signing.models import Contract, Rematch, RematchState
from smart_products.signing.models.rematches import OPEN_REMATCHES
from smart_products.signing.operations.life import release, suspend
from smart_products.signing.operations.moving import LifeError, each, locked, note, tell
from smart_products.signing.operations.stepping import require_client
from smart_products.signing.papers.labels import Language
from smart_products.signing.queries import agreed_terms
from smart_products.signing.queries.rematching import live, worse_now
from smart_products.signing.states import IN_FORCE, ContractState, MatchOutcome
from smart_products.signing.steps import NotAcknowledged, Step
from smart_products.suitability.models import Decision
from smart_products.suitability.operations import decide
from smart_products.suitability.queries import Change
from smart_products.suitability.rules.matching import Reason

CAUSE = "rematch"


class NothingToConfirm(LifeError):
    """No question is open for this contract, or the client may not have the product at all."""


@dataclass(frozen=True, slots=True)
class Rematched:
    """What a run came to: contracts asked, suspended, and settled because they match again."""

    judged: int
    asked: int
    suspended: int
    settled: int


def rematch(*, on: date, by: Actor, at: datetime, contracts: QuerySet[Contract] | None = None) -> Rematched:
    """Judge live contracts again on a day, all or those named; run twice it does nothing twice."""
    judged = live() if contracts is None else contracts.filter(state__in=IN_FORCE)
    worse = worse_now(judged, on)
    count, settled, suspended = judged.count(), 0, 0
    asked = [_ask(one, worse[one.pk], on, by, at) for one in each(judged.filter(pk__in=list(worse)))]
    for one in each(judged.filter(rematches__state__in=OPEN_REMATCHES).exclude(pk__in=list(worse))):
        settled += _settle(one, on, by, at)
    due = judged.filter(rematches__state=RematchState.ASKED, rematches__confirm_until__lt=on)
    for one in each(due):
        suspended += _suspend_due(one, on, by, at)
    questions = [question for question in asked if question is not None]
    suspended += sum(question.state == RematchState.SUSPENDED for question in questions)
    return Rematched(count, len(questions), suspended, settled)


@transaction.atomic
def confirm_rematch(
    *, contract: Contract, ticked: Sequence[str], language: Language, on: date, by: Actor, at: datetime
) -> Decision:
    """Take the client's acknowledgement of what changed: a new decision is what the contract stands on.

    `ticked` are the sentences of the special warning, word for word. A suspended service runs again. Raises
    NotTheClient, NotAcknowledged and NothingToConfirm; a refusal can not be acknowledged.
    """
    held = locked(contract)
    require_client(held.client, by)
    question = _open(held)
    if question is None or question.outcome == MatchOutcome.REFUSED:
        raise NothingToConfirm(held.number)
    version = terms_offered(held.product_id, on) or agreed_terms(held)[0]
    wanted = sentences(Step.SPECIAL_WARNING, version.terms["regulatory_class"], language)
    if set(ticked) != set(wanted):
        raise NotAcknowledged("each sentence has to be acknowledged")
    decision = decide(
        client=held.client, product=held.product, terms_public_id=version.public_id, terms_digest=version.digest,
        risk_level=version.terms["risk_level"], regulatory_class=version.terms["regulatory_class"], on=on, by=by, at=at,
    )  # fmt: skip
    if decision.outcome == MatchOutcome.REFUSED:
        raise NothingToConfirm(held.number)
    question.acknowledged = list(wanted)
    _close(question, RematchState.CONFIRMED, at, decision=decision)
    note("confirm_rematch", held, by=by, at=at, decision=str(decision.public_id), language=language)
    _release(held, question, on, by, at)
    return decision


@transaction.atomic
def _ask(contract: Contract, change: Change, on: date, by: Actor, at: datetime) -> Rematch | None:
    """Tell the client of a worse match, once for a cause; suspend where it may not go on."""
    held = locked(contract)
    cause, before = _cause(change, on), _open(held)
    if held.state not in IN_FORCE or (before is not None and before.cause == cause):
        return None
    if before is not None:
        _close(before, RematchState.REPLACED, at)
    refused = change.verdict.outcome == MatchOutcome.REFUSED and Reason.EXPIRED not in change.verdict.reasons
    until = on if refused else on + timedelta(days=limit_days("rematch_days"))
    question = Rematch.objects.create(
        contract=held, cause=cause, outcome=change.verdict.outcome, state=RematchState.ASKED, asked_at=at,
        confirm_until=until, ours=before is not None and before.ours,
    )  # fmt: skip
    reasons = list(change.verdict.reasons)
    tell("rematched", held, on=on, by=by, at=at, outcome=question.outcome, reasons=reasons, until=until)
    if refused or question.ours:
        _suspend(held, question, on, by, at)
    return question


@transaction.atomic
def _settle(contract: Contract, on: date, by: Actor, at: datetime) -> bool:
    """End the question of a contract that matches again."""
    held = locked(contract)
    question = _open(held)
    if question is None:
        return False
    _close(question, RematchState.SETTLED, at)
    _release(held, question, on, by, at)
    return True


@transaction.atomic
def _suspend_due(contract: Contract, on: date, by: Actor, at: datetime) -> bool:
    """Suspend a contract whose client did not confirm in time."""
    held = locked(contract)
    question = _open(held)
    if question is None or question.state != RematchState.ASKED or question.confirm_until >= on:
        return False
    _suspend(held, question, on, by, at)
    return True


def _suspend(contract: Contract, question: Rematch, on: date, by: Actor, at: datetime) -> None:
    """Withhold the service; one that somebody withheld before stays theirs to release."""
    if contract.state != ContractState.SUSPENDED:
        suspend(contract=contract, cause=CAUSE, on=on, by=by, at=at)
        question.ours = True
    question.state = RematchState.SUSPENDED
    question.save()


def _release(contract: Contract, question: Rematch, on: date, by: Actor, at: datetime) -> None:
    if question.ours and contract.state == ContractState.SUSPENDED:
        release(contract=contract, cause=CAUSE, on=on, by=by, at=at)


def _open(contract: Contract) -> Rematch | None:
    return Rematch.objects.select_for_update().filter(contract=contract, state__in=OPEN_REMATCHES).first()


def _close(question: Rematch, state: RematchState, at: datetime, decision: Decision | None = None) -> None:
    question.state, question.closed_at = state, at
    question.decision = decision.public_id if decision else None
    question.save()


def _cause(change: Change, on: date) -> str:
    """Return what a question is about: what the client is now, and what that comes to."""
    standing = change.standing
    facts = (standing.valid_class(on) or "none", str(standing.protected), standing.investor_class)
    return " ".join((*facts, change.verdict.outcome, *change.verdict.reasons))[:100]
