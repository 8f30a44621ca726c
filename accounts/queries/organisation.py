"""Reads of people and organisation.

Owns the tree of units as of a day, and the part of it that a user may see; any other rows that may be seen are
asked of the querysets themselves (`Client.objects.visible_to(user)`). Both fail closed. Never writes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Client, Unit, UnitVersion, User
from accounts.rules import Level
from accounts.scoping import granted_paths, reaches
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
    path: str = ""
    """Where the unit stands today, which decides who sees it."""


@remembered
def unit_tree(day: date) -> list[UnitNode]:
    """Return the structure as of a day, parents before children, siblings by code.

    Before a unit's first version its first version holds, so that every unit has a place on
    every day; closed units stay, since clients may still belong to them.
    """
    held: dict[int, UnitVersion] = {}
    for version in _versions():
        if version.unit_id not in held or version.valid_from <= day:
            held[version.unit_id] = version
    nodes = sorted((_node(version) for version in held.values()), key=lambda node: (node.source, node.code))
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


@remembered
def _versions() -> list[UnitVersion]:
    """Return what every unit ever was, with the unit, the oldest first."""
    return list(UnitVersion.objects.select_related("unit").order_by("valid_from"))


def visible_units(user: Any, day: date) -> list[UnitNode]:
    """Return the units of a day that a user may see, parents before children; none without a grant."""
    paths = granted_paths(user)
    return [unit for unit in unit_tree(day) if reaches(paths, unit.path)] if paths else []


def _node(version: UnitVersion) -> UnitNode:
    """Return the node of a version."""
    return UnitNode(
        id=version.unit_id,
        code=version.unit.code,
        level=version.level,
        name=version.name,
        name_en=version.name_en,
        parent_id=version.parent_id,
        source=version.unit.source,
        closed_on=version.closed_on,
        path=version.unit.path,
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
    user = user_by_name(username)
    return None if user is None else acting(user)


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


def acting(user: User) -> Actor:
    """Return the person of a login as the actor of an operation."""
    return Actor(kind="user", name=user.get_username(), user_id=user.pk)


def user_by_name(username: str) -> User | None:
    """Return the active login of this name."""
    return User.objects.filter(username=username, is_active=True).first()
