"""The table of steps: what of a signing was shown from when, acknowledged when, and from where.

A step that is done never changes again: a trigger refuses it, and every deletion. Never writes: operations do.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from smart_products.signing.models.contracts import Contract, OfContractQuerySet
from smart_products.signing.models.documents import Document
from smart_products.signing.steps import PAPERS, Step


class SigningStep(models.Model):
    """A step of a contract's signing: shown, and done once."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="steps", db_index=False)
    step = models.CharField(max_length=16, choices=Step.choices)
    language = models.CharField(max_length=2)
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    shown_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    acknowledged = ArrayField(models.TextField(), default=list)
    session = models.CharField(max_length=64)
    device = models.CharField(max_length=300)
    address = models.CharField(max_length=45)

    objects = OfContractQuerySet["SigningStep"].as_manager()

    class Meta:
        verbose_name = _("step of a signing")
        verbose_name_plural = _("steps of signings")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "step"], name="signingstep_once"),
            models.CheckConstraint(
                condition=Q(step__in=Step.values, language__in=["zh", "en"]), name="signingstep_known"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(done_at__gte=F("shown_at")), name="signingstep_done_after_shown"
            ),
            models.CheckConstraint(
                condition=~Q(step__in=sorted(PAPERS)) | Q(document__isnull=False), name="signingstep_has_paper"
            ),
        ]

    def __str__(self) -> str:
        return self.step
