"""Who is reading, and which part of the organisation they see: the domain's answers put together for a page.

Asks only through the scoping of the models, which fails closed. Never writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser

from accounts.models import Unit, User
from accounts.queries import UnitNode, unit_tree
from accounts.rules import Role
from accounts.scoping import in_force

FEED_ROLES = frozenset({Role.HEAD_OFFICE_MANAGER, Role.OPERATIONS, Role.ADMINISTRATOR})
"""Roles that see deliveries, which hold rows of the whole house."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The person before the screen."""

    name: str
    role: str
    feeds: bool
    """Whether deliveries may be seen."""
    terms: bool = False
    """Whether terms of products may be read: by whoever works for the house."""
    manages_terms: bool = False
    """Whether terms may be drafted, proposed and published."""


def reader(user: User | AnonymousUser) -> Reader:
    """Return the person's name, the role that stands highest in the organisation, and what may be seen and done."""
    if not isinstance(user, User):
        return Reader("", "", False)
    grants = sorted(
        user.grants.filter(in_force(None)).select_related("unit"),
        key=lambda grant: (grant.unit.path.count("."), grant.pk),
    )
    role = str(Role(grants[0].role).label) if grants else ""
    on_root = {grant.role for grant in grants if grant.unit.parent_id is None}
    return Reader(
        name=user.get_full_name() or user.get_username(),
        role=role,
        feeds=bool(FEED_ROLES & on_root),
        terms=user.is_active and bool(grants),
        manages_terms=user.is_active and Role.PRODUCT_MANAGER in on_root,
    )


def visible_units(user: User | AnonymousUser, day: date) -> list[UnitNode]:
    """Return the units of a day that the person may see, parents before children; none without a role."""
    seen = set(Unit.objects.visible_to(user).values_list("pk", flat=True))
    return [unit for unit in unit_tree(day) if unit.id in seen] if seen else []
