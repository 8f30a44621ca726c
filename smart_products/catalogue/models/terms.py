"""The table of versions of terms: drafted and proposed by one person, published by another, never changed again.

What a version says is `terms`, with its digest; a trigger lets it change in a draft alone, lets the state move only as
`states.MOVES` does, and lets each move write only what belongs to it. Of a product at most one version is open, and at
most one published; `valid_until` is the day from which a version is not in force any more. Never writes: operations do.
"""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from smart_products.catalogue.models.products import Product
from smart_products.catalogue.states import OFFERED, OPEN, TermsState


class TermsVersion(models.Model):
    """A version of the terms of a product."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="terms", db_index=False)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=TermsState.choices, default=TermsState.DRAFT)
    terms = models.JSONField()
    digest = models.CharField(max_length=64)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    discarded_at = models.DateTimeField(null=True)
    discarded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("version of terms")
        verbose_name_plural = _("versions of terms")
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="termsversion_number"),
            models.UniqueConstraint(fields=["product"], condition=Q(state__in=OPEN), name="termsversion_one_open"),
            models.UniqueConstraint(
                fields=["product"], condition=Q(state=TermsState.PUBLISHED), name="termsversion_one_published"
            ),
            models.CheckConstraint(condition=Q(state__in=TermsState.values), name="termsversion_state"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="termsversion_digest"),
            models.CheckConstraint(
                condition=Q(proposed_at=None, proposed_by=None)
                | Q(proposed_at__isnull=False, proposed_by__isnull=False),
                name="termsversion_proposed_pair",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None, valid_from=None)
                | Q(published_at__isnull=False, published_by__isnull=False, valid_from__isnull=False),
                name="termsversion_published_pair",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at=None, discarded_by=None)
                | Q(discarded_at__isnull=False, discarded_by__isnull=False),
                name="termsversion_discarded_pair",
            ),
            models.CheckConstraint(
                condition=Q(state=TermsState.DRAFT, proposed_at=None, published_at=None, discarded_at=None)
                | Q(state=TermsState.PROPOSED, proposed_at__isnull=False, published_at=None, discarded_at=None)
                | Q(state=TermsState.DISCARDED, published_at=None, discarded_at__isnull=False)
                | Q(state__in=OFFERED, proposed_at__isnull=False, published_at__isnull=False, discarded_at=None),
                name="termsversion_state_is_told",
            ),
            models.CheckConstraint(
                condition=Q(published_by=None) | (~Q(published_by=F("drafted_by")) & ~Q(published_by=F("proposed_by"))),
                name="termsversion_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[TermsState.SUPERSEDED, TermsState.RETIRED], valid_until__isnull=False)
                | Q(~Q(state__in=[TermsState.SUPERSEDED, TermsState.RETIRED]), valid_until=None),
                name="termsversion_ended",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="termsversion_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.number} {self.state}"
