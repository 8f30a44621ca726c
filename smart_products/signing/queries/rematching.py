"""Which live contracts come out worse on a day than what they stand on, and which open questions are over.

What a contract stands on is the decision it was signed with, or the last one with which its client confirmed again.
Never writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from smart_products.catalogue.queries import terms_in_force
from smart_products.signing.models import Contract, Rematch, RematchState
from smart_products.signing.states import IN_FORCE
from smart_products.suitability.models import Decision
from smart_products.suitability.queries import Change, weakened


def live() -> QuerySet[Contract]:
    """Return the contracts in force; those of a feed are no contracts of ours."""
    return Contract.objects.filter(state__in=IN_FORCE)


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
