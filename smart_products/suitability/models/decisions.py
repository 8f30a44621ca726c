"""The table of matching decisions: what was decided, and everything it was decided from.

Rows are only added; the database refuses update and delete. The inputs are kept as values, not as references that
may come to mean something else, so that a decision can be worked out again at any time. Never writes: operations do.
"""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Client
from accounts.rules import InvestorClass, RiskClass
from accounts.scoping import ScopedQuerySet
from smart_products.catalogue.models import Product
from smart_products.suitability.models.clients import Assessment
from smart_products.suitability.models.versions import SHA256, MatchingRules
from smart_products.suitability.rules import Outcome


class DecisionQuerySet(ScopedQuerySet["Decision"]):
    """Decisions, with scoping by the client's present outlet."""

    unit_path = "client__outlet__path"


class Decision(models.Model):
    """A verdict on a client and one version of a product's terms, on a day.

    The terms are held by their public id and digest, as values: what was decided stays readable without them.
    `inputs` holds everything and `digest` binds inputs and verdict (`rules/replaying.py`); the columns repeat what is
    asked of many decisions at once: `risk_class` is the class that held on the day, empty when there was none.
    """

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="decisions")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    terms_public_id = models.UUIDField()
    terms_digest = models.CharField(max_length=64)
    risk_level = models.CharField(max_length=16)
    regulatory_class = models.CharField(max_length=16)
    rules = models.ForeignKey(MatchingRules, on_delete=models.PROTECT, related_name="+", db_index=False)
    assessment = models.ForeignKey(Assessment, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    inputs = models.JSONField(encoder=DjangoJSONEncoder)
    risk_class = models.CharField(max_length=2, choices=RiskClass.choices, default="", db_default="", blank=True)
    protected = models.BooleanField()
    investor_class = models.CharField(max_length=16, choices=InvestorClass.choices)
    digest = models.CharField(max_length=64)
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    reasons = models.JSONField()
    thinking_hours = models.PositiveSmallIntegerField()
    follow_up = models.BooleanField()
    decided_on = models.DateField()
    at = models.DateTimeField()

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("matching decision")
        verbose_name_plural = _("matching decisions")
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="decision_outcome"),
            models.CheckConstraint(condition=Q(terms_digest__regex=SHA256), name="decision_terms_digest"),
            models.CheckConstraint(condition=Q(digest__regex=SHA256), name="decision_digest"),
            models.CheckConstraint(condition=Q(risk_class__in=[*RiskClass.values, ""]), name="decision_risk"),
            models.CheckConstraint(condition=Q(investor_class__in=InvestorClass.values), name="decision_investor"),
            models.CheckConstraint(
                condition=Q(protected=False) | Q(outcome=Outcome.REFUSED) | Q(risk_level="R1"),
                name="decision_protected_stays_below",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} ({self.outcome})"
