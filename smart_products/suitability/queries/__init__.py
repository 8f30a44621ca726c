"""The reads of suitability: one door to what stands in this package."""

from __future__ import annotations

from smart_products.suitability.queries.decisions import (
    Change,
    NoSuchDecision,
    changed_since,
    decision_of,
    decisions_of,
    record_of,
    replay,
    weakened,
    words_of,
)
from smart_products.suitability.queries.standings import (
    Expiring,
    assessments_of,
    expiring,
    expiring_among,
    standing_of,
    standings_of,
    stands,
)
from smart_products.suitability.queries.versions import (
    ContentAltered,
    NoSuchVersion,
    NothingPublished,
    VersionView,
    current_questionnaire,
    matching_rules,
    questionnaire_numbered,
    questionnaire_version,
    questionnaires,
    rule_versions,
    rules_numbered,
    rules_version,
)

__all__ = [
    "Change",
    "ContentAltered",
    "Expiring",
    "NoSuchDecision",
    "NoSuchVersion",
    "NothingPublished",
    "VersionView",
    "assessments_of",
    "changed_since",
    "current_questionnaire",
    "decision_of",
    "decisions_of",
    "expiring",
    "expiring_among",
    "matching_rules",
    "questionnaire_numbered",
    "questionnaire_version",
    "questionnaires",
    "record_of",
    "replay",
    "rule_versions",
    "rules_numbered",
    "rules_version",
    "standing_of",
    "standings_of",
    "stands",
    "weakened",
    "words_of",
]
