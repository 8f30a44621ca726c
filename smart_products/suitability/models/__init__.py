"""The tables of suitability: one door to what stands in this package."""

from __future__ import annotations

from smart_products.suitability.models.clients import Assessment, ProfessionalStatus
from smart_products.suitability.models.decisions import Decision
from smart_products.suitability.models.versions import MatchingRules, QuestionnaireVersion, Version

__all__ = ["Assessment", "Decision", "MatchingRules", "ProfessionalStatus", "QuestionnaireVersion", "Version"]
