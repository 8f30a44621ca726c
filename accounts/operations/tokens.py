"""The API's doors: tokens of people, clients of partners' systems, and the tokens these are given.

Owns `ApiToken` and `ApiClient`. Whoever makes a token for himself gives away no more than he has; what a partner's
system may was granted to its login by two people. A secret leaves this module once, in the answer to who asked for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import ApiClient, ApiToken, Unit, User
from accounts.operations.people import within_reach
from accounts.queries.tokens import digest_of
from accounts.roles import MEANINGS, Area
from accounts.rules import Role
from accounts.scoping import grants, reaches
from core.actor import Actor, person_of
from core.audit import record

LONGEST = timedelta(days=366)
"""How long a token of a person, or the secret of a partner's system, can be good for."""

ACCESS = timedelta(hours=1)
"""How long a token is good for that a partner's system is given."""

NOTED = timedelta(minutes=5)
"""Within so long of the last use another one is not noted: a row that each request writes would line them up."""

TOKEN, SECRET = "spt_", "sps_"
"""How secrets begin, so that a search for lost ones finds them."""


class NotHeld(PermissionError):
    """The person does not hold this role there, or the role does not open what is asked for."""


class NoSuchTime(ValueError):
    """A token ends after it began, within a year."""


class NoPartner(ValueError):
    """The login belongs to a person: only a partner's system is given a client."""


class NotOpen(PermissionError):
    """There is no such client, its secret is another one, or it has ended."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A token that was made, with its secret, which nobody can read again."""

    token: ApiToken
    secret: str


@dataclass(frozen=True, slots=True)
class IssuedClient:
    """A client that was made, with its secret, which nobody can read again."""

    client: ApiClient
    secret: str


@transaction.atomic
def issue_token(
    *, user: User, name: str, role: Role, unit: Unit, areas: Collection[Area], until: datetime, by: Actor, at: datetime
) -> Issued:
    """Make a token for oneself. Raises PersonNeeded, NotHeld and NoSuchTime."""
    if person_of(by) != user.pk:
        raise NotHeld(by.name)
    check_held(user, role, unit, areas)
    _check_time(until, at)
    secret = TOKEN + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        name=name, user=user, role=role, unit=unit, areas=sorted(areas), digest=digest_of(secret), made_at=at,
        made_by=user, expires_at=until,
    )  # fmt: skip
    _record("issue_token", token, by, at)
    return Issued(token, secret)


@transaction.atomic
def issue_client(
    *, user: User, name: str, role: Role, unit: Unit, areas: Collection[Area], until: datetime, by: Actor, at: datetime
) -> IssuedClient:
    """Make a client of a partner's system within what its login was granted, by who administers the unit.

    Raises PersonNeeded, BeyondReach, NoPartner, NotHeld and NoSuchTime.
    """
    person = within_reach(unit, by, at)
    if not user.partner:
        raise NoPartner(user.username)
    check_held(user, role, unit, areas)
    _check_time(until, at)
    secret = SECRET + secrets.token_urlsafe(32)
    client = ApiClient.objects.create(
        name=name, user=user, role=role, unit=unit, areas=sorted(areas), digest=digest_of(secret), made_at=at,
        made_by_id=person, expires_at=until,
    )  # fmt: skip
    _record("issue_client", client, by, at)
    return IssuedClient(client, secret)


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Actor, at: datetime) -> ApiToken:
    """End a token: by its owner, or by who administers its unit. To do it twice changes nothing. Raises BeyondReach."""
    held = ApiToken.objects.select_for_update().select_related("unit").get(pk=token.pk)
    person = person_of(by)
    if held.user_id != person:
        within_reach(held.unit, by, at)
    if held.revoked_at is None:
        held.revoked_at, held.revoked_by_id = at, person
        held.save()
        _record("revoke_token", held, by, at)
    return held


@transaction.atomic
def revoke_client(*, client: ApiClient, by: Actor, at: datetime) -> ApiClient:
    """End a client and all its tokens, by who administers its unit. To do it twice changes nothing.

    Raises BeyondReach.
    """
    held = ApiClient.objects.select_for_update().select_related("unit").get(pk=client.pk)
    person = within_reach(held.unit, by, at)
    if held.revoked_at is None:
        held.revoked_at, held.revoked_by_id = at, person
        held.save()
        _record("revoke_client", held, by, at)
    return held


@transaction.atomic
def give_access(*, client: ApiClient, areas: Collection[Area], by: Actor, at: datetime) -> Issued:
    """Give a partner's system a token for an hour, for all its areas or fewer. Raises NotOpen and NotHeld."""
    held = ApiClient.objects.select_related("user", "unit").filter(pk=client.pk).first()
    if held is None or held.revoked_at is not None or held.expires_at <= at or not held.user.is_active:
        raise NotOpen(client.name)
    if not set(areas) <= set(held.areas):
        raise NotHeld(", ".join(areas))
    secret = TOKEN + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        name=held.name, user=held.user, role=held.role, unit=held.unit, areas=sorted(areas or held.areas),
        digest=digest_of(secret), made_at=at, made_by=held.user, expires_at=min(at + ACCESS, held.expires_at),
        client=held,
    )  # fmt: skip
    ApiClient.objects.filter(pk=held.pk).update(used_at=at)
    _record("give_access", token, by, at)
    return Issued(token, secret)


def note_use(*, token: ApiToken, by: Actor, at: datetime) -> None:
    """Note that a token was used, unless that was done within minutes; who is noting it already is not waited for."""
    if token.used_at is None or at - token.used_at > NOTED:
        free = ApiToken.objects.filter(pk=token.pk).select_for_update(skip_locked=True, of=("self",))
        ApiToken.objects.filter(pk__in=free.values("pk")).update(used_at=at)


def check_held(user: User, role: Role, unit: Unit, areas: Collection[Area]) -> None:
    """Raise NotHeld for what the login does not hold."""
    held = [grant for grant in grants(user) if grant.role == role and reaches([grant.unit.path], unit.path)]
    if not held or not areas or not set(areas) <= MEANINGS[role].areas:
        raise NotHeld(f"{role} on {unit.code}")


def _check_time(until: datetime, at: datetime) -> None:
    if not at < until <= at + LONGEST:
        raise NoSuchTime(until.isoformat())


def _record(action: str, held: ApiToken | ApiClient, by: Actor, at: datetime) -> None:
    details = {"name": held.name, "role": held.role, "unit": held.unit.code, "areas": list(held.areas)}
    kind = "api_client" if isinstance(held, ApiClient) else "api_token"
    record(action=action, subject_kind=kind, subject_key=str(held.public_id), details=details, by=by, at=at)
