"""The part of the organisation that a reader may see, as a way down from headquarters to an outlet.

Turns the visible units of a day into a path, the units right below, and counts for the scope line.
Fails closed: a unit that is not among the visible ones is refused as if it did not exist.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from screens import formats


class Unit(Protocol):
    """What this module needs to know of a unit; `accounts.queries.UnitNode` fits."""

    @property
    def id(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def parent_id(self) -> int | None: ...


class NoUnits(LookupError):
    """The reader holds no role on any unit."""


class UnknownUnit(LookupError):
    """No visible unit has this code."""


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as a page names it."""

    code: str
    name: str
    level: str


@dataclass(frozen=True, slots=True)
class Scope:
    """The chosen unit, the way to it from the highest visible unit, what lies right below, and what in
    all.
    """

    unit: Place
    path: tuple[Place, ...]
    children: tuple[Place, ...]
    branches: int
    outlets: int
    tops: tuple[Place, ...]
    """The highest visible units; more than one when roles stand on several units."""

    @property
    def child_level(self) -> str:
        """Return the level of the units below: branch, outlet, or empty for a unit without any."""
        return self.children[0].level if self.children else ""

    def name_of(self, code: str) -> str:
        """Return the name of a unit on the path or right below it, else its code."""
        known = {place.code: place.name for place in (*self.path, *self.children)}
        return known.get(code, code)


def place(unit: Unit, language: str | None) -> Place:
    """Return a unit under its name in the reader's language; the Chinese name stands in for a missing
    English one.
    """
    name = unit.name if formats.is_chinese(language) else unit.name_en or unit.name
    return Place(unit.code, name, unit.level)


def scope(units: Sequence[Unit], code: str | None, language: str | None) -> Scope:
    """Return the scope of the unit with this code, or of the highest visible unit without one.

    Raises NoUnits when nothing is visible and UnknownUnit when no visible unit has the code.
    """
    if not units:
        raise NoUnits
    by_id = {unit.id: unit for unit in units}
    tops = [unit for unit in units if unit.parent_id not in by_id]
    chosen = tops[0] if code is None else next((unit for unit in units if unit.code == code), None)
    if chosen is None:
        raise UnknownUnit(code)
    below: dict[int | None, list[Unit]] = {}
    for unit in units:
        below.setdefault(unit.parent_id, []).append(unit)
    path = [chosen]
    while (parent := by_id.get(path[-1].parent_id or 0)) is not None and parent not in path:
        path.append(parent)
    levels: Counter[str] = Counter()
    waiting = [chosen]
    while waiting:
        unit = waiting.pop()
        levels[unit.level] += 1
        waiting.extend(below.get(unit.id, ()))
    return Scope(
        unit=place(chosen, language),
        path=tuple(place(unit, language) for unit in reversed(path)),
        children=tuple(place(unit, language) for unit in below.get(chosen.id, ())),
        branches=levels["branch"],
        outlets=levels["outlet"],
        tops=tuple(place(unit, language) for unit in tops),
    )
