"""Tables of signing: subscriptions as half-open intervals of calendar days.

A subscription is in force on a day `t` with `start <= t < end`. The database makes an
overlap of the same client, product and account impossible, and an end without a reason.
References are checked by a trigger, a statement at a time.
Never writes: operations.py does.
"""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Deferrable, F, Func, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import AssetAccount, Client
from accounts.scoping import ScopedQuerySet
from smart_products.catalogue.models import Product
from smart_products.signing.states import EndReason


class SubscriptionQuerySet(ScopedQuerySet["Subscription"]):
    """Subscriptions, with scoping by the client's present outlet."""

    unit_path = "client__outlet__path"


class Subscription(models.Model):
    """A client signs a product over an account, from `start` until before `end` (empty: open)."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    source = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="subscriptions", db_constraint=False)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="subscriptions", db_index=False, db_constraint=False
    )
    account = models.ForeignKey(
        AssetAccount,
        on_delete=models.PROTECT,
        related_name="subscriptions",
        db_index=False,
        db_constraint=False,
    )
    start = models.DateField()
    end = models.DateField(null=True)
    end_reason = models.CharField(max_length=16, choices=EndReason.choices, default="", db_default="", blank=True)
    inferred = models.BooleanField(default=False, db_default=False)
    recorded_at = models.DateTimeField()

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        indexes = [models.Index(fields=["start", "source", "code"], name="subscription_latest")]
        constraints = [
            models.UniqueConstraint(fields=["source", "code"], name="subscription_code"),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="subscription_end_after_start"
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True, end_reason="") | Q(end__isnull=False, end_reason__in=EndReason.values),
                name="subscription_end_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(inferred=False) | Q(end__isnull=False), name="subscription_inferred_is_ended"
            ),
            ExclusionConstraint(
                name="subscription_no_overlap",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("product", RangeOperators.EQUAL),
                    ("client", RangeOperators.EQUAL),
                    (
                        Func(F("start"), F("end"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                deferrable=Deferrable.IMMEDIATE,
            ),
        ]

    def __str__(self) -> str:
        return self.code
