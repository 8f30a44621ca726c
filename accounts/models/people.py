"""Tables of people with a login, and of the roles they hold on units.

What a person may see comes from the grants alone. A grant holds once a second person confirmed it, or where the system
set the house up; the database holds both. Never writes: operations do.
"""

from __future__ import annotations

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models.units import Unit
from accounts.roles import GRANTED
from accounts.scoping import Narrow, ScopedQuerySet


class User(AbstractUser):
    """A person with a login. What it may see comes from its grants alone."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    sessions_ended = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    """How often all sessions of the login were ended: a session knows the number it began with, and ends with it."""
    password_given_at = models.DateTimeField(null=True, editable=False)
    """When somebody else made the password and handed it over; empty once its owner has chosen one."""
    partner = models.BooleanField(default=False, db_default=False, editable=False)
    """Whether this is a partner's system: it has roles as staff have, and neither a password nor a session."""

    narrow: Narrow | None = None
    """What a token leaves of the grants, while a request that it opened lasts; never stored."""

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                condition=Q(partner=False) | Q(password__startswith=UNUSABLE_PASSWORD_PREFIX),
                name="partner_has_no_password",
            ),
        ]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session has to know of the login: beside the password, how often its sessions were ended."""
        known = f"{self.password}:{self.sessions_ended}"
        return salted_hmac("accounts.User.session", known, secret=secret, algorithm="sha256").hexdigest()


class RoleGrantQuerySet(ScopedQuerySet["RoleGrant"]):
    """Grants, with scoping by the unit they reach from."""

    unit_path = "unit__path"


class RoleGrant(models.Model):
    """A role of a person on a unit, from a day until before another: proposed by one, confirmed by another.

    It was set up by the system, or it waits, is withdrawn or confirmed; set up or confirmed alone it is in force.
    """

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=32, choices=[(role.value, role.label) for role in GRANTED])
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="grants")
    since = models.DateField()
    until = models.DateField(null=True)
    set_up = models.BooleanField(default=False, db_default=False)
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("role grant")
        verbose_name_plural = _("role grants")
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[role.value for role in GRANTED]), name="grant_role"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="grant_until_after_since"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "unit"],
                condition=Q(until__isnull=True, withdrawn_at__isnull=True),
                name="grant_open_once",
            ),
            models.CheckConstraint(
                condition=Q(set_up=True, proposed_at__isnull=True, proposed_by__isnull=True)
                | Q(set_up=False, proposed_at__isnull=False, proposed_by__isnull=False),
                name="grant_proposed_or_set_up",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, set_up=False),
                name="grant_confirmed_pair",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, confirmed_at__isnull=True, set_up=False),
                name="grant_withdrawn_pair",
            ),
            # NULL passes a check: nobody proposed, or nobody confirmed yet.
            models.CheckConstraint(condition=~Q(confirmed_by=F("proposed_by")), name="grant_two_people"),
            models.CheckConstraint(
                condition=~Q(user=F("proposed_by")) & ~Q(user=F("confirmed_by")), name="grant_not_to_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} ({self.since})"


class FactorResetQuerySet(models.QuerySet["FactorReset"]):
    """Resets of second factors."""

    def waiting(self) -> FactorResetQuerySet:
        """Return those that wait for a second person."""
        return self.filter(confirmed_at=None, withdrawn_at=None)


class FactorReset(models.Model):
    """That every second factor of a login goes, because its owner lost them: proposed by one, confirmed by another."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="factor_resets")
    reason = models.CharField(max_length=200)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = FactorResetQuerySet.as_manager()

    class Meta:
        verbose_name = _("reset of a second factor")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(confirmed_at__isnull=True, withdrawn_at__isnull=True),
                name="factorreset_open_once",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="factorreset_reason"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, withdrawn_at__isnull=True),
                name="factorreset_confirmed_pair",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="factorreset_withdrawn_pair",
            ),
            # NULL passes a check: nobody confirmed yet.
            models.CheckConstraint(condition=~Q(confirmed_by=F("proposed_by")), name="factorreset_two_people"),
            models.CheckConstraint(
                condition=~Q(user=F("proposed_by")) & ~Q(user=F("confirmed_by")), name="factorreset_not_ones_own"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
