"""Tokens and clients of the API as they are drawn, and why one was not made, in words. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ApiClient, ApiToken, User
from accounts.operations import BeyondReach, NameTaken, NoPartner, NoSuchTime, NotHeld
from accounts.roles import MEANINGS, Area
from accounts.rules import Role
from accounts.scoping import grants
from backoffice.pages.terms.refusals import CONFLICT, FORBIDDEN, UNPROCESSABLE, Refusal
from screens import formats

MOST = 100
"""Tokens that a page lists."""
REFUSED = (BeyondReach, NameTaken, NoPartner, NoSuchTime, NotHeld)


AREAS: Mapping[Area, Promise] = {
    Area.FIGURES: gettext_lazy("Figures"),
    Area.CLIENTS: gettext_lazy("Clients"),
    Area.TERMS: gettext_lazy("Terms of products"),
    Area.MANAGE_TERMS: gettext_lazy("Terms: draft and publish"),
    Area.FEEDS: gettext_lazy("Deliveries and job runs"),
    Area.OPERATE: gettext_lazy("Acts of operations"),
    Area.AUDIT: gettext_lazy("Audit"),
    Area.SETTINGS: gettext_lazy("People and roles"),
    Area.RECORDS: gettext_lazy("Records"),
    Area.MANAGE_RULES: gettext_lazy("Rules of law and house"),
    Area.EVENTS: gettext_lazy("Events"),
    Area.REPORTS: gettext_lazy("Reports"),
    Area.MANAGE_REPORTS: gettext_lazy("Reports: plans and recipients"),
}
"""The areas in words."""


@dataclass(frozen=True, slots=True)
class Held:
    """A role on a unit that a token can be made for: its key, its words, and what it opens."""

    key: str
    words: str
    areas: tuple[tuple[str, str], ...]
    """Values and words of what it opens."""


@dataclass(frozen=True, slots=True)
class Line:
    """A token or a client as it stands."""

    public_id: UUID
    name: str
    owner: str
    scope: str
    areas: str
    until: str
    used: str
    live: bool


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner's login with the form for a client of it; without a role there is nothing to make one of."""

    public_id: UUID
    name: str
    form: Any


def held(found: Iterable[Any]) -> list[Held]:
    """Return the roles that tokens can be made for."""
    return [
        Held(
            str(one.public_id),
            _("%(role)s, %(unit)s") % {"role": Role(one.role).label, "unit": one.unit.code},
            tuple((area.value, str(AREAS[area])) for area in Area if area in MEANINGS[Role(one.role)].areas),
        )
        for one in found
    ]


def lines(found: Iterable[ApiToken | ApiClient], at: datetime) -> list[Line]:
    """Return tokens or clients as they stand at a time."""
    return [
        Line(
            public_id=one.public_id,
            name=one.name,
            owner=one.user.get_full_name() or one.user.username,
            scope=_("%(role)s, %(unit)s") % {"role": Role(one.role).label, "unit": one.unit.code},
            areas=" · ".join(str(AREAS[Area(area)]) for area in one.areas),
            until=formats.moment(one.expires_at),
            used=formats.moment(one.used_at) if one.used_at else _("never"),
            live=one.revoked_at is None and one.expires_at > at,
        )
        for one in found
    ]


def partners(found: Iterable[User], form: Callable[..., Any]) -> list[Partner]:
    """Return partners' logins, each with a form of its own."""
    return [
        Partner(
            one.public_id,
            one.get_full_name() or one.username,
            form(choices=held(roles), auto_id=f"id_{one.public_id}_%s"),
        )
        for one in found
        if (roles := grants(one))
    ]


def unclear(form: forms.Form) -> Refusal:
    """Return the words for a form that can not be read."""
    told = " ".join(f"{form.fields[name].label}: {errors[0]}" for name, errors in form.errors.items())
    return Refusal(_("Nothing was made."), told, UNPROCESSABLE)


def refusal(problem: Exception) -> Refusal:
    """Return the words for what was refused."""
    nothing = _("Nothing was made.")
    texts: dict[type[Exception], tuple[str, int]] = {
        BeyondReach: (_("The unit is not one that you administer."), FORBIDDEN),
        NameTaken: (_("There is a login of this name."), CONFLICT),
        NoPartner: (_("The login belongs to a person."), CONFLICT),
        NoSuchTime: (_("It ends after it began, within a year."), UNPROCESSABLE),
        NotHeld: (_("The role does not open all of these areas."), UNPROCESSABLE),
    }
    words, status = texts[type(problem)]
    return Refusal(nothing, words, status)
