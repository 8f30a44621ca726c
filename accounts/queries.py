"""Reads of people and organisation.

Owns the tree of units as of a day. Who may see what is asked of the querysets themselves
(`Client.objects.visible_to(user)`), which fail closed. Never writes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.digests import id_digest, token_hash
from accounts.models import (
    AssetAccount,
    Client,
    ClientLogin,
    Consent,
    Invite,
    Notice,
    NoticeDelivery,
    Unit,
    UnitVersion,
    User,
)
from accounts.rules import DeliveryState, Level, NoticeKind, Purpose, Role
from accounts.scoping import in_force
from core.actor import Actor
from core.reading import remembered


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A unit as it was on a day. `closed_on` is set when that day's version says it closes."""

    id: int
    code: str
    level: str
    name: str
    name_en: str
    parent_id: int | None
    source: str = ""
    closed_on: date | None = None


@remembered
def unit_tree(day: date) -> list[UnitNode]:
    """Return the structure as of a day, parents before children, siblings by code.

    Before a unit's first version its first version holds, so that every unit has a place on
    every day; closed units stay, since clients may still belong to them.
    """
    versions = (
        UnitVersion.objects.annotate(
            code=F("unit__code"),
            source=F("unit__source"),
            held=Case(When(valid_from__lte=day, then=1), default=0),
        )
        .order_by("unit_id", "-held", Case(When(held=1, then=F("valid_from"))).desc(), "valid_from")
        .distinct("unit_id")
    )
    nodes = sorted((_node(version) for version in versions), key=lambda node: (node.source, node.code))
    present = {node.id for node in nodes}
    children: dict[int | None, list[UnitNode]] = {}
    for node in nodes:
        children.setdefault(node.parent_id if node.parent_id in present else None, []).append(node)
    ordered: list[UnitNode] = []
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        node = waiting.pop()
        ordered.append(node)
        waiting.extend(reversed(children.get(node.id, [])))
    return ordered


def _node(version: Any) -> UnitNode:
    """Return the node of a version, which carries its unit's code and source."""
    return UnitNode(
        id=version.unit_id,
        code=version.code,
        level=version.level,
        name=version.name,
        name_en=version.name_en,
        parent_id=version.parent_id,
        source=version.source,
        closed_on=version.closed_on,
    )


def clients_by_code(codes: Collection[str]) -> dict[str, list[tuple[str, int]]]:
    """Return for each of these codes (source, id) of the clients that bear it."""
    found: dict[str, list[tuple[str, int]]] = {}
    for source, code, client in Client.objects.filter(code__in=codes).values_list("source", "code", "pk"):
        found.setdefault(code, []).append((source, client))
    return found


def client_of_code(source: str, code: str) -> Client | None:
    """Return the client that a source knows by a code, or None."""
    return Client.objects.filter(source=source, code=code).first()


def actor_of(username: str) -> Actor | None:
    """Return the person with a login in use by that name as an actor, or None."""
    user = User.objects.filter(username=username, is_active=True).first()
    return None if user is None else Actor("user", user.username, user.pk)


def root_unit() -> Unit | None:
    """Return the unit at the top of the organisation, or None while there is none."""
    return Unit.objects.filter(parent=None).exclude(path="").order_by("pk").first()


def demo_units() -> tuple[Unit, Unit, Unit] | None:
    """Return the root, its first branch and that branch's first outlet by code; None when one is missing."""
    root = root_unit()
    outlets = Unit.objects.filter(level=Level.OUTLET, closed_on=None).exclude(path="")
    if root is None:
        return None
    branches = Unit.objects.filter(level=Level.BRANCH, path__startswith=root.path, closed_on=None)
    for branch in branches.order_by("code"):
        outlet = outlets.filter(path__startswith=branch.path).order_by("code").first()
        if outlet is not None:
            return root, branch, outlet
    return None


def holds_on_root(user: User, role: Role) -> bool:
    """Tell whether an active login holds a role today on the unit at the top, and so everywhere."""
    return user.is_active and user.grants.filter(in_force(None), role=role, unit__parent=None).exists()


def acting(user: User) -> Actor:
    """Return the person of a login as the actor of an operation."""
    return Actor(kind="user", name=user.get_username(), user_id=user.pk)


def user_by_name(username: str) -> User | None:
    """Return the active login of this name."""
    return User.objects.filter(username=username, is_active=True).first()


class NoMatch(LookupError):
    """Not exactly one client without a login has this mobile and this identity document."""


@dataclass(frozen=True, slots=True)
class ClientReader:
    """A client before the screen: who it is, what he agrees to today, and what waits to be read."""

    client: Client
    username: str
    consents: frozenset[Purpose]
    unread: int
    """Notices that have not been read."""


@remembered
def reader_of_login(user_id: int) -> ClientReader | None:
    """Return the client that a login belongs to, with the consents that stand; None for a login of staff."""
    standing = ArrayAgg(
        "client__consents__purpose", filter=Q(client__consents__withdrawn_at=None), distinct=True, default=Value([])
    )
    unread = Notice.objects.filter(client=OuterRef("client"), read_at=None).exclude(kind=NoticeKind.CODE)
    count = unread.order_by().values("client").annotate(count=Count("pk")).values("count")
    logins = ClientLogin.objects.select_related("client", "user").filter(user_id=user_id)
    login = logins.annotate(standing=standing, unread=Coalesce(Subquery(count), 0)).first()
    if login is None:
        return None
    purposes = frozenset(Purpose(name) for name in vars(login)["standing"] if name)
    return ClientReader(login.client, login.user.username, purposes, vars(login)["unread"])


def login_of(client_id: int) -> ClientLogin | None:
    """Return the login of a client, or None before registering."""
    return ClientLogin.objects.select_related("user", "client").filter(client_id=client_id).first()


def client_of(user: Any) -> Client | None:
    """Return the client whose login this is; None for staff, for nobody, and for a login switched off."""
    reader = reader_of_login(user.pk) if user.is_authenticated and user.is_active else None
    return reader.client if reader is not None else None


def match_client(mobile: str, id_number: str) -> Client:
    """Return the one client without a login who has this mobile and identity document. Raises NoMatch."""
    mobile = "".join(mobile.split())
    found = list(Client.objects.filter(mobile=mobile, id_digest=id_digest(id_number), login=None)[:2])
    if not mobile or len(found) != 1:
        raise NoMatch
    return found[0]


def client_by_public_id(public_id: str) -> Client | None:
    """Return the client with this public id."""
    return Client.objects.filter(public_id=public_id).first()


def open_invite(token: str, at: datetime) -> Invite | None:
    """Return the invitation of a word if it can still be used at this time."""
    return Invite.objects.filter(token_hash=token_hash(token), used_at=None, expires_at__gt=at).first()


@dataclass(frozen=True, slots=True)
class ConsentView:
    """How a client stands to one purpose: since when it is agreed to, or when that was taken back."""

    purpose: Purpose
    given_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def stands(self) -> bool:
        return self.given_at is not None and self.withdrawn_at is None


def consents_of(client_id: int) -> list[ConsentView]:
    """Return the latest word of a client on every purpose, in the order of the purposes."""
    latest: dict[str, Consent] = {}
    for row in Consent.objects.filter(client_id=client_id).order_by("given_at", "pk"):
        latest[row.purpose] = row
    found = ((purpose, latest.get(purpose)) for purpose in Purpose)
    return [
        ConsentView(purpose, row.given_at if row else None, row.withdrawn_at if row else None) for purpose, row in found
    ]


def accounts_of(client_id: int) -> list[AssetAccount]:
    """Return the asset accounts of a client, by code."""
    return list(AssetAccount.objects.filter(client_id=client_id).order_by("code"))


def notices_of(client: Client) -> QuerySet[Notice]:
    """Return what a client was told, the latest first; codes are not shown again."""
    return Notice.objects.filter(client=client).exclude(kind=NoticeKind.CODE).order_by("-at", "-pk")


def undelivered() -> QuerySet[NoticeDelivery]:
    """Return the deliveries that were given up and wait for a person, the latest first."""
    given_up = NoticeDelivery.objects.filter(state=DeliveryState.GIVEN_UP)
    return given_up.select_related("notice__client").order_by("-due_at", "-pk")
