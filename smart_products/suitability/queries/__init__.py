"""The reads of suitability: one door to what stands in this package."""

from __future__ import annotations

from smart_products.suitability.queries.decisions import (
    Change,
    NoSuchDecision,
    changed_since,
    decision_of,
    record_of,
    replay,
    weakened,
    words_of,
)
from smart_products.suitability.queries.standings import Expiring, expiring, standing_of, standings_of
from smart_products.suitability.queries.versions import (
    ContentAltered,
    NothingPublished,
    VersionView,
    current_questionnaire,
    matching_rules,
    questionnaires,
    rule_versions,
)

__all__ = [
    "Change",
    "ContentAltered",
    "Expiring",
    "NoSuchDecision",
    "NothingPublished",
    "VersionView",
    "changed_since",
    "current_questionnaire",
    "decision_of",
    "expiring",
    "matching_rules",
    "questionnaires",
    "record_of",
    "replay",
    "rule_versions",
    "standing_of",
    "standings_of",
    "weakened",
    "words_of",
]
