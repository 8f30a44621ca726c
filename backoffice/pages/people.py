"""Staff, their roles and what each role may, as they are drawn; and why an act on them was refused, in words.

Takes what accounts answered and puts it into words. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import FactorReset, RoleGrant, Unit, User
from accounts.operations import (
    BeyondReach,
    GrantEnded,
    GrantOpen,
    NameTaken,
    NoFactor,
    NoPassword,
    NoStaff,
    NoSuchDays,
    NotOneself,
    NotWaiting,
    ResetOpen,
    WrongLevel,
)
from accounts.roles import MEANINGS, Field
from accounts.rules import Level, Role
from backoffice.pages.terms.refusals import CONFLICT, FORBIDDEN, UNPROCESSABLE, Refusal
from backoffice.scope import place
from core.actor import TwoPeopleNeeded
from screens import formats


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role with what it may, and how many hold it."""

    role: Role
    label: str
    sentence: str
    granted_on: str
    names: bool
    people: int


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A role of a person on a unit."""

    public_id: UUID
    person: UUID
    username: str
    role: str
    sentence: str
    unit: str
    days: str
    state: str
    mark: str
    acts: tuple[str, ...]
    """Who did what, and when."""
    waiting: bool
    holds: bool
    """Whether it holds, or will, and so can be ended."""
    mine: bool
    """Whether the reader proposed it, or it is the reader's own: a colleague confirms it."""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A login of staff in a list, and at the head of its page."""

    public_id: UUID
    username: str
    name: str
    active: bool
    partner: bool
    roles: tuple[GrantLine, ...]
    last_login: str


@dataclass(frozen=True, slots=True)
class ResetLine:
    """That the second factors of a login go, as it waits."""

    public_id: UUID
    person: UUID
    username: str
    reason: str
    act: str
    """Who proposed it, and when."""
    mine: bool
    """Whether the reader proposed it, or it is the reader's own login: a colleague confirms it."""


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit that can be chosen by its code."""

    code: str
    name: str


def roles(holders: Mapping[str, int]) -> tuple[RoleLine, ...]:
    """Return every role with its meaning."""
    return tuple(
        RoleLine(
            role=role,
            label=str(role.label),
            sentence=str(meaning.sentence),
            granted_on=_(", ").join(str(level.label) for level in Level if level in meaning.levels),
            names=Field.NAME in meaning.reads,
            people=holders.get(role, 0),
        )
        for role, meaning in MEANINGS.items()
    )


def grant(held: RoleGrant, reader: User, today: date, language: str) -> GrantLine:
    """Return a grant as a line."""
    done = (
        (_("proposed by %(who)s, %(when)s"), held.proposed_by, held.proposed_at),
        (_("confirmed by %(who)s, %(when)s"), held.confirmed_by, held.confirmed_at),
        (_("withdrawn by %(who)s, %(when)s"), held.withdrawn_by, held.withdrawn_at),
    )
    acts = [text % {"who": who.username, "when": formats.moment(when)} for text, who, when in done if who and when]
    state, mark = _state(held, today)
    over = held.until is not None and held.until <= today
    return GrantLine(
        public_id=held.public_id,
        person=held.user.public_id,
        username=held.user.username,
        role=str(Role(held.role).label),
        sentence=str(MEANINGS[Role(held.role)].sentence),
        unit=place(held.unit, language).name,
        days=_days(held),
        state=state,
        mark=mark,
        acts=tuple(acts) if acts else (_("set up by the system"),),
        waiting=mark == "waiting",
        holds=(held.set_up or held.confirmed_at is not None) and not over and held.user_id != reader.pk,
        mine=reader.pk in {held.proposed_by_id, held.user_id},
    )


def _state(held: RoleGrant, today: date) -> tuple[str, str]:
    """Return how a grant stands, in words, and its mark."""
    if held.withdrawn_at is not None:
        return _("withdrawn"), "rejected"
    if held.until is not None and held.until <= today:
        return _("ended"), "superseded"
    if not held.set_up and held.confirmed_at is None:
        return _("waits for a second person"), "waiting"
    if held.since > today:
        return _("begins later"), "running"
    return _("in force"), "accepted"


def _days(held: RoleGrant) -> str:
    if held.until is None:
        return _("from %(day)s") % {"day": held.since.isoformat()}
    return _("from %(day)s until before %(end)s") % {"day": held.since.isoformat(), "end": held.until.isoformat()}


def person(user: User, grants: Iterable[GrantLine]) -> PersonLine:
    """Return a login with its roles."""
    return PersonLine(
        public_id=user.public_id,
        username=user.username,
        name=user.get_full_name(),
        active=user.is_active,
        partner=user.partner,
        roles=tuple(one for one in grants if one.person == user.public_id),
        last_login=formats.moment(user.last_login) if user.last_login else "",
    )


def reset(held: FactorReset, reader: User) -> ResetLine:
    """Return a waiting reset as a line."""
    who = {"who": held.proposed_by.username, "when": formats.moment(held.proposed_at)}
    return ResetLine(
        public_id=held.public_id,
        person=held.user.public_id,
        username=held.user.username,
        reason=held.reason,
        act=_("proposed by %(who)s, %(when)s") % who,
        mine=reader.pk in {held.proposed_by_id, held.user_id},
    )


def units(found: Iterable[Unit], language: str) -> tuple[UnitChoice, ...]:
    """Return units as they are chosen from."""
    return tuple(UnitChoice(unit.code, place(unit, language).name) for unit in found)


WORDS = (
    *(BeyondReach, GrantEnded, GrantOpen, NameTaken, NoFactor, NoPassword, NoStaff, NoSuchDays),
    *(NotOneself, NotWaiting, ResetOpen, TwoPeopleNeeded, WrongLevel),
)


def refusal(problem: Exception) -> Refusal:
    """Return the words for what was refused."""
    nothing, over = _("Nothing was changed."), _("Somebody was faster.")
    found: dict[type[Exception], tuple[str, str, int]] = {
        TwoPeopleNeeded: (
            _("Two people are needed."),
            _("Who proposed it can not confirm it: a colleague does."),
            FORBIDDEN,
        ),
        NotOneself: (_("Nobody does this for himself."), _("Ask another administrator."), FORBIDDEN),
        BeyondReach: (nothing, _("Part of this lies beyond the units that you administer."), FORBIDDEN),
        NoPassword: (nothing, _("A partner's system has no password."), FORBIDDEN),
        NoStaff: (nothing, _("This login belongs to a client."), FORBIDDEN),
        GrantEnded: (over, _("The role has ended already."), CONFLICT),
        NotWaiting: (over, _("The proposal does not wait any more."), CONFLICT),
        GrantOpen: (nothing, _("The role is held or proposed there already."), CONFLICT),
        NoFactor: (nothing, _("This login has no second factor that could be lost."), CONFLICT),
        ResetOpen: (nothing, _("That its second factors go is proposed already."), CONFLICT),
        NameTaken: (nothing, _("This user name is taken."), CONFLICT),
        NoSuchDays: (nothing, _("A role begins today or later, and ends after it began."), UNPROCESSABLE),
        WrongLevel: (nothing, _("This role is not granted on units of this level."), UNPROCESSABLE),
    }
    return Refusal(*found[type(problem)])


def unclear(field: str) -> Refusal:
    """Return the words for a form that can not be read."""
    return Refusal(_("Nothing was changed."), field, UNPROCESSABLE)
