"""The table of what a feed said against a contract signed here, and what a person made of it.

A row stands for one subscription of a feed that was not taken in. Never writes: operations do.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import AssetAccount, Client
from accounts.scoping import ScopedQuerySet
from smart_products.catalogue.models import Product
from smart_products.signing.models.contracts import Contract


class AsideReason(models.TextChoices):
    """Why a row of a feed was set aside."""

    SIGNED_HERE = "signed_here", _("the client signed the same product over the same account here")


class AsideChoice(models.TextChoices):
    """What became of a row that was set aside."""

    KEPT_OURS = "kept_ours", _("ours stands, the row of the feed is left out")
    TOOK_THEIRS = "took_theirs", _("the row of the feed stands, ours ended when it starts")
    CLEARED = "cleared", _("the feed or the contract changed, and they no longer overlap")


class SetAsideQuerySet(ScopedQuerySet["SetAside"]):
    """Rows set aside, with scoping by the client's present outlet."""

    unit_path = "client__outlet__path"


class SetAside(models.Model):
    """A subscription of a feed as last told, kept out because it overlaps one signed here."""

    source = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    reason = models.CharField(max_length=16, choices=AsideReason.choices, default=AsideReason.SIGNED_HERE)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="aside")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(AssetAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    start = models.DateField()
    end = models.DateField(null=True)
    end_reason = models.CharField(max_length=16, default="", blank=True)
    inferred = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    set_aside_at = models.DateTimeField()
    choice = models.CharField(max_length=16, choices=AsideChoice.choices, default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=150, null=True)

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription set aside")
        verbose_name_plural = _("subscriptions set aside")
        constraints = [
            models.UniqueConstraint(fields=["source", "code"], name="aside_code"),
            models.CheckConstraint(
                condition=Q(choice="", decided_at__isnull=True, decided_by__isnull=True)
                | Q(choice__in=AsideChoice.values, decided_at__isnull=False, decided_by__isnull=False),
                name="aside_decided",
            ),
            models.CheckConstraint(condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="aside_end"),
        ]

    def __str__(self) -> str:
        return f"{self.source}/{self.code}"
