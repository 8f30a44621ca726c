"""A decision worked out again from what it kept, with nothing else at hand.

Owns the shape of the inputs a decision keeps (schema 1) and the way back from them to the verdict: digests of rules
and questionnaire, the score of the answers, the standing, the match. Needs no database, so that a file alone can be
checked as well. Whatever does not come out as it was kept is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from smart_products.suitability.rules.content import digest_of
from smart_products.suitability.rules.judging import Standing, Verdict, judge
from smart_products.suitability.rules.matching import Rules, read_rules
from smart_products.suitability.rules.questionnaire import read_questionnaire
from smart_products.suitability.rules.scoring import score
from smart_products.suitability.rules.standing import Facts, stand

SCHEMA = 1


class ReplayBroken(ValueError):
    """A part of what a decision kept does not agree with the rest; `part` names it."""

    def __init__(self, part: str) -> None:
        self.part = part
        super().__init__(f"the decision can not be worked out again: {part}")


@dataclass(frozen=True, slots=True)
class Match:
    """What was matched: a product's level and class by one version of its terms."""

    product: str
    terms_public_id: str
    terms_digest: str
    risk_level: str
    regulatory_class: str


def inputs_of(
    facts: Facts, assessment: Mapping[str, Any] | None, match: Match, rules: Rules, on: date
) -> dict[str, Any]:
    """Return everything a verdict comes from as JSON values; `assessment` is our own that counts, with its answers."""
    return {
        "schema": SCHEMA,
        "on": on.isoformat(),
        "match": asdict(match),
        "facts": facts.plain(),
        "assessment": None if assessment is None else dict(assessment),
        "standing": plain_standing(stand(facts, rules, on)),
        "rules": rules.digest,
    }


def plain_standing(standing: Standing) -> dict[str, Any]:
    """Return a standing as JSON values."""
    told = asdict(standing)
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}


def plain_verdict(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as JSON values."""
    return {**asdict(verdict), "reasons": list(verdict.reasons)}


def decision_digest(inputs: Mapping[str, Any], verdict: Mapping[str, Any]) -> str:
    """Return the digest of a decision: over everything it came from and everything it came to."""
    return digest_of([inputs, verdict])


def replay(told: Mapping[str, Any]) -> Verdict:
    """Work a decision out again from what is told of it. Raises ReplayBroken naming what does not agree.

    `told` has `inputs`, `verdict` and `digest` of the decision and the contents of its `rules` and `questionnaire`
    (None without an assessment of ours), all as JSON values.
    """
    inputs, verdict = told["inputs"], told["verdict"]
    if decision_digest(inputs, verdict) != told["digest"]:
        raise ReplayBroken("digest")
    if inputs["schema"] != SCHEMA:
        raise ReplayBroken("schema")
    if digest_of(told["rules"]) != inputs["rules"]:
        raise ReplayBroken("rules")
    rules, on, facts = read_rules(told["rules"]), date.fromisoformat(inputs["on"]), Facts.from_plain(inputs["facts"])
    _check_assessment(facts, inputs["assessment"], told["questionnaire"])
    standing = stand(facts, rules, on)
    if plain_standing(standing) != inputs["standing"]:
        raise ReplayBroken("standing")
    found = judge(standing, inputs["match"]["risk_level"], inputs["match"]["regulatory_class"], rules, on)
    if plain_verdict(found) != verdict:
        raise ReplayBroken("verdict")
    return found


def _check_assessment(facts: Facts, assessment: Mapping[str, Any] | None, questionnaire_content: Any) -> None:
    """Score the answers kept again; what is said of the client must come from them."""
    if (assessment is None) != (not facts.own_class):
        raise ReplayBroken("assessment")
    if assessment is None:
        if questionnaire_content is not None:
            raise ReplayBroken("questionnaire")
        return
    if questionnaire_content is None or digest_of(questionnaire_content) != assessment["questionnaire"]:
        raise ReplayBroken("questionnaire")
    scored = score(read_questionnaire(questionnaire_content), assessment["answers"])
    kept = assessment["points"], facts.own_class, facts.own_protected
    if kept != (scored.points, scored.risk_class, scored.protected):
        raise ReplayBroken("score")
