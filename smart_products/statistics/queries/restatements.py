"""Days that were published again: what each version said before and after, and where the money moved most.

Levels of the whole house alone, from published cells. What made a difference, account by account, differences.py tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from accounts.queries import UnitNode, unit_tree
from smart_products.holdings.queries import DayFactsView
from smart_products.statistics.models import Grain, Publication, SliceKind
from smart_products.statistics.nodes import MATRIX, NodeName
from smart_products.statistics.queries.answers import PublicationView
from smart_products.statistics.queries.cells import EMPTY, Levels, levels_asked, levels_of, read
from smart_products.statistics.queries.periods import publication_views
from smart_products.statistics.queries.scopes import node_names

MOST_MOVED = 3


@dataclass(frozen=True, slots=True)
class Moved:
    """A product in a branch company whose signed assets two versions tell differently, in fen."""

    unit: UnitNode
    node: NodeName
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Restatement:
    """A version of a day and the one before it: clients retained, signed assets in fen, what moved most, and why."""

    publication: PublicationView
    before: PublicationView
    retained: tuple[int, int]
    assets: tuple[int, int]
    moved: tuple[Moved, ...]
    deliveries: tuple[DayFactsView, ...]
    """Holdings of the very day that the version before did not know; none where the cause lies elsewhere."""


def restated() -> QuerySet[Publication]:
    """Return the publications of days that replaced an earlier version."""
    return Publication.objects.filter(grain=Grain.DAY, version__gt=1).select_related("cut")


def restatements(rows: Sequence[Publication]) -> list[Restatement]:
    """Return what some publications changed against the version before each, in their order."""
    if not rows:
        return []
    asked = reduce(or_, (Q(as_of=row.as_of, version=row.version - 1) for row in rows))
    earlier = Publication.objects.filter(asked, grain=Grain.DAY).select_related("cut")
    before = {(row.as_of, row.version): row for row in earlier}
    pairs = [(before[row.as_of, row.version - 1], row) for row in rows]
    tree = unit_tree(max(row.as_of for row in rows))
    root = next(unit for unit in tree if unit.parent_id is None)
    branches = [unit for unit in tree if unit.parent_id == root.id]
    every = list({row.pk: row for pair in pairs for row in pair}.values())
    names = {name.number: name for name in node_names() if name.number == MATRIX or name.kind == "product"}
    (cells,) = read([levels_asked(SliceKind.UNIT, [root.id, *(unit.id for unit in branches)], list(names), every)])
    levels, views = levels_of(cells), dict(zip((row.pk for row in every), publication_views(every), strict=True))
    return [
        _restatement(views[one.pk], views[other.pk], (one.pk, other.pk), levels, root, branches, names)
        for one, other in pairs
    ]


def _restatement(
    one: PublicationView,
    other: PublicationView,
    keys: tuple[int, int],
    levels: Levels,
    root: UnitNode,
    branches: Sequence[UnitNode],
    names: dict[int, NodeName],
) -> Restatement:
    def level(key: int, unit: int, node: int, column: str) -> int:
        return levels.get(key, {}).get((unit, node), EMPTY)[column]

    moved = [
        Moved(unit, name, *(level(key, unit.id, number, "assets") for key in keys))
        for unit in branches
        for number, name in names.items()
        if number != MATRIX
    ]
    largest = sorted(
        (cell for cell in moved if cell.before != cell.after), key=lambda cell: -abs(cell.after - cell.before)
    )
    knew = {facts.delivery for facts in one.cut.facts}
    return Restatement(
        publication=other,
        before=one,
        retained=(level(keys[0], root.id, MATRIX, "retained"), level(keys[1], root.id, MATRIX, "retained")),
        assets=(level(keys[0], root.id, MATRIX, "assets"), level(keys[1], root.id, MATRIX, "assets")),
        moved=tuple(largest[:MOST_MOVED]),
        deliveries=tuple(facts for facts in other.cut.facts if facts.delivery not in knew),
    )
