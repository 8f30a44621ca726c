"""Which live contracts come out worse on a day than what they stand on, and which open questions are over.

What a contract stands on is the decision it was signed with, or the last one with which its client confirmed again.
Never writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from smart_products.catalogue.queries import terms_in_force
from smart_products.catalogue.terms import Text
from smart_products.signing.models import Contract, Rematch, RematchState
from smart_products.signing.models.rematches import OPEN_REMATCHES
from smart_products.signing.states import IN_FORCE, MatchOutcome
from smart_products.suitability.models import Decision
from smart_products.suitability.queries import Change, matching_rules, weakened
from smart_products.suitability.rules.matching import Reason


def live() -> QuerySet[Contract]:
    """Return the contracts in force; those of a feed are no contracts of ours."""
    return Contract.objects.filter(state__in=IN_FORCE)


@dataclass(frozen=True, slots=True)
class Question:
    """What a client is asked about a contract that no longer matches as it did, as it stands on a day.

    It can be confirmed, unless the product is refused to him; `expired` tells that only the test can mend it.
    """

    until: date
    suspended: bool
    reasons: tuple[Text, ...]
    can_confirm: bool
    expired: bool


def question_of(contract: Contract, on: date) -> Question | None:
    """Return the open question of a contract, with the reasons of today; None where nothing is asked."""
    asked = Rematch.objects.filter(contract=contract, state__in=OPEN_REMATCHES).first()
    change = worse_now(Contract.objects.filter(pk=contract.pk), on).get(contract.pk) if asked else None
    if asked is None or change is None:
        return None
    reasons, rules = change.verdict.reasons, matching_rules(on)
    return Question(
        until=asked.confirm_until,
        suspended=asked.state == RematchState.SUSPENDED,
        reasons=tuple(rules.words[reason] for reason in reasons),
        can_confirm=change.verdict.outcome == MatchOutcome.WARNING and asked.outcome == MatchOutcome.WARNING,
        expired=Reason.EXPIRED in reasons,
    )


def worse_now(contracts: QuerySet[Contract], on: date) -> dict[int, Change]:
    """Return what came out worse, by contract id, judged by the present grade of each product."""
    standing_on = decisions_of(contracts)
    ids = dict(Decision.objects.filter(public_id__in=standing_on.values()).values_list("public_id", "pk"))
    if not ids:  # nothing to judge, and perhaps nothing published to judge by
        return {}
    grades = {one.product_id: (one.terms["risk_level"], one.terms["regulatory_class"]) for one in terms_in_force(on)}
    changes = {change.decision_id: change for change in weakened(ids.values(), on, grades)}
    found = {contract: changes.get(ids[decision]) for contract, decision in standing_on.items() if decision in ids}
    return {contract: change for contract, change in found.items() if change is not None}


def decisions_of(contracts: QuerySet[Contract]) -> Mapping[int, UUID]:
    """Return the decision that each contract stands on, by contract id."""
    signed = {pk: decision for pk, decision in contracts.values_list("pk", "decision") if decision is not None}
    confirmed = Rematch.objects.filter(contract__in=contracts, state=RematchState.CONFIRMED).order_by("pk")
    return signed | {pk: decision for pk, decision in confirmed.values_list("contract_id", "decision") if decision}
