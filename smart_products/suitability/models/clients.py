"""Tables of what is known of a client here: assessments taken, and evidence of being a professional investor.

An assessment is never changed or taken back: a later one counts instead. Both have `visible_to`. Never writes:
operations do.
"""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Client
from accounts.rules import RiskClass
from accounts.scoping import ScopedQuerySet
from smart_products.suitability.models.versions import ACTOR_LENGTH, MatchingRules, QuestionnaireVersion
from smart_products.suitability.states import EvidenceState


class AssessmentQuerySet(ScopedQuerySet["Assessment"]):
    """Assessments, with scoping by the client's present outlet."""

    unit_path = "client__outlet__path"


class Assessment(models.Model):
    """What a client answered on a day and what it came to, or that the client declined to answer.

    It holds from `assessed_on` to `expires_on`, both included, by the rules of its day.
    """

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="assessments", db_index=False)
    questionnaire = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    rules = models.ForeignKey(MatchingRules, on_delete=models.PROTECT, related_name="+", db_index=False)
    answers = models.JSONField()
    declined = models.BooleanField()
    points = models.PositiveIntegerField(null=True)
    risk_class = models.CharField(max_length=2, choices=RiskClass.choices, default="", db_default="", blank=True)
    protected = models.BooleanField(default=False, db_default=False)
    assessed_on = models.DateField()
    expires_on = models.DateField(null=True)
    at = models.DateTimeField()

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        indexes = [models.Index(fields=["client", "-assessed_on", "-id"], name="assessment_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    declined=False,
                    points__isnull=False,
                    risk_class__in=RiskClass.values,
                    expires_on__isnull=False,
                    expires_on__gte=F("assessed_on"),
                )
                | Q(declined=True, points=None, risk_class="", expires_on=None, protected=False),
                name="assessment_scored_or_declined",
            ),
            models.CheckConstraint(
                condition=Q(protected=False) | Q(risk_class=RiskClass.C1), name="assessment_protected_is_lowest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} ({self.assessed_on})"


class ProfessionalStatusQuerySet(ScopedQuerySet["ProfessionalStatus"]):
    """Evidence of professional investors, with scoping by the client's present outlet."""

    unit_path = "client__outlet__path"


class ProfessionalStatus(models.Model):
    """Evidence that a client is a professional investor, from `since` until before `until` once it is accepted.

    `evidence` holds the SHA-256 of the papers. One person submits, another one reviews. `ended_on` is the first day
    on which it does not hold any more, when it was ended before its time.
    """

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="professional_statuses")
    since = models.DateField()
    until = models.DateField()
    evidence = ArrayField(models.CharField(max_length=64))
    state = models.CharField(max_length=16, choices=EvidenceState.choices, default=EvidenceState.SUBMITTED)
    submitted_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=ACTOR_LENGTH)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=ACTOR_LENGTH, null=True)
    ended_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=ACTOR_LENGTH, null=True)

    objects = ProfessionalStatusQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence of a professional investor")
        verbose_name_plural = _("evidence of professional investors")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EvidenceState.values), name="professional_state"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="professional_until_after_since"),
            models.CheckConstraint(condition=Q(evidence__len__gte=1), name="professional_has_evidence"),
            models.CheckConstraint(
                condition=Q(state="submitted", reviewed_at=None, reviewed_by=None)
                | Q(~Q(state="submitted"), reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="professional_reviewed",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("submitted_by")), name="professional_two_people"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="ended",
                    ended_on__isnull=False,
                    ended_on__gte=F("since"),
                    ended_on__lt=F("until"),
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                )
                | Q(~Q(state="ended"), ended_on=None, ended_at=None, ended_by=None),
                name="professional_ended",
            ),
            models.UniqueConstraint(
                fields=["client"], condition=Q(state="submitted"), name="professional_one_under_review"
            ),
            ExclusionConstraint(
                name="professional_no_overlap",
                expressions=[
                    ("client", RangeOperators.EQUAL),
                    (
                        Func(
                            F("since"),
                            Coalesce(F("ended_on"), F("until")),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state__in=["accepted", "ended"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} ({self.state})"
