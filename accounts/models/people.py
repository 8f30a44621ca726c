"""Tables of people with a login, and of the roles they hold on units.

What a person may see comes from the grants alone. Never writes: operations do.
"""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.units import Unit
from accounts.rules import Role


class User(AbstractUser):
    """A person with a login. What it may see comes from its grants alone."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")


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
