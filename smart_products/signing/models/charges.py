"""Tables of charges and refunds: instructions to the broker's settlement, each told once. We move no money.

A service is charged once for any day: the database refuses an overlap of one contract and fee, and a refund above its
charge. What was exported never changes. Never writes: operations do.
"""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from accounts.scoping import ScopedQuerySet
from smart_products.signing.models.contracts import Contract, OfContractQuerySet


class SettlementExport(models.Model):
    """A file of instructions for settlement: its bytes are known by their hash and can be written again."""

    number = models.PositiveIntegerField(unique=True)
    business_date = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64)
    charges = models.PositiveIntegerField()
    charged_fen = models.BigIntegerField()
    refunds = models.PositiveIntegerField()
    refunded_fen = models.BigIntegerField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=150, null=True)

    class Meta:
        verbose_name = _("export to settlement")
        verbose_name_plural = _("exports to settlement")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="settlement_confirmed",
            ),
            models.CheckConstraint(condition=Q(charged_fen__gte=0, refunded_fen__gte=0), name="settlement_amounts"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Charge(models.Model):
    """A fee of a contract for the half-open period `first` to `until`."""

    key = models.CharField(max_length=200, unique=True)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="charges")
    fee = models.CharField(max_length=64)
    terms_digest = models.CharField(max_length=64)
    first = models.DateField()
    until = models.DateField()
    amount_fen = models.BigIntegerField()
    business_date = models.DateField()
    at = models.DateTimeField()
    export = models.ForeignKey(SettlementExport, null=True, on_delete=models.PROTECT, related_name="+")

    objects = OfContractQuerySet["Charge"].as_manager()

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="charge_is_positive"),
            models.CheckConstraint(condition=Q(until__gt=F("first")), name="charge_has_days"),
            ExclusionConstraint(
                name="charge_once",
                expressions=[
                    ("contract", RangeOperators.EQUAL),
                    ("fee", RangeOperators.EQUAL),
                    (
                        Func(F("first"), F("until"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.key


class RefundQuerySet(ScopedQuerySet["Refund"]):
    """Refunds, with scoping by the client's present outlet."""

    unit_path = "charge__contract__client__outlet__path"


class Refund(models.Model):
    """What is given back of a charge, once."""

    charge = models.OneToOneField(Charge, on_delete=models.PROTECT, related_name="refund")
    amount_fen = models.BigIntegerField()
    business_date = models.DateField()
    at = models.DateTimeField()
    export = models.ForeignKey(SettlementExport, null=True, on_delete=models.PROTECT, related_name="+")

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [models.CheckConstraint(condition=Q(amount_fen__gt=0), name="refund_is_positive")]

    def __str__(self) -> str:
        return f"{self.charge_id} {self.amount_fen}"
