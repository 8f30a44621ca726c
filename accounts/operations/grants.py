"""Roles on units: proposed by one administrator, confirmed by another, ended by a date.

Owns `RoleGrant`. A grant is never changed or deleted, so that who could see what on a day stays known. What a grant
changes ends the sessions of its person. Nobody grants to himself, or beyond what he administers.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import RoleGrant, Unit, User
from accounts.operations.people import NoStaff, NotOneself, end_sessions, set_up_only, within_reach
from accounts.queries.people import is_client
from accounts.roles import MEANINGS
from accounts.rules import Level, Role
from core.actor import Actor, TwoPeopleNeeded
from core.audit import Concern, record


class GrantEnded(ValueError):
    """The grant has already ended, or never held."""


class GrantOpen(ValueError):
    """The person holds this role on this unit, or it is proposed already."""


class NotWaiting(ValueError):
    """The grant does not wait for a second person: it is confirmed, withdrawn or over."""


class WrongLevel(ValueError):
    """The role is not granted on units of this level."""


class NoSuchDays(ValueError):
    """A grant begins today or later, and ends after it began."""


@transaction.atomic
def grant_role(*, user: User, role: Role, unit: Unit, since: date, by: Actor, at: datetime) -> RoleGrant:
    """Grant a role on a unit from a day on; an open grant of the same role there is returned as it is.

    For setting a house up alone: it needs no second person, and says so. Raises SetUpOnly.
    """
    set_up_only(by)
    grant, created = RoleGrant.objects.get_or_create(
        user=user, role=role, unit=unit, until=None, withdrawn_at=None, defaults={"since": since, "set_up": True}
    )
    if created:
        end_sessions(user)
        _record("grant_role", grant, by, at, since=since)
    return grant


@transaction.atomic
def propose_grant(
    *, user: User, role: Role, unit: Unit, since: date, until: date | None = None, by: Actor, at: datetime
) -> RoleGrant:
    """Propose a role of a member of staff on a unit; it holds nowhere until a colleague confirms it.

    Raises PersonNeeded, BeyondReach, NotOneself, NoStaff, WrongLevel, NoSuchDays and GrantOpen.
    """
    person = within_reach(unit, by, at)
    held = User.objects.select_for_update().get(pk=user.pk)
    if held.pk == person:
        raise NotOneself(by.name)
    if is_client(held):
        raise NoStaff(held.username)
    if Level(unit.level) not in MEANINGS[role].levels:
        raise WrongLevel(f"{role} on {unit.level}")
    if since < _day(at) or (until is not None and until <= since):
        raise NoSuchDays(f"{since} to {until}")
    still = RoleGrant.objects.filter(user=held, role=role, unit=unit, withdrawn_at=None)
    if still.filter(Q(until=None) | Q(until__gt=since)).exists():
        raise GrantOpen(f"{held.username}: {role}")
    grant = RoleGrant.objects.create(
        user=held, role=role, unit=unit, since=since, until=until, proposed_at=at, proposed_by_id=person
    )
    _record("propose_grant", grant, by, at, since=since, until=until)
    return grant


@transaction.atomic
def confirm_grant(*, grant: RoleGrant, by: Actor, at: datetime) -> RoleGrant:
    """Confirm what a colleague proposed: it holds from its day on, at the earliest from today; sessions end.

    Raises PersonNeeded, BeyondReach, TwoPeopleNeeded, NotOneself and NotWaiting.
    """
    held = _waiting(grant)
    person = within_reach(held.unit, by, at)
    if held.user_id == person:
        raise NotOneself(by.name)
    if held.proposed_by_id == person:
        raise TwoPeopleNeeded(f"{by.name} proposed the grant: a colleague confirms it")
    held.since = max(held.since, _day(at))
    if held.until is not None and held.until <= held.since:
        raise NotWaiting(f"the grant would have ended on {held.until}")
    held.confirmed_at, held.confirmed_by_id = at, person
    held.save()
    end_sessions(held.user)
    _record("confirm_grant", held, by, at, since=held.since, until=held.until)
    return held


@transaction.atomic
def withdraw_grant(*, grant: RoleGrant, by: Actor, at: datetime) -> RoleGrant:
    """Take back, or refuse, what waits for a second person. Raises PersonNeeded, BeyondReach and NotWaiting."""
    held = _waiting(grant)
    held.withdrawn_at, held.withdrawn_by_id = at, within_reach(held.unit, by, at)
    held.save()
    _record("withdraw_grant", held, by, at)
    return held


@transaction.atomic
def end_grant(*, grant: RoleGrant, until: date, by: Actor, at: datetime) -> RoleGrant:
    """End a grant before the day `until`, or as soon as it begins; sessions of the person end.

    Raises GrantEnded when it ended before or never held; for a person also BeyondReach, NotOneself, and NoSuchDays for
    a day that is over.
    """
    held = _locked(grant)
    if by.kind == "user":
        if within_reach(held.unit, by, at) == held.user_id:
            raise NotOneself(by.name)
        if until < _day(at):
            raise NoSuchDays(f"{until}")
    if held.until is not None and held.until <= until:
        raise GrantEnded(f"the grant ended on {held.until}")
    if not held.set_up and held.confirmed_at is None:
        raise GrantEnded("the grant was never confirmed")
    held.until = max(until, held.since)
    held.save()
    end_sessions(held.user)
    _record("end_grant", held, by, at, until=held.until)
    return held


def _waiting(grant: RoleGrant) -> RoleGrant:
    held = _locked(grant)
    if held.set_up or held.confirmed_at is not None or held.withdrawn_at is not None:
        raise NotWaiting(str(held))
    return held


def _locked(grant: RoleGrant) -> RoleGrant:
    return RoleGrant.objects.select_for_update(of=("self",)).select_related("user", "unit").get(pk=grant.pk)


def _day(at: datetime) -> date:
    return at.astimezone(timezone.get_default_timezone()).date()


def _record(action: str, grant: RoleGrant, by: Actor, at: datetime, **days: date | None) -> None:
    details = {"role": grant.role, "unit": grant.unit.code, **days}
    record(
        action=action, subject_kind="user", subject_key=grant.user.username, details=details, by=by, at=at,
        concern=Concern(place=grant.unit.path),
    )  # fmt: skip
