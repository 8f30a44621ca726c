"""Tables of people and organisation.

Units, clients and asset accounts carry the broker's own code, unique within its source, a
random public id for addresses, and an id of ours that is never reused. What changes over
time stands in versions by day; the row itself always equals its latest version. Never
writes: operations.py does. Every model that belongs to a unit or client has `visible_to`.

Where `db_constraint=False` stands, a trigger of the first migration checks the references of
a whole statement at once (a foreign key checks row by row: 8 s for 300,000 clients), and a
second one refuses to delete what is referred to.
"""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.rules import InvestorClass, Level, RiskClass, Role
from accounts.scoping import ScopedQuerySet


class User(AbstractUser):
    """A person with a login. What it may see comes from its grants alone."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")


class UnitQuerySet(ScopedQuerySet["Unit"]):
    """Units, with scoping."""

    unit_path = "path"


class UnitVersionQuerySet(ScopedQuerySet["UnitVersion"]):
    """Versions of units, with scoping by where the unit is now."""

    unit_path = "unit__path"


class ClientQuerySet(ScopedQuerySet["Client"]):
    """Clients, with scoping by their present outlet."""

    unit_path = "outlet__path"


class ClientVersionQuerySet(ScopedQuerySet["ClientVersion"]):
    """Versions of clients, with scoping by the client's present outlet."""

    unit_path = "client__outlet__path"


class AssetAccountQuerySet(ScopedQuerySet["AssetAccount"]):
    """Asset accounts, with scoping; an account without a client is seen by nobody."""

    unit_path = "client__outlet__path"


class Unit(models.Model):
    """A unit of the organisation as it is now: headquarters, branch company or outlet."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    source = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    level = models.CharField(max_length=16, choices=Level.choices)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, default="", db_default="", blank=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=200, db_index=True, default="", db_default="")
    closed_on = models.DateField(null=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        constraints = [
            models.UniqueConstraint(fields=["source", "code"], name="unit_code"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="unit_level"),
            models.CheckConstraint(condition=Q(path="") | Q(path__endswith="."), name="unit_path_closed"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="unit_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitVersion(models.Model):
    """What a unit was from a day on."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="versions", db_index=False)
    valid_from = models.DateField()
    parent = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="child_versions", db_index=False)
    level = models.CharField(max_length=16, choices=Level.choices)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, default="", db_default="", blank=True)
    closed_on = models.DateField(null=True)

    objects = UnitVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a unit")
        constraints = [
            models.UniqueConstraint(fields=["unit", "valid_from"], name="unitversion_day"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="unitversion_level"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.valid_from})"


class RoleGrant(models.Model):
    """A role of a person on a unit, from a day until before another."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=32, choices=Role.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="grants")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        verbose_name = _("role grant")
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="grant_role"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="grant_until_after_since"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "unit"], condition=Q(until__isnull=True), name="grant_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} ({self.since})"


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

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("client")
        constraints = [models.UniqueConstraint(fields=["source", "code"], name="client_code")]

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
