"""Reads of the API's doors: what a secret opens, and which tokens and clients a person has or administers.

Never tells a secret: there is none to tell. Never writes.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import ApiClient, ApiToken, User
from accounts.queries.people import staff_administered
from accounts.roles import Area
from accounts.scoping import Narrow, below, paths_of


def digest_of(secret: str) -> str:
    """Return what is stored of a secret: 256 bits by chance need no salt and no slow hash."""
    return sha256(secret.encode()).hexdigest()


def token_of(digest: str, at: datetime) -> ApiToken | None:
    """Return the token of a secret's digest, with its owner, narrowed to it; None for one that opens nothing."""
    live = Q(expires_at__gt=at, revoked_at=None, user__is_active=True)
    client = Q(client=None) | Q(client__revoked_at=None)
    found = ApiToken.objects.select_related("user", "unit").filter(live & client, digest=digest).first()
    if found is not None:
        found.user.narrow = Narrow(found.role, found.unit, frozenset(Area(one) for one in found.areas))
    return found


def client_of_secret(public_id: UUID, digest: str) -> ApiClient | None:
    """Return the client that shows its own secret."""
    return ApiClient.objects.filter(public_id=public_id, digest=digest).first()


def tokens_of(user: Any) -> QuerySet[ApiToken]:
    """Return the tokens that a person made for himself, the latest first."""
    return ApiToken.objects.filter(user=user, client=None).select_related("unit", "user")


def partners_administered(reader: Any) -> QuerySet[User]:
    """Return the logins of partners' systems that a person administers, by name."""
    return staff_administered(reader).filter(partner=True)


def clients_administered(reader: Any) -> QuerySet[ApiClient]:
    """Return the clients of partners' systems on units that a person administers, the latest first."""
    reach = below(paths_of(reader, Area.SETTINGS), "unit__path")
    if reach is None:
        return ApiClient.objects.none()
    return ApiClient.objects.filter(reach).select_related("unit", "user")
