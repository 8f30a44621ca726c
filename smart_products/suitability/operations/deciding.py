"""Deciding whether a product matches a client, and keeping everything the decision came from.

Owns `Decision`. Needs no row of the terms: their id, digest, level and class come as values and are kept as such, so
that the decision stands by itself. A refusal is a decision too. Never changes one.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.concerns import record_about
from accounts.models import Client
from core.actor import Actor
from smart_products.catalogue.models import Product
from smart_products.suitability.models import Assessment, Decision
from smart_products.suitability.operations.standing import locked
from smart_products.suitability.queries.standings import known
from smart_products.suitability.queries.versions import checked, rules_version
from smart_products.suitability.rules import (
    Match,
    decision_digest,
    inputs_of,
    judge,
    plain_verdict,
    read_rules,
    stand,
)


@transaction.atomic
def decide(
    *,
    client: Client,
    product: Product,
    terms_public_id: UUID,
    terms_digest: str,
    risk_level: str,
    regulatory_class: str,
    on: date,
    by: Actor,
    at: datetime,
) -> Decision:
    """Judge a client and one version of a product's terms on a day, and keep the verdict with all its inputs.

    Raises NothingPublished while there are no matching rules.
    """
    with locked(client):
        ruled_by = checked(rules_version(on))
        rules = read_rules(ruled_by.content)
        (found,) = known([client.pk], on)
        assessment = _assessment(found.assessment_id)
        standing = stand(found.facts, rules, on)
        verdict = judge(standing, risk_level, regulatory_class, rules, on)
        match = Match(product.code, str(terms_public_id), terms_digest, risk_level, regulatory_class)
        inputs = inputs_of(found.facts, _answered(assessment), match, rules, on)
        made = Decision.objects.create(
            client=client,
            product=product,
            terms_public_id=terms_public_id,
            terms_digest=terms_digest,
            risk_level=risk_level,
            regulatory_class=regulatory_class,
            rules=ruled_by,
            assessment=assessment,
            inputs=inputs,
            digest=decision_digest(inputs, plain_verdict(verdict)),
            risk_class=standing.valid_class(on) or "",
            protected=standing.protected,
            investor_class=standing.investor_class,
            outcome=verdict.outcome,
            reasons=list(verdict.reasons),
            thinking_hours=verdict.thinking_hours,
            follow_up=verdict.follow_up,
            decided_on=on,
            at=at,
        )
    details = {"product": product.code, "rules": ruled_by.number, "outcome": verdict.outcome}
    key = str(made.public_id)
    record_about(client, action="decide_match", subject=("decision", key), details=details, by=by, at=at)
    return made


def _assessment(assessment_id: int | None) -> Assessment | None:
    """Return our own assessment that is among the facts, with its questionnaire."""
    if assessment_id is None:
        return None
    found = Assessment.objects.select_related("questionnaire").defer("questionnaire__content")
    return found.get(pk=assessment_id)


def _answered(assessment: Assessment | None) -> dict[str, Any] | None:
    """Return what a decision keeps of an assessment."""
    if assessment is None:
        return None
    return {
        "public_id": str(assessment.public_id),
        "questionnaire": assessment.questionnaire.digest,
        "answers": assessment.answers,
        "points": assessment.points,
    }
