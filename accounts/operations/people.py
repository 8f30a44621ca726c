"""Staff logins and the roles they hold on units.

Owns `User` and `RoleGrant`. A grant is never changed or deleted: it is ended by a date, so
that who could see what on a day stays known.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from accounts.models import RoleGrant, Unit, User
from accounts.rules import Role
from core.actor import Actor
from core.audit import record


class GrantEnded(ValueError):
    """The grant has already ended."""


@transaction.atomic
def create_staff(*, username: str, password: str, by: Actor, at: datetime) -> User:
    """Create a login for a member of staff, without any role; a known username gets the new password."""
    user = User.objects.filter(username=username).first() or User(username=username)
    user.set_password(password)
    user.is_active = True
    user.save()
    record(action="create_staff", subject_kind="user", subject_key=username, details={}, by=by, at=at)
    return user


@transaction.atomic
def grant_role(*, user: User, role: Role, unit: Unit, since: date, by: Actor, at: datetime) -> RoleGrant:
    """Grant a role on a unit from a day on; an open grant of the same role there is returned as it is."""
    grant, created = RoleGrant.objects.get_or_create(
        user=user, role=role, unit=unit, until=None, defaults={"since": since}
    )
    if created:
        details = {"role": role, "unit": unit.code, "since": since}
        record(action="grant_role", subject_kind="user", subject_key=user.username, details=details, by=by, at=at)
    return grant


@transaction.atomic
def end_grant(*, grant: RoleGrant, until: date, by: Actor, at: datetime) -> RoleGrant:
    """End a grant before the day `until`. Raises GrantEnded when it ended before."""
    held = RoleGrant.objects.select_for_update().select_related("user", "unit").get(pk=grant.pk)
    if held.until is not None:
        raise GrantEnded(f"the grant ended on {held.until}")
    held.until = until
    held.save()
    details = {"role": held.role, "unit": held.unit.code, "until": until}
    record(action="end_grant", subject_kind="user", subject_key=held.user.username, details=details, by=by, at=at)
    return held
