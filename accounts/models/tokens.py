"""Tables of the API's doors: tokens, and the clients of partners' systems that are given them.

A token leaves of a person's grants one role, on one unit and below, for some areas. Its secret is shown once and stored
as a digest. Rows are never deleted, so that who could read what on a day stays known. Never writes: operations do.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from accounts.models.units import Unit
from accounts.roles import GRANTED, Area

ROLES = [(role.value, role.label) for role in GRANTED]
AREAS = [area.value for area in Area]


class Narrowed(models.Model):
    """What of a person's grants is left to a program: a role on a unit and below; made, and ended, by somebody."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    name = models.CharField(max_length=100)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="%(class)ss")
    role = models.CharField(max_length=32, choices=ROLES)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="%(class)s_named"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="%(class)s_revoked_pair",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Opening(Narrowed):
    """A secret that opens some areas, until a time."""

    areas = ArrayField(models.CharField(max_length=32))
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    """When it was last used, to within some minutes."""

    class Meta(Narrowed.Meta):
        abstract = True
        constraints = [
            *Narrowed.Meta.constraints,
            models.CheckConstraint(
                condition=Q(areas__contained_by=AREAS) & ~Q(areas=[]), name="%(class)s_opens_known_areas"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="%(class)s_ends_after_it_began"),
        ]


class ApiClient(Opening):
    """A partner's system: it asks for tokens with its secret (OAuth 2, client credentials)."""

    class Meta(Opening.Meta):
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        ordering = ["-made_at", "-id"]

    @property
    def client_id(self) -> str:
        """What OAuth calls the client."""
        return str(self.public_id)


class ApiToken(Opening):
    """A token that opens the API: made by a person for himself, or given to a partner's system for an hour."""

    client = models.ForeignKey(ApiClient, null=True, on_delete=models.PROTECT, related_name="tokens")

    class Meta(Opening.Meta):
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["user", "-made_at"], name="apitoken_of_user")]
