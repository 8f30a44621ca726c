"""Who may see what: the unit paths that a person's grants reach.

Owns the one rule of scoping, which fails closed: nobody, a switched-off login, or a
person without a grant in force sees nothing, and being a superuser adds nothing.
Paths end with a separator, so that "1.2." is no parent of "1.20.".
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, ClassVar, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Now, TruncDate
from django.utils import timezone

from accounts.roles import MEANINGS, Area, opened
from accounts.rules import Role
from core.reading import remembered

Model_co = TypeVar("Model_co", bound=models.Model, covariant=True)


def _day(on: date | None) -> Any:
    """Return a Shanghai date for a condition; None is the database's own today."""
    return on if on is not None else TruncDate(Now(), tzinfo=timezone.get_default_timezone())


def not_over(on: date | None) -> Q:
    """Return the condition that a grant holds on a Shanghai date, will hold, or waits for a second person."""
    return Q(withdrawn_at=None) & (Q(until__isnull=True) | Q(until__gt=_day(on)))


def in_force(on: date | None) -> Q:
    """Return the condition that a grant holds on a Shanghai date (None: the database's own today).

    One that no second person confirmed holds on no day, but for those of the system that set the house up.
    """
    return not_over(on) & Q(since__lte=_day(on)) & (Q(set_up=True) | Q(confirmed_at__isnull=False))


@dataclass(frozen=True, slots=True)
class Narrow:
    """What a token leaves of its owner's grants: one role, on one unit and below, for some areas."""

    role: str
    unit: Any
    areas: frozenset[Area]

    def left_of(self, grant: Any) -> Any | None:
        """Return what is left of a grant, which may be less of its units; None where nothing is."""
        if grant.role != self.role:
            return None
        if reaches([self.unit.path], grant.unit.path):
            return grant
        if not reaches([grant.unit.path], self.unit.path):
            return None
        less = copy(grant)
        less.unit = self.unit
        return less


def grants(user: Any, on: date | None = None) -> list[Any]:
    """Return the grants a user holds, with their units; none for nobody and for a switched-off login.

    Of a user who comes with a token only what it leaves of them.
    """
    if user is None or isinstance(user, AnonymousUser) or not user.is_active or user.pk is None:
        return []
    held, narrow = _held(user, on), user.narrow
    return held if narrow is None else [left for grant in held if (left := narrow.left_of(grant)) is not None]


@remembered
def _held(user: Any, on: date | None) -> list[Any]:
    """Return the grants of a login, whatever opened the request: whoever asks narrows them."""
    if on is not None:
        return list(user.grants.filter(in_force(on)).select_related("unit"))
    found = _statement(user.grants.model)
    with connection.cursor() as cursor:
        cursor.execute(found.sql, [user.pk if one == WHOSE else one for one in found.values])
        return [found.grant(user, row) for row in cursor.fetchall()]


WHOSE = -1
"""Stands for the login in a statement that is made for any."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """The statement of the grants in force today, of the login that `WHOSE` stands for."""

    sql: str
    values: tuple[Any, ...]
    model: Any
    unit: Any
    own: tuple[str, ...]
    units: tuple[str, ...]

    def grant(self, user: Any, row: Sequence[Any]) -> Any:
        """Return a row as a grant with its login and its unit."""
        held = self.model.from_db(connection.alias, self.own, row[: len(self.own)])
        held.unit = self.unit.from_db(connection.alias, self.units, row[len(self.own) :])
        held.user = user
        return held


@cache
def _statement(model: Any) -> _Statement:
    """Make that statement once: each request asks it, and to make it anew takes longer than to ask."""
    unit = model.unit.field.related_model
    own, units = (
        tuple(field.attname for field in one._meta.concrete_fields)  # noqa: SLF001 - the columns stand nowhere else
        for one in (model, unit)
    )
    rows = model.objects.filter(in_force(None), user_id=WHOSE).order_by("pk")
    sql, values = rows.values_list(*own, *(f"unit__{name}" for name in units)).query.sql_with_params()
    return _Statement(sql, tuple(values), model, unit, own, units)


def granted_paths(user: Any, on: date | None = None, roles: Collection[str] | None = None) -> list[str]:
    """Return the paths of the units a user holds a grant on, of these roles or of any; empty when there is none."""
    return sorted({grant.unit.path for grant in grants(user, on) if roles is None or grant.role in roles})


def areas(user: Any) -> frozenset[Area]:
    """Return what a user's roles open today."""
    return _asked_for(user, opened((grant.role, grant.unit.parent_id is None) for grant in grants(user)))


def areas_on_top(user: Any) -> frozenset[Area]:
    """Return what a user's roles on the unit at the top open today: for tables that belong to the whole house."""
    return _asked_for(user, opened((grant.role, True) for grant in grants(user) if grant.unit.parent_id is None))


def _asked_for(user: Any, found: frozenset[Area]) -> frozenset[Area]:
    """Return those of the areas that the user's token is for; all of them without one."""
    narrow = getattr(user, "narrow", None)
    return found if narrow is None else found & narrow.areas


def paths_of(user: Any, area: Area, on: date | None = None) -> list[str]:
    """Return the paths of the units on which a user holds a role that opens this; empty when there is none."""
    if area not in _asked_for(user, frozenset({area})):
        return []
    return sorted({grant.unit.path for grant in grants(user, on) if area in MEANINGS[Role(grant.role)].areas})


@dataclass(frozen=True, slots=True)
class Reach:
    """What of a log a person reads: what concerns these places and below, and whether what concerns the house."""

    places: tuple[str, ...]
    house: bool


def reach_of(user: Any, area: Area) -> Reach:
    """Return how far a user reads the log that an area opens; nothing without a role that opens it."""
    return Reach(tuple(paths_of(user, area)), area in areas_on_top(user))


def reaches(paths: list[str], path: str) -> bool:
    """Tell whether a unit is one of the paths or lies below it: what `below` asks of a table, asked of one row."""
    return any(path.startswith(one) for one in paths if one.endswith("."))


def below(paths: list[str], field: str) -> Q | None:
    """Return the condition that `field` is one of the paths or lies below it; None for no path."""
    reach: Q | None = None
    for path in paths:
        if not path.endswith("."):
            continue
        here = Q(**{f"{field}__startswith": path})
        reach = here if reach is None else reach | here
    return reach


class ScopedQuerySet(models.QuerySet[Model_co]):
    """Rows that belong to a unit or client; `unit_path` leads from a row to its unit's path."""

    unit_path: ClassVar[str]

    def reached(self, paths: list[str]) -> Self:
        """Keep the rows at or below one of the paths; none for no path."""
        reach = below(paths, self.unit_path)
        return self.none() if reach is None else self.filter(reach)

    def visible_to(self, user: Any, on: date | None = None, roles: Collection[str] | None = None) -> Self:
        """Keep the rows at or below a grant of `user` in force on a Shanghai date; none without a grant.

        `on` left out is the database's own today; `roles` lets only grants of these roles count.
        """
        return self.reached(granted_paths(user, on, roles))
