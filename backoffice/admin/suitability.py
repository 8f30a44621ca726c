"""Records of suitability: versions of questionnaire and rules; assessments, evidence and decisions of clients."""

from __future__ import annotations

from accounts.roles import Area
from backoffice.admin.records import Records
from backoffice.admin.scopes import OfClients, OfHouse
from smart_products.suitability.models import (
    Assessment,
    Decision,
    MatchingRules,
    ProfessionalStatus,
    QuestionnaireVersion,
)

TERMS = OfHouse(Area.TERMS)


class Questionnaires(Records):
    """Versions of the questionnaire."""

    model = QuestionnaireVersion
    scope = TERMS
    listed = ("number", "state", "valid_from", "drafted_by", "published_by")
    key = ("number",)
    called = "number"
    filtered = ("state",)
    ordering = ("-number",)


class Rules(Records):
    """Versions of the matching rules."""

    model = MatchingRules
    scope = TERMS
    listed = ("number", "state", "valid_from", "drafted_by", "published_by")
    key = ("number",)
    called = "number"
    filtered = ("state",)
    ordering = ("-number",)


class Assessments(Records):
    """What clients answered."""

    model = Assessment
    scope = OfClients()
    listed = ("client", "assessed_on", "risk_class", "protected", "declined", "expires_on")
    called = "public_id"
    filtered = ("risk_class", "protected", "declined")
    ordering = ("-pk",)


class ProfessionalStatuses(Records):
    """Evidence of professional investors."""

    model = ProfessionalStatus
    scope = OfClients()
    listed = ("client", "since", "until", "state", "submitted_by", "reviewed_by")
    filtered = ("state",)
    ordering = ("-pk",)


class Decisions(Records):
    """Verdicts with all their inputs."""

    model = Decision
    scope = OfClients()
    listed = ("client", "product", "decided_on", "outcome", "risk_class", "risk_level", "follow_up")
    filtered = ("outcome", "risk_class", "protected", "follow_up")
    ordering = ("-pk",)


RECORDS = (Questionnaires, Rules, Assessments, ProfessionalStatuses, Decisions)
