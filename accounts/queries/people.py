"""Reads of staff: their logins, the roles they hold, and who holds a role, within what a reader administers.

A login of staff is seen by whoever administers a unit of one of its grants; one without a grant that holds, will hold
or waits by every administrator, since somebody has to give it a role. Logins of clients are never among them. Never
writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import ClientLogin, FactorReset, RoleGrant, Unit, User
from accounts.roles import Area
from accounts.rules import Role
from accounts.scoping import in_force, not_over, paths_of

Grants = QuerySet[RoleGrant]


def is_client(user: User) -> bool:
    """Tell whether a login belongs to a client."""
    return ClientLogin.objects.filter(user_id=user.pk).exists()


def open_grants(user: User) -> Grants:
    """Return the grants of a login that hold today, will hold, or wait for a second person."""
    return user.grants.filter(not_over(None))


def administrators() -> QuerySet[User]:
    """Return the logins that administer the whole house and are not switched off."""
    held = RoleGrant.objects.filter(in_force(None), user=OuterRef("pk"), role=Role.ADMINISTRATOR, unit__parent=None)
    return User.objects.filter(Exists(held), is_active=True).order_by("username")


def grants_administered(reader: Any) -> Grants:
    """Return the grants on units that a person administers, with person, unit and who proposed; the latest first."""
    found = RoleGrant.objects.reached(paths_of(reader, Area.SETTINGS))
    return found.select_related("user", "unit", "proposed_by", "confirmed_by", "withdrawn_by").order_by("-since", "-pk")


def grants_of(reader: Any, users: Iterable[User], *, open_only: bool = False) -> Grants:
    """Return the grants of these logins on units that a person administers; all, or those that are not over."""
    found = grants_administered(reader).filter(user__in=[user.pk for user in users])
    return found.filter(not_over(None)) if open_only else found


def waiting_grants(reader: Any) -> Grants:
    """Return what waits for a second person on units that a person administers."""
    return grants_administered(reader).filter(not_over(None), set_up=False, confirmed_at=None)


def grant_administered(reader: Any, public_id: UUID) -> RoleGrant | None:
    """Return a grant on a unit that a person administers."""
    return grants_administered(reader).filter(public_id=public_id).first()


def staff_administered(reader: Any, text: str = "", role: str = "") -> QuerySet[User]:
    """Return the logins of staff that a person administers, by name; of one role, or whose names hold a text."""
    paths = paths_of(reader, Area.SETTINGS)
    if not paths:
        return User.objects.none()
    held = RoleGrant.objects.filter(not_over(None), user=OuterRef("pk"))
    mine = held.reached(paths)
    found = User.objects.filter(Exists(mine) | ~Exists(held), client_login=None)
    if role:
        found = found.filter(Exists(mine.filter(in_force(None), role=role)))
    if text:
        found = found.filter(Q(username__icontains=text) | Q(last_name__icontains=text))
    return found.order_by("username")


def login_administered(reader: Any, public_id: UUID) -> User | None:
    """Return a login of staff that a person administers."""
    return staff_administered(reader).filter(public_id=public_id).first()


def waiting_resets(reader: Any) -> QuerySet[FactorReset]:
    """Return the resets of second factors that wait, of logins that a person administers; the oldest first."""
    found = FactorReset.objects.waiting().filter(user__in=staff_administered(reader).values("pk"))
    return found.select_related("user", "proposed_by").order_by("proposed_at", "pk")


def reset_administered(reader: Any, public_id: UUID) -> FactorReset | None:
    """Return a reset of a login that a person administers, waiting or not."""
    found = FactorReset.objects.filter(user__in=staff_administered(reader).values("pk"))
    return found.select_related("user", "proposed_by").filter(public_id=public_id).first()


def holders(reader: Any) -> dict[str, int]:
    """Return how many people hold each role today on units that a person administers."""
    found = RoleGrant.objects.reached(paths_of(reader, Area.SETTINGS)).filter(in_force(None), user__is_active=True)
    return dict(found.values("role").annotate(people=Count("user", distinct=True)).values_list("role", "people"))


def units_administered(reader: Any) -> QuerySet[Unit]:
    """Return the open units that a person administers, those above before those below."""
    return Unit.objects.reached(paths_of(reader, Area.SETTINGS)).filter(closed_on=None).order_by("path")
