"""The writes of suitability: one door to what stands in this package.

Each operation takes `by=` and `at=`, writes one audit row in its transaction, and either does all of its work or none.
What needs two people refuses the second step to whoever took the first.
"""

from __future__ import annotations

from smart_products.suitability.operations.assessing import (
    AssessedLater,
    QuestionnaireReplaced,
    TooManyAssessments,
    assess,
    decline_assessment,
)
from smart_products.suitability.operations.deciding import decide
from smart_products.suitability.operations.people import PersonNeeded, TwoPeopleNeeded
from smart_products.suitability.operations.professionals import (
    AlreadyProfessional,
    EvidenceError,
    accept_professional,
    end_professional,
    refuse_professional,
    submit_professional,
)
from smart_products.suitability.operations.seeding import seed_suitability
from smart_products.suitability.operations.versions import (
    TooEarly,
    discard_questionnaire,
    discard_rules,
    draft_questionnaire,
    draft_rules,
    publish_questionnaire,
    publish_rules,
)

__all__ = [
    "AlreadyProfessional",
    "AssessedLater",
    "EvidenceError",
    "PersonNeeded",
    "QuestionnaireReplaced",
    "TooEarly",
    "TooManyAssessments",
    "TwoPeopleNeeded",
    "accept_professional",
    "assess",
    "decide",
    "decline_assessment",
    "discard_questionnaire",
    "discard_rules",
    "draft_questionnaire",
    "draft_rules",
    "end_professional",
    "publish_questionnaire",
    "publish_rules",
    "refuse_professional",
    "seed_suitability",
    "submit_professional",
]
