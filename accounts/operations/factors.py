"""Second factors that their owner lost: one administrator proposes that they go, another confirms it.

Owns `FactorReset`, and deletes authenticators. A factor is what keeps a stolen password from being enough, so nobody
takes one away alone, or his own. With the factors go the password, which is made anew, and all sessions.
"""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.models import FactorReset, User
from accounts.operations.grants import NotWaiting
from accounts.operations.people import administrable, end_sessions, hand_over
from core.actor import Actor, TwoPeopleNeeded, person_of
from core.audit import record


class NoFactor(ValueError):
    """The login has no second factor that could be lost."""


class ResetOpen(ValueError):
    """A reset of this login waits already."""


@transaction.atomic
def propose_factor_reset(*, user: User, reason: str, by: Actor, at: datetime) -> FactorReset:
    """Propose that every second factor of a login of staff goes; nothing goes until a colleague confirms it.

    Raises PersonNeeded, NotOneself, NoStaff, BeyondReach, NoFactor and ResetOpen.
    """
    held = administrable(user, by, at)
    if not Authenticator.objects.filter(user_id=held.pk).exists():
        raise NoFactor(held.username)
    if FactorReset.objects.waiting().filter(user=held).exists():
        raise ResetOpen(held.username)
    reset = FactorReset.objects.create(user=held, reason=reason, proposed_at=at, proposed_by_id=person_of(by))
    _record("propose_factor_reset", reset, by, at, reason=reason)
    return reset


@transaction.atomic
def confirm_factor_reset(*, reset: FactorReset, password: str, by: Actor, at: datetime) -> FactorReset:
    """Take every second factor of the login away, give it a new password to change, and end its sessions.

    Raises PersonNeeded, NotOneself, NoStaff, BeyondReach, TwoPeopleNeeded and NotWaiting.
    """
    held = _waiting(reset)
    user = administrable(held.user, by, at)
    if held.proposed_by_id == person_of(by):
        raise TwoPeopleNeeded(f"{by.name} proposed the reset: a colleague confirms it")
    held.confirmed_at, held.confirmed_by_id = at, person_of(by)
    held.save()
    gone = Authenticator.objects.filter(user_id=user.pk)
    kinds = sorted(gone.values_list("type", flat=True))
    gone.delete()
    hand_over(user, password, at)
    end_sessions(user)
    _record("confirm_factor_reset", held, by, at, factors=kinds)
    return held


@transaction.atomic
def withdraw_factor_reset(*, reset: FactorReset, by: Actor, at: datetime) -> FactorReset:
    """Take back, or refuse, what waits. Raises PersonNeeded, NotOneself, NoStaff, BeyondReach and NotWaiting."""
    held = _waiting(reset)
    administrable(held.user, by, at)
    held.withdrawn_at, held.withdrawn_by_id = at, person_of(by)
    held.save()
    _record("withdraw_factor_reset", held, by, at)
    return held


def _waiting(reset: FactorReset) -> FactorReset:
    held = FactorReset.objects.select_for_update(of=("self",)).select_related("user").get(pk=reset.pk)
    if held.confirmed_at is not None or held.withdrawn_at is not None:
        raise NotWaiting(str(held))
    return held


def _record(action: str, reset: FactorReset, by: Actor, at: datetime, **details: object) -> None:
    record(
        action=action, subject_kind="user", subject_key=reset.user.username, details=details, by=by, at=at,
    )  # fmt: skip
