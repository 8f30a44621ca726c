"""Tables of moves to another version of terms: the batch, one row a contract, and which terms apply from when.

A contract keeps what was signed for ever; what applies to it later is a row of its own, with the row of the batch that
it came by, and neither is changed again. Of a product at most one move is open. Never writes: operations do.
"""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.signing.consent import Consent
from smart_products.signing.models.contracts import Contract, OfContractQuerySet
from smart_products.signing.terms_moves import OPEN_MOVES, AfterDue, Kept, Outcome, TermsMoveState


class TermsMove(models.Model):
    """A batch: the contracts of a product on one version are taken to another, planned by one, confirmed by another."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="terms_moves", db_index=False)
    before = models.ForeignKey(TermsVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    after = models.ForeignKey(TermsVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    needed = models.CharField(max_length=16, choices=Consent.choices)
    consent = models.CharField(max_length=16, choices=Consent.choices)
    days = models.PositiveSmallIntegerField()
    """Calendar days that a client has, from the day he is told or asked."""
    after_due = models.CharField(max_length=8, choices=AfterDue.choices)
    state = models.CharField(max_length=16, choices=TermsMoveState.choices, default=TermsMoveState.PLANNED)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("move to other terms")
        verbose_name_plural = _("moves to other terms")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product"], condition=Q(state__in=sorted(OPEN_MOVES)), name="termsmove_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=TermsMoveState.values, after_due__in=AfterDue.values), name="termsmove_known"
            ),
            models.CheckConstraint(
                condition=Q(needed="silent", consent__in=Consent.values)
                | Q(needed="notice", consent__in=["notice", "sign_again"])
                | Q(needed="sign_again", consent="sign_again"),
                name="termsmove_never_milder",
            ),
            models.CheckConstraint(condition=~Q(before=F("after")), name="termsmove_other_version"),
            models.CheckConstraint(condition=Q(days__gte=1), name="termsmove_days"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="termsmove_confirmed_pair",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="termsmove_cancelled_pair",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("planned_by")), name="termsmove_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state="planned", confirmed_at=None, cancelled_at=None)
                | Q(state="cancelled", cancelled_at__isnull=False)
                | Q(state__in=["confirmed", "running", "finished"], confirmed_at__isnull=False, cancelled_at=None),
                name="termsmove_state_is_told",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.before_id}>{self.after_id} {self.state}"


class TermsMoveRow(models.Model):
    """What becomes of one contract in a move; `due_on` is the day on which its waiting is over."""

    move = models.ForeignKey(TermsMove, on_delete=models.PROTECT, related_name="rows", db_index=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="terms_rows")
    outcome = models.CharField(max_length=16, choices=Outcome.choices, default=Outcome.WAITING)
    kept = models.CharField(max_length=16, choices=Kept.choices, default="", blank=True)
    told_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = OfContractQuerySet["TermsMoveRow"].as_manager()

    class Meta:
        verbose_name = _("contract in a move to other terms")
        verbose_name_plural = _("contracts in a move to other terms")
        indexes = [models.Index(fields=["move", "outcome", "kept"], name="termsmoverow_outcome")]
        constraints = [
            models.UniqueConstraint(fields=["move", "contract"], name="termsmoverow_once"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="termsmoverow_known"),
            models.CheckConstraint(
                condition=Q(outcome="kept", kept__in=Kept.values) | ~Q(outcome="kept") & Q(kept=""),
                name="termsmoverow_kept_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(outcome="waiting", told_at=None, due_on=None, settled_at=None)
                | Q(outcome__in=["told_waiting", "asked_to_sign"], told_at__isnull=False, due_on__isnull=False)
                & Q(settled_at=None)
                | Q(outcome__in=["moved", "signed_again", "declined", "kept"], settled_at__isnull=False),
                name="termsmoverow_outcome_is_told",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.outcome}"


class AppliedTerms(models.Model):
    """Terms that apply to a contract from a day on, instead of those it was signed with; only added."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="applied")
    row = models.OneToOneField(TermsMoveRow, on_delete=models.PROTECT, related_name="applied")
    since = models.DateField()
    terms_public_id = models.UUIDField()
    terms_digest = models.CharField(max_length=64)
    agreed = models.JSONField(encoder=DjangoJSONEncoder)
    at = models.DateTimeField()

    objects = OfContractQuerySet["AppliedTerms"].as_manager()

    class Meta:
        verbose_name = _("terms applied to a contract")
        verbose_name_plural = _("terms applied to contracts")
        ordering = ["since", "pk"]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.since}"
