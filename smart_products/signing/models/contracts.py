"""Tables of contracts: what was agreed, where it stands, its pauses, and the tree of reasons for an end.

A contract in a signed state can not exist without decision, papers, signature and subscription, and one of client,
product and account is open at most once: the database sees to both, and a trigger of the migration refuses each move
that `states.MOVES` does not list. Never writes: operations do.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import AssetAccount, Client
from accounts.scoping import Model_co, ScopedQuerySet
from smart_products.catalogue.models import Product
from smart_products.signing.models.subscriptions import Subscription
from smart_products.signing.states import (
    ENDED,
    OPEN,
    SIGNED,
    BillingState,
    ContractState,
    EndReason,
    MatchOutcome,
    ServiceState,
)


class EndReasonNode(models.Model):
    """A reason for an end as staff and clients choose it; a leaf says which `EndReason` it counts as."""

    code = models.CharField(max_length=64, unique=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    counts_as = models.CharField(max_length=16, choices=EndReason.choices, default="", blank=True)
    for_clients = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("reason of an end")
        verbose_name_plural = _("reasons of ends")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(counts_as__in=["", *EndReason.values]), name="endreason_counts_as"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="endreason_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name


class ContractQuerySet(ScopedQuerySet["Contract"]):
    """Contracts, with scoping by the client's present outlet."""

    unit_path = "client__outlet__path"


class Contract(models.Model):
    """A client's contract over a product and an account; its states move by `operations.moving` alone."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    number = models.CharField(max_length=32, unique=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="contracts")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="contracts", db_index=False)
    account = models.ForeignKey(AssetAccount, on_delete=models.PROTECT, related_name="contracts")
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followers")
    """The contract over the same, on other terms, that ends with the signature of this one."""
    terms_public_id = models.UUIDField()
    terms_digest = models.CharField(max_length=64)
    agreed = models.JSONField(encoder=DjangoJSONEncoder)
    other_terms_since = models.DateField(null=True)
    """Since when other terms apply than were signed; which ones stands in `AppliedTerms`."""
    state = models.CharField(max_length=16, choices=ContractState.choices, default=ContractState.DRAFT)
    service_state = models.CharField(max_length=16, choices=ServiceState.choices, default=ServiceState.WAITING)
    billing_state = models.CharField(max_length=16, choices=BillingState.choices, default=BillingState.IDLE)
    opened_at = models.DateTimeField()
    decision = models.UUIDField(null=True)
    outcome = models.CharField(max_length=16, choices=MatchOutcome.choices, default="", blank=True)
    warned_at = models.DateTimeField(null=True)
    papers = ArrayField(models.CharField(max_length=64), default=list)
    signature = models.CharField(max_length=128, default="", blank=True)
    subscription = models.OneToOneField(Subscription, null=True, on_delete=models.PROTECT, related_name="contract")
    signed_at = models.DateTimeField(null=True)
    signed_on = models.DateField(null=True)
    effective_on = models.DateField(null=True)
    cooling_off_until = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    expiry_told_on = models.DateField(null=True)
    terms_run = models.PositiveSmallIntegerField(default=1)
    paused_on = models.DateField(null=True)
    paused_until = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    end_reason = models.ForeignKey(EndReasonNode, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("Contracts")
        indexes = [models.Index(fields=["state", "expires_on"], name="contract_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "product", "account"],
                condition=Q(state__in=sorted(OPEN), follows=None),
                name="contract_open_once",
            ),
            models.UniqueConstraint(
                fields=["follows"], condition=Q(state__in=sorted(OPEN)), name="contract_followed_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=ContractState.values,
                    service_state__in=ServiceState.values,
                    billing_state__in=BillingState.values,
                    outcome__in=["", *MatchOutcome.values],
                ),
                name="contract_states",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(SIGNED), signed_at__isnull=False, signed_on__isnull=False)
                & Q(subscription__isnull=False, decision__isnull=False, papers__len__gt=0)
                & ~Q(signature="")
                | ~Q(state__in=sorted(SIGNED))
                & Q(signed_at__isnull=True, signed_on__isnull=True)
                & Q(subscription__isnull=True, signature="", effective_on__isnull=True),
                name="contract_signed_with_proof",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", outcome="")
                | Q(state="abandoned")
                | Q(state="refused", outcome="refused", decision__isnull=False)
                | Q(state="matched", outcome__in=["fit", "warning"], decision__isnull=False)
                | Q(state="warned", outcome="warning", warned_at__isnull=False, decision__isnull=False)
                | Q(state__in=sorted(SIGNED), outcome="fit")
                | Q(state__in=sorted(SIGNED), outcome="warning", warned_at__isnull=False),
                name="contract_outcome",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(ENDED), ended_on__gte=F("signed_on"), end_reason__isnull=False)
                | ~Q(state__in=sorted(ENDED)) & Q(ended_on__isnull=True, end_reason__isnull=True),
                name="contract_ended_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="paused", paused_on__isnull=False, paused_until__gt=F("paused_on"))
                | ~Q(state="paused") & Q(paused_on__isnull=True, paused_until__isnull=True),
                name="contract_paused_until",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["cooling_off", "withdrawn"]) | Q(cooling_off_until__gte=F("signed_on")),
                name="contract_cools_off_until",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(ended_on__lte=F("cooling_off_until")),
                name="contract_withdrawn_in_time",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=F("signed_on")), name="contract_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OfContractQuerySet(ScopedQuerySet[Model_co]):
    """Rows of a contract, with scoping by the client's present outlet."""

    unit_path = "contract__client__outlet__path"


class Pause(models.Model):
    """A pause of a contract: from a day, until before the planned one, and when it really ended."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="pauses")
    since = models.DateField()
    until = models.DateField()
    ended_on = models.DateField(null=True)

    objects = OfContractQuerySet["Pause"].as_manager()

    class Meta:
        verbose_name = _("pause of a contract")
        verbose_name_plural = _("pauses of contracts")
        constraints = [
            models.UniqueConstraint(fields=["contract"], condition=Q(ended_on__isnull=True), name="pause_open_once"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="pause_until_after_since"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("since")), name="pause_ended_after_since"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.since}"


class ServiceSpan(models.Model):
    """Days on which the service of a contract runs, from `since` until before `until` (empty: still); fees follow."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="spans")
    since = models.DateField()
    until = models.DateField(null=True)

    objects = OfContractQuerySet["ServiceSpan"].as_manager()

    class Meta:
        verbose_name = _("days of service")
        verbose_name_plural = _("days of service")
        constraints = [
            models.UniqueConstraint(fields=["contract"], condition=Q(until__isnull=True), name="span_open_once"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="span_until_after_since"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.since}"
