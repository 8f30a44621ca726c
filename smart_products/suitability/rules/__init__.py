"""The pure part of suitability: content, scoring, standing, matching, replay; one door to what stands in this package.

Nothing here reads a table or a clock.
"""

from __future__ import annotations

from smart_products.catalogue.terms import Text
from smart_products.suitability.rules.content import ContentError, Fault, Rule, canonical, digest_of, texts
from smart_products.suitability.rules.days import add_months
from smart_products.suitability.rules.judging import Source, Standing, Verdict, judge
from smart_products.suitability.rules.matching import (
    LEVELS,
    OUTCOMES,
    HighRisk,
    Outcome,
    Reason,
    Rules,
    read_rules,
    worse,
)
from smart_products.suitability.rules.questionnaire import (
    CLASSES,
    Cap,
    Option,
    Protection,
    Question,
    Questionnaire,
    read_questionnaire,
)
from smart_products.suitability.rules.replaying import (
    Match,
    ReplayBroken,
    decision_digest,
    inputs_of,
    plain_standing,
    plain_verdict,
    replay,
)
from smart_products.suitability.rules.scoring import (
    Answers,
    AnswersMissing,
    ImpossibleAnswers,
    Score,
    impossible,
    missing,
    score,
)
from smart_products.suitability.rules.standing import Facts, stand

__all__ = [
    "CLASSES",
    "LEVELS",
    "OUTCOMES",
    "Answers",
    "AnswersMissing",
    "Cap",
    "ContentError",
    "Facts",
    "Fault",
    "HighRisk",
    "ImpossibleAnswers",
    "Match",
    "Option",
    "Outcome",
    "Protection",
    "Question",
    "Questionnaire",
    "Reason",
    "ReplayBroken",
    "Rule",
    "Rules",
    "Score",
    "Source",
    "Standing",
    "Text",
    "Verdict",
    "add_months",
    "canonical",
    "decision_digest",
    "digest_of",
    "impossible",
    "inputs_of",
    "judge",
    "missing",
    "plain_standing",
    "plain_verdict",
    "read_questionnaire",
    "read_rules",
    "replay",
    "score",
    "stand",
    "texts",
    "worse",
]
