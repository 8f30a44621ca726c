"""Tables of clients' logins: which client a login belongs to, invitations, and consents.

A login belongs to exactly one client and a client has at most one login: the database holds both. An invitation
is kept as the hash of its word, never as the word. A consent is never deleted: what was withdrawn stays readable.
Never writes: operations do.
"""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.clients import Client
from accounts.models.people import User
from accounts.rules import Purpose
from accounts.scoping import ScopedQuerySet


class ClientLoginQuerySet(ScopedQuerySet["ClientLogin"]):
    """Logins of clients, with scoping by the client's present outlet."""

    unit_path = "client__outlet__path"


class InviteQuerySet(ScopedQuerySet["Invite"]):
    """Invitations, with scoping by the client's present outlet."""

    unit_path = "client__outlet__path"


class ConsentQuerySet(ScopedQuerySet["Consent"]):
    """Consents, with scoping by the client's present outlet."""

    unit_path = "client__outlet__path"


class Invite(models.Model):
    """An invitation to register: sent to one client, good once and for a while."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="invites")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = InviteQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="invite_expires_later"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class ClientLogin(models.Model):
    """Which client a login belongs to, and whether an invitation or a match of the feed's data made it so."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="client_login")
    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="login")
    registered_at = models.DateTimeField()
    invite = models.OneToOneField(Invite, null=True, on_delete=models.PROTECT, related_name="login")

    objects = ClientLoginQuerySet.as_manager()

    class Meta:
        verbose_name = _("login of a client")
        verbose_name_plural = _("logins of clients")

    def __str__(self) -> str:
        return f"{self.user_id} {self.client_id}"


class Consent(models.Model):
    """What a client agreed to for one purpose, and when that was taken back."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=24, choices=Purpose.choices)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="consent_purpose"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_after_given",
            ),
            models.UniqueConstraint(
                fields=["client", "purpose"], condition=Q(withdrawn_at__isnull=True), name="consent_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} ({self.given_at})"
