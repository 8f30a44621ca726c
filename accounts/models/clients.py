"""Tables of clients and their asset accounts.

Both carry the broker's own code, unique within its source, a random public id for addresses,
and an id of ours that is never reused. What changes over time stands in versions by day; the
row itself always equals its latest version. Never writes: operations do. Every model that
belongs to a client has `visible_to`.

Where `db_constraint=False` stands, a trigger of the first migration checks the references of
a whole statement at once (a foreign key checks row by row: 8 s for 300,000 clients), and a
second one refuses to delete what is referred to.
"""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.units import Unit
from accounts.rules import InvestorClass, RiskClass
from accounts.scoping import ScopedQuerySet


class ClientQuerySet(ScopedQuerySet["Client"]):
    """Clients, with scoping by their present outlet."""

    unit_path = "outlet__path"


class ClientVersionQuerySet(ScopedQuerySet["ClientVersion"]):
    """Versions of clients, with scoping by the client's present outlet."""

    unit_path = "client__outlet__path"


class AssetAccountQuerySet(ScopedQuerySet["AssetAccount"]):
    """Asset accounts, with scoping; an account without a client is seen by nobody."""

    unit_path = "client__outlet__path"


class ClientFacts(models.Model):
    """What the broker says about a client on a day; shared by the client and its versions."""

    outlet = models.ForeignKey(
        Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    channel = models.CharField(max_length=64, default="", db_default="", blank=True)
    investor_class = models.CharField(
        max_length=16, choices=InvestorClass.choices, default="", db_default="", blank=True
    )
    risk_class = models.CharField(max_length=2, choices=RiskClass.choices, default="", db_default="", blank=True)
    risk_assessed_on = models.DateField(null=True)
    opened_on = models.DateField(null=True)
    name = models.CharField(max_length=200, default="", db_default="", blank=True)
    birth_year = models.SmallIntegerField(null=True)
    mobile = models.CharField(max_length=40, default="", db_default="", blank=True)
    email = models.CharField(max_length=254, default="", db_default="", blank=True)
    id_digest = models.CharField(max_length=128, default="", db_default="", blank=True)

    class Meta:
        abstract = True


class Client(ClientFacts):
    """A client of the broker as last described."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    source = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    outlet = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="clients", db_constraint=False)
    pinyin = models.CharField(max_length=800, default="", db_default="", editable=False)
    """The name by its sound (`spelling.py`), and below its initials: by these a client is searched for."""
    initials = models.CharField(max_length=800, default="", db_default="", editable=False)

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("Clients")
        constraints = [models.UniqueConstraint(fields=["source", "code"], name="client_code")]
        # A beginning is found by this class of operators whatever the order of letters in the database.
        indexes = [
            models.Index(fields=[field], opclasses=["varchar_pattern_ops"], name=f"client_by_{field}")
            for field in ("code", "name", "pinyin", "initials")
        ]

    def __str__(self) -> str:
        return self.code


class ClientVersion(ClientFacts):
    """What a client was from a day on: outlet, channel, classes and the profile as delivered."""

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="versions", db_index=False, db_constraint=False
    )
    valid_from = models.DateField()

    objects = ClientVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a client")
        verbose_name_plural = _("versions of clients")
        constraints = [
            models.UniqueConstraint(fields=["client", "valid_from"], name="clientversion_day"),
            models.CheckConstraint(
                condition=Q(investor_class__in=[*InvestorClass.values, ""]), name="clientversion_investor"
            ),
            models.CheckConstraint(condition=Q(risk_class__in=[*RiskClass.values, ""]), name="clientversion_risk"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} ({self.valid_from})"


class AssetAccount(models.Model):
    """An asset account; its client is empty while a feed has named its number alone."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    source = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    client = models.ForeignKey(
        Client, null=True, on_delete=models.PROTECT, related_name="asset_accounts", db_constraint=False
    )
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    closed_inferred = models.BooleanField(default=False, db_default=False)

    objects = AssetAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("asset account")
        verbose_name_plural = _("asset accounts")
        constraints = [
            models.UniqueConstraint(fields=["source", "code"], name="account_code"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(opened_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="account_closed_after_opened",
            ),
            models.CheckConstraint(
                condition=Q(closed_inferred=False) | Q(closed_on__isnull=False),
                name="account_inferred_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.code
