"""The structure of units through time, as edges between a unit and everything above it.

Owns the rule that before a unit's first version its first version holds. Never writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from accounts.models import UnitVersion

FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)

Edge = tuple[int, int, date, date]
"""(unit, unit itself or one above it, from, until before)."""


def outlet_edges() -> list[Edge]:
    """Return every edge with the half-open range of days in which it holds, by unit, ancestor and day."""
    parents = _parents()
    starts = sorted({start for versions in parents.values() for start, _ in versions} | {FIRST_DAY})
    edges: list[Edge] = []
    running: dict[tuple[int, int], date] = {}
    for day in starts:
        holds = {(unit, above) for unit in parents for above in _chain(unit, parents, day)}
        gone = [pair for pair in running if pair not in holds]
        edges.extend((*pair, running.pop(pair), day) for pair in gone)
        for pair in holds:
            running.setdefault(pair, day)
    edges += [(*pair, start, LAST_DAY) for pair, start in running.items()]
    return sorted(edges)


def _parents() -> dict[int, list[tuple[date, int | None]]]:
    parents: dict[int, list[tuple[date, int | None]]] = {}
    versions = UnitVersion.objects.order_by("unit_id", "valid_from").values_list("unit_id", "valid_from", "parent_id")
    for unit, valid_from, parent in versions:
        known = parents.setdefault(unit, [])
        known.append((valid_from if known else FIRST_DAY, parent))
    return parents


def _chain(unit: int, parents: dict[int, list[tuple[date, int | None]]], day: date) -> Iterator[int]:
    """Yield the unit and each unit above it on a day; a circle, which no merge lets in, ends the walk."""
    seen: set[int] = set()
    current: int | None = unit
    while current is not None and current not in seen:
        seen.add(current)
        yield current
        current = next((parent for start, parent in reversed(parents.get(current, [])) if start <= day), None)
