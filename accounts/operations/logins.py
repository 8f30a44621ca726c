"""Logins of clients: inviting, registering, consents.

Owns `Invite`, `ClientLogin` and `Consent`. A client is registered once, whoever asks at the same time: the
client's row is locked, and the database refuses a second login. What a stranger got wrong is never said in
more detail than that it did not work.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.concerns import record_about
from accounts.digests import token_hash
from accounts.models import Client, ClientLogin, Consent, Invite, User
from accounts.rules import Purpose
from core.actor import Actor

INVITE_DAYS = 14
"""Days that an invitation is good for."""


class InviteRefused(ValueError):
    """The word is of no invitation, or of one that was used or is too old."""


class AlreadyRegistered(ValueError):
    """The client has a login already, or the user name is taken (`name_taken`)."""

    def __init__(self, *, name_taken: bool = False) -> None:
        super().__init__("name" if name_taken else "client")
        self.name_taken = name_taken


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation with its word, which is told once and kept by nobody."""

    invite: Invite
    token: str


@transaction.atomic
def invite_client(*, client: Client, by: Actor, at: datetime) -> Invited:
    """Make an invitation for a client without a login; earlier unused ones are good no more.

    Raises AlreadyRegistered.
    """
    held = Client.objects.select_for_update().get(pk=client.pk)
    if ClientLogin.objects.filter(client=held).exists():
        raise AlreadyRegistered
    Invite.objects.filter(client=held, used_at=None, expires_at__gt=at, created_at__lt=at).update(expires_at=at)
    token = secrets.token_urlsafe(24)
    invite = Invite.objects.create(
        client=held, token_hash=token_hash(token), created_at=at, expires_at=at + timedelta(days=INVITE_DAYS)
    )
    record_about(held, action="invite_client", details={}, by=by, at=at)
    return Invited(invite, token)


@transaction.atomic
def register_by_invite(*, token: str, username: str, password: str, by: Actor, at: datetime) -> ClientLogin:
    """Make the login of the invited client. Raises InviteRefused and AlreadyRegistered."""
    invite = Invite.objects.select_for_update().filter(token_hash=token_hash(token)).first()
    if invite is None or invite.used_at is not None or invite.expires_at <= at:
        raise InviteRefused
    login = _register(invite.client, username=username, password=password, invite=invite, by=by, at=at)
    invite.used_at = at
    invite.save()
    return login


@transaction.atomic
def register_by_match(*, client: Client, username: str, password: str, by: Actor, at: datetime) -> ClientLogin:
    """Make the login of a client who was found by `match_client` and has proved to hold the mobile.

    Raises AlreadyRegistered. The caller has used the one-time code in the same transaction.
    """
    return _register(client, username=username, password=password, invite=None, by=by, at=at)


def _register(
    client: Client, *, username: str, password: str, invite: Invite | None, by: Actor, at: datetime
) -> ClientLogin:
    held = Client.objects.select_for_update().get(pk=client.pk)
    if ClientLogin.objects.filter(client=held).exists():
        raise AlreadyRegistered
    if User.objects.filter(username__iexact=username).exists():
        raise AlreadyRegistered(name_taken=True)
    user = User(username=username, date_joined=at)
    user.set_password(password)
    user.save()
    login = ClientLogin.objects.create(user=user, client=held, registered_at=at, invite=invite)
    record_about(held, action="register_client", details={"by": "invite" if invite else "match"}, by=by, at=at)
    return login


@transaction.atomic
def renew_client_password(*, login: ClientLogin, password: str, by: Actor, at: datetime) -> ClientLogin:
    """Give a client's login a new password; whoever was logged in with the old one is out."""
    user = User.objects.select_for_update().get(pk=login.user_id)
    user.set_password(password)
    user.save()
    client = login.client
    record_about(client, action="renew_client_password", details={}, by=by, at=at)
    return login


@transaction.atomic
def give_consent(*, client: Client, purpose: Purpose, by: Actor, at: datetime) -> Consent:
    """Record that a client agrees to a purpose; one that stands already is returned as it is."""
    Client.objects.select_for_update().get(pk=client.pk)
    consent, created = Consent.objects.get_or_create(
        client=client, purpose=purpose, withdrawn_at=None, defaults={"given_at": at}
    )
    if created:
        _record_consent("give_consent", client, purpose, by=by, at=at)
    return consent


@transaction.atomic
def withdraw_consent(*, client: Client, purpose: Purpose, by: Actor, at: datetime) -> Consent | None:
    """Take a consent back from this moment on; the row stays. Returns None where none stands."""
    consent = Consent.objects.select_for_update().filter(client=client, purpose=purpose, withdrawn_at=None).first()
    if consent is not None:
        consent.withdrawn_at = at
        consent.save()
        _record_consent("withdraw_consent", client, purpose, by=by, at=at)
    return consent


def _record_consent(action: str, client: Client, purpose: Purpose, *, by: Actor, at: datetime) -> None:
    details = {"purpose": purpose.value}
    record_about(client, action=action, details=details, by=by, at=at)
