"""Whose rows a table of the admin shows: each table names one of these scopes, and none has another way in.

A scope says whether a reader gets the table at all, and which of its rows. Everything is asked of `accounts.scoping`
and fails closed: a reader without a role of records on a unit gets nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Model, Q, QuerySet

from accounts.models import Client
from accounts.queries import found_by, grants_administered, staff_administered
from accounts.roles import Area, opening
from accounts.scoping import ScopedQuerySet, areas, areas_on_top, granted_paths, paths_of

Rows = QuerySet[Any]

CLIENT_RECORD_ROLES = opening(Area.CLIENTS) & opening(Area.RECORDS)
"""Roles that read clients' records: those that have clients and open records. Administrators have none."""


class Scope(Protocol):
    """What a reader gets of a table."""

    def opens(self, user: Any) -> bool:
        """Tell whether there is anything of the table for a reader."""

    def rows(self, found: Rows, user: Any) -> Rows:
        """Keep the rows that a reader may see."""


@dataclass(frozen=True, slots=True)
class OfClients:
    """Rows of clients, at and below the units where the reader has clients; `path` leads from a row to its client."""

    path: str = "client"

    def opens(self, user: Any) -> bool:
        return bool(granted_paths(user, roles=CLIENT_RECORD_ROLES))

    def rows(self, found: Rows, user: Any) -> Rows:
        return found.visible_to(user, roles=CLIENT_RECORD_ROLES) if isinstance(found, ScopedQuerySet) else found.none()

    def client_of(self, row: Model) -> Client:
        """Return the client of a row."""
        held: Any = row
        for name in filter(None, self.path.split("__")):
            held = getattr(held, name)
        if not isinstance(held, Client):
            raise TypeError(f"{self.path} leads from {row._meta.label} to no client")
        return held

    def found_by(self, user: Any, words: str) -> Q:
        """Return the condition that a row's client is found by words, as far as the reader reads names."""
        if not self.path:
            return found_by(user, words)
        return Q(**{f"{self.path}__in": Client.objects.filter(found_by(user, words))})


@dataclass(frozen=True, slots=True)
class OfUnits:
    """Rows of units, at and below those on which the reader holds a role of records."""

    def opens(self, user: Any) -> bool:
        return Area.RECORDS in areas(user)

    def rows(self, found: Rows, user: Any) -> Rows:
        return found.reached(paths_of(user, Area.RECORDS)) if isinstance(found, ScopedQuerySet) else found.none()


@dataclass(frozen=True, slots=True)
class OfHouse:
    """Rows of the whole house, for roles of records on the unit at the top that open this area as well."""

    area: Area

    def opens(self, user: Any) -> bool:
        return {Area.RECORDS, self.area} <= areas_on_top(user)

    def rows(self, found: Rows, user: Any) -> Rows:
        return found if self.opens(user) else found.none()


@dataclass(frozen=True, slots=True)
class OfStaff:
    """Logins of staff that the reader administers; never the login of a client."""

    def opens(self, user: Any) -> bool:
        return {Area.RECORDS, Area.SETTINGS} <= areas(user)

    def rows(self, found: Rows, user: Any) -> Rows:
        return found.filter(pk__in=staff_administered(user).order_by().values("pk"))


@dataclass(frozen=True, slots=True)
class OfGrants:
    """Roles granted on units that the reader administers."""

    def opens(self, user: Any) -> bool:
        return OfStaff().opens(user)

    def rows(self, found: Rows, user: Any) -> Rows:
        return found.filter(pk__in=grants_administered(user).order_by().values("pk"))
