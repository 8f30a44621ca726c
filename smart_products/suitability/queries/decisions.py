"""Reads of matching decisions: one worked out again, and many held against what their clients are now.

A decision is worked out again from the inputs it kept (`rules/replaying.py`). Re-matching judges anew by the rules of
the day and tells what came out otherwise. Never writes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models.expressions import RawSQL

from smart_products.suitability import rules as pure
from smart_products.suitability.models import Decision
from smart_products.suitability.queries.standings import stands
from smart_products.suitability.queries.versions import checked, matching_rules
from smart_products.suitability.rules import (
    ReplayBroken,
    Standing,
    Text,
    Verdict,
    judge,
    plain_verdict,
    read_rules,
    worse,
)

Grades = Mapping[int, tuple[str, str]]
"""By product id: risk level and regulatory class as they are now."""


class NoSuchDecision(LookupError):
    """There is no decision of that id."""


@dataclass(frozen=True, slots=True)
class Change:
    """A decision that would come out otherwise on a day, or whose client is another: what it was, what it is now."""

    decision_id: int
    client_id: int
    product_id: int
    outcome: str
    standing: Standing
    verdict: Verdict

    def weaker(self) -> bool:
        """Tell whether the verdict is worse now than it was."""
        return worse(self.verdict.outcome, self.outcome)


def decision_of(public_id: UUID) -> Decision:
    """Return a decision with the rows it was decided from. Raises NoSuchDecision."""
    found = Decision.objects.select_related("rules", "assessment__questionnaire").filter(public_id=public_id).first()
    if found is None:
        raise NoSuchDecision(f"no decision {public_id}")
    return found


def decisions_of(client_id: int) -> list[Decision]:
    """Return what was decided about a client, the latest first."""
    return list(Decision.objects.filter(client_id=client_id).defer("inputs").order_by("-at", "-pk"))


def replay(decision: Decision) -> Verdict:
    """Work a decision out again from what it kept. Raises ReplayBroken and ContentAltered."""
    found = pure.replay(record_of(decision))
    match = decision.inputs["match"]
    said = (match["terms_public_id"], match["terms_digest"], match["risk_level"], match["regulatory_class"])
    columns = (decision.terms_digest, decision.risk_level, decision.regulatory_class)
    if (str(decision.terms_public_id), *columns) != said or decision.decided_on.isoformat() != decision.inputs["on"]:
        raise ReplayBroken("columns")
    return found


def record_of(decision: Decision) -> dict[str, Any]:
    """Return all of a decision as JSON values: enough for `rules.replay` to work it out without a database."""
    assessment = decision.assessment
    verdict = Verdict(decision.outcome, tuple(decision.reasons), decision.thinking_hours, decision.follow_up)
    return {
        "public_id": str(decision.public_id),
        "at": decision.at.isoformat(),
        "inputs": decision.inputs,
        "verdict": plain_verdict(verdict),
        "digest": decision.digest,
        "rules": checked(decision.rules).content,
        "questionnaire": checked(assessment.questionnaire).content if assessment else None,
    }


def words_of(decision: Decision) -> tuple[Text, ...]:
    """Return the reasons of a decision in the words of the rules by which it was decided."""
    words = read_rules(checked(decision.rules).content).words
    return tuple(words[reason] for reason in decision.reasons)


def changed_since(decision_ids: Collection[int], on: date, grades: Grades | None = None) -> list[Change]:
    """Return the decisions whose client or outcome is another on a day, by id; three statements for any number.

    `grades` are the present levels of products that were graded anew; others keep the level they were decided with.
    A client is another when class, protection or investor class differ; a class that expired is no class.
    """
    rules, grades = matching_rules(on), grades or {}
    columns = ("pk", "client_id", "product_id", "outcome", "risk_level", "regulatory_class")
    about = ("risk_class", "protected", "investor_class")
    # One array, not a parameter for each: a hundred thousand take longer to be told apart than to be found.
    named = RawSQL("SELECT unnest(%s::bigint[])", [list(decision_ids)])
    rows = list(Decision.objects.filter(pk__in=named).order_by("pk").values_list(*columns, *about))
    standings = stands({row[1] for row in rows}, rules, on)
    verdicts: dict[tuple[Standing, str, str], Verdict] = {}
    found = []
    for decision_id, client_id, product_id, outcome, level_then, class_then, *before in rows:
        standing = standings[client_id]
        level, regulatory_class = grades.get(product_id, (level_then, class_then))
        asked = standing, level, regulatory_class
        if asked not in verdicts:
            verdicts[asked] = judge(standing, level, regulatory_class, rules, on)
        now = [standing.valid_class(on) or "", standing.protected, standing.investor_class]
        if now != before or verdicts[asked].outcome != outcome:
            found.append(Change(decision_id, client_id, product_id, outcome, standing, verdicts[asked]))
    return found


def weakened(decision_ids: Collection[int], on: date, grades: Grades | None = None) -> list[Change]:
    """Return the decisions whose verdict is worse on a day than it was, by id; see `changed_since`."""
    return [change for change in changed_since(decision_ids, on, grades) if change.weaker()]
