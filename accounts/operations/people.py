"""Staff logins: made, switched off and on, given a new password, which its owner then changes.

Owns `User` of staff. A login is never deleted. Whatever changes what a login may do ends all its sessions in the same
transaction. Never touches the login of a client: those are made by registering.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import RoleGrant, Unit, User
from accounts.queries.people import is_client, open_grants
from accounts.roles import Area
from accounts.scoping import paths_of, reaches
from core.actor import Actor, person_of
from core.audit import record


class BeyondReach(PermissionError):
    """This lies beyond the units that the person administers."""


class NotOneself(PermissionError):
    """Nobody does this for himself: a colleague does."""


class SetUpOnly(PermissionError):
    """Only the system does this, when a house is set up: persons propose and confirm."""


class NameTaken(ValueError):
    """There is a login of this name."""


class NoStaff(ValueError):
    """The login belongs to a client."""


class NoPassword(ValueError):
    """The login belongs to a partner's system, which has no password."""


@transaction.atomic
def create_staff(*, username: str, password: str, handed_over: bool = False, by: Actor, at: datetime) -> User:
    """Create a login for a member of staff, without any role; a known username gets the new password.

    For setting a house up alone. A password that is handed over has to be changed. Raises SetUpOnly and
    NoPassword.
    """
    set_up_only(by)
    user = User.objects.filter(username=username).first() or User(username=username)
    user.is_active = True
    hand_over(user, password, at if handed_over else None)
    record(action="create_staff", subject_kind="user", subject_key=username, details={}, by=by, at=at)
    return user


@transaction.atomic
def add_staff(*, username: str, full_name: str, password: str, by: Actor, at: datetime) -> User:
    """Make the login of a new member of staff, without any role. Raises PersonNeeded, BeyondReach and NameTaken."""
    user = _named(username, full_name, by, at)
    hand_over(user, password, at)
    record(action="add_staff", subject_kind="user", subject_key=username, details={}, by=by, at=at)
    return user


@transaction.atomic
def add_partner(*, username: str, full_name: str, by: Actor, at: datetime) -> User:
    """Make the login of a partner's system, without any role, and for good without a password.

    Its roles are proposed and confirmed as those of staff are. Raises PersonNeeded, BeyondReach and NameTaken.
    """
    user = _named(username, full_name, by, at)
    user.partner = True
    user.set_unusable_password()
    user.save()
    record(action="add_partner", subject_kind="user", subject_key=username, details={}, by=by, at=at)
    return user


@transaction.atomic
def switch_login(*, user: User, on: bool, by: Actor, at: datetime) -> User:
    """Switch a login of staff off or on; all its sessions end. A login that stands so is returned as it is.

    Raises PersonNeeded, NotOneself, NoStaff, and BeyondReach unless all its roles lie within the person's reach.
    """
    held = administrable(user, by, at)
    if held.is_active != on:
        held.is_active = on
        held.save()
        end_sessions(held)
        action = "switch_on" if on else "switch_off"
        record(action=action, subject_kind="user", subject_key=held.username, details={}, by=by, at=at)
    return held


@transaction.atomic
def renew_staff_password(*, user: User, password: str, by: Actor, at: datetime) -> User:
    """Give a login of staff a new password; all its sessions end, its second factor stays.

    Raises PersonNeeded, NotOneself, NoStaff, NoPassword, and BeyondReach unless all its roles lie within the person's
    reach.
    """
    held = administrable(user, by, at)
    hand_over(held, password, at)
    end_sessions(held)
    record(action="renew_staff_password", subject_kind="user", subject_key=held.username, details={}, by=by, at=at)
    return held


@transaction.atomic
def choose_password(*, user: User, password: str, by: Actor, at: datetime) -> None:
    """Set the password that the owner of a login chose, staff or client: nobody else knows it, so it stands."""
    user.set_password(password)
    user.password_given_at = None
    user.save(update_fields=["password", "password_given_at"])
    record(action="choose_password", subject_kind="user", subject_key=user.username, details={}, by=by, at=at)


def hand_over(user: User, password: str, at: datetime | None) -> None:
    """Set a password that somebody else made, which its owner has to change unless no time is given.

    Raises NoPassword.
    """
    if user.partner:
        raise NoPassword(user.username)
    user.set_password(password)
    user.password_given_at = at
    user.save()


def end_sessions(user: User) -> None:
    """End every session of a login, from the next request on; the given row knows it."""
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    user.refresh_from_db(fields=["sessions_ended"])


def set_up_only(by: Actor) -> None:
    """Raise SetUpOnly for a person."""
    if by.kind == "user":
        raise SetUpOnly(by.name)


def within_reach(unit: Unit, by: Actor, at: datetime) -> int:
    """Return the id of the person who acts. Raises PersonNeeded, and BeyondReach where the unit is not administered."""
    if not reaches(_administered(by, at), unit.path):
        raise BeyondReach(f"{by.name} does not administer {unit.code}")
    return person_of(by)


def _named(username: str, full_name: str, by: Actor, at: datetime) -> User:
    """Return a new login that is not stored yet. Raises PersonNeeded, BeyondReach and NameTaken."""
    _administered(by, at)
    if User.objects.filter(username__iexact=username).exists():
        raise NameTaken(username)
    return User(username=username, last_name=full_name, date_joined=at)


def _administered(by: Actor, at: datetime) -> list[str]:
    user = User.objects.get(pk=person_of(by))
    paths = paths_of(user, Area.SETTINGS, at.astimezone(timezone.get_default_timezone()).date())
    if not paths:
        raise BeyondReach(f"{by.name} administers nothing")
    return paths


def administrable(user: User, by: Actor, at: datetime) -> User:
    """Return a login of staff under lock, all of whose roles lie within the reach of who acts.

    Raises PersonNeeded, NotOneself, NoStaff and BeyondReach.
    """
    paths = _administered(by, at)
    held = User.objects.select_for_update().get(pk=user.pk)
    if held.pk == by.user_id:
        raise NotOneself(by.name)
    if is_client(held):
        raise NoStaff(held.username)
    open_ones: list[RoleGrant] = list(open_grants(held).select_related("unit"))
    if not all(reaches(paths, grant.unit.path) for grant in open_ones):
        raise BeyondReach(f"{held.username} works beyond the reach of {by.name}")
    return held
