"""Who is reading: the person before the screen, and the role in which.

Which part of the organisation may be seen, accounts decides. Never writes.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.masking import CLIENT_ROLES
from accounts.models import AssetAccount, User
from accounts.rules import Role
from accounts.scoping import grants

FEED_ROLES = frozenset({Role.HEAD_OFFICE_MANAGER, Role.OPERATIONS, Role.ADMINISTRATOR})
"""Roles that see deliveries, which hold rows of the whole house, and the jobs that take them in."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The person before the screen."""

    name: str
    role: str
    feeds: bool
    """Whether deliveries and job runs may be seen."""
    terms: bool = False
    """Whether terms of products may be read: by whoever works for the house."""
    manages_terms: bool = False
    """Whether terms may be drafted, proposed and published."""
    clients: bool = False
    """Whether lists of clients and their contracts may be read: those of the own units."""


def reader(user: User | AnonymousUser) -> Reader:
    """Return the person's name, the role that stands highest in the organisation, and what may be seen and done."""
    if not isinstance(user, User):
        return Reader("", "", False)
    held = sorted(grants(user), key=lambda grant: (grant.unit.path.count("."), grant.pk))
    on_root = {grant.role for grant in held if grant.unit.parent_id is None}
    return Reader(
        name=user.get_full_name() or user.get_username(),
        role=str(Role(held[0].role).label) if held else "",
        feeds=bool(FEED_ROLES & on_root),
        terms=user.is_active and bool(held),
        manages_terms=user.is_active and Role.PRODUCT_MANAGER in on_root,
        clients=any(grant.role in CLIENT_ROLES for grant in held),
    )


def visible_accounts(user: User | AnonymousUser) -> QuerySet[AssetAccount]:
    """Return the asset accounts whose clients the person may see now."""
    return AssetAccount.objects.visible_to(user)
