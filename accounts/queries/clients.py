"""Reads of clients for staff: a list by words, outlet and class, and one client with accounts and consents.

Who may see a client is asked of `visible_to`, narrowed to roles that have clients at all. Words find a covered name
only where it is typed whole, so that a list can not be used to spell it out. Never writes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_date, parse_datetime

from accounts.models import AssetAccount, Client, Consent, Unit
from accounts.models.clients import ClientQuerySet
from accounts.queries.logins import ConsentView
from accounts.roles import Area, Field, opening, reading
from accounts.rules import Purpose
from accounts.scoping import below, granted_paths
from accounts.spelling import folded
from core.keyset import among

NOBODY = Q(pk__in=())
FEW = 1_000
"""Clients without an outlet in a house that is in order, at most."""


@dataclass(frozen=True, slots=True)
class AccountView:
    """An asset account of a client."""

    code: str
    opened_on: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class ClientCard:
    """A client with his outlet, accounts, and the latest word on every purpose."""

    client: Client
    accounts: tuple[AccountView, ...]
    consents: tuple[ConsentView, ...]

    @property
    def path(self) -> str:
        """Return the path of the client's outlet."""
        return self.client.outlet.path if self.client.outlet else ""

    def refuses(self, purpose: Purpose) -> bool:
        """Tell whether the client took his agreement to a purpose back and has not given it again."""
        return any(one.purpose == purpose and one.withdrawn_at is not None for one in self.consents)


def clients_of(user: Any) -> ClientQuerySet:
    """Return the clients that a user has in a role that has clients at all."""
    return Client.objects.visible_to(user, roles=opening(Area.CLIENTS))


def count_of(user: Any, keys: Collection[int]) -> int:
    """Return how many of some clients, each named once and known here, a user has in a role that has clients at all.

    Who has the whole house has all but the few without an outlet: these are looked for, since to find nearly all of
    180,000 clients takes 200 ms.
    """
    paths = granted_paths(user, roles=opening(Area.CLIENTS))
    reach = below(paths, "path")
    if reach is not None and any(path.count(".") == 1 for path in paths):
        elsewhere = Unit.objects.filter(parent=None).exclude(reach)
        without = Client.objects.filter(Q(outlet=None) | Exists(elsewhere)).values_list("pk", flat=True)
        homeless = set(without[: FEW + 1])
        if len(homeless) <= FEW:
            return len(keys) - len(homeless.intersection(keys))
    return clients_of(user).filter(among(keys)).count()


def found_by(user: Any, words: str) -> Q:
    """Return the condition that a client is found by words, as far as the user reads names.

    Code, name, pinyin or initials begin with the words; a covered name or its pinyin is the words.
    """
    text, sound = words.strip(), folded(words)
    code = Q(code__startswith=text) | Q(code__startswith=text.upper())
    if not sound:
        return code if text else Q()
    known = below(granted_paths(user, roles=reading(Field.NAME)), "outlet__path") or NOBODY
    begins = Q(name__startswith=text) | Q(pinyin__startswith=sound) | Q(initials__startswith=sound)
    return code | known & begins | Q(name=text) | Q(pinyin=sound)


def client_card(user: Any, public_id: UUID) -> ClientCard | None:
    """Return a client that a user has, in one statement; None for any other."""
    accounts = AssetAccount.objects.filter(client=OuterRef("pk")).order_by("code")
    consents = Consent.objects.filter(client=OuterRef("pk")).order_by("given_at", "pk")
    found = (
        clients_of(user)
        .filter(public_id=public_id)
        .select_related("outlet")
        .annotate(
            held=ArraySubquery(accounts.values(row=JSONObject(code="code", opened="opened_on", closed="closed_on"))),
            said=ArraySubquery(
                consents.values(row=JSONObject(purpose="purpose", given="given_at", withdrawn="withdrawn_at"))
            ),
        )
        .first()
    )
    if found is None:
        return None
    latest = {row["purpose"]: row for row in vars(found)["said"]}
    return ClientCard(
        client=found,
        accounts=tuple(
            AccountView(row["code"], _day(row["opened"]), _day(row["closed"])) for row in vars(found)["held"]
        ),
        consents=tuple(_consent(purpose, latest.get(purpose)) for purpose in Purpose),
    )


def _consent(purpose: Purpose, row: dict[str, Any] | None) -> ConsentView:
    return (
        ConsentView(purpose, _time(row["given"]), _time(row["withdrawn"])) if row else ConsentView(purpose, None, None)
    )


def _day(text: str | None) -> date | None:
    return parse_date(text) if text else None


def _time(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None
