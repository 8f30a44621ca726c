"""The questions that readers ask first, asked before they do, so that their answers are kept (kept.py).

Owns which these are: of the newest day, for the whole house, each of its nodes and each branch, as pages ask them of
an address without choices. Whoever asks this way says how long it may take. Never writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial

from accounts.queries import UnitNode, unit_tree
from core.reading import one_answer
from smart_products.statistics.months import year_before
from smart_products.statistics.queries.amounts import behind_money
from smart_products.statistics.queries.behind import behind
from smart_products.statistics.queries.matrix import matrix, standing
from smart_products.statistics.queries.overlap import transitions
from smart_products.statistics.queries.periods import fact_days
from smart_products.statistics.queries.retention import league, retention
from smart_products.statistics.queries.scopes import node_names
from smart_products.statistics.queries.told import Who
from smart_products.statistics.retention import Basis

Progress = Callable[[date, int, int], None]
Question = Callable[[], object]


def usual_start(days: Sequence[date], as_of: date) -> date | None:
    """Return the first day of all where none lies a year back: a young broker still sees why assets grew."""
    return days[0] if year_before(as_of) < days[0] < as_of else None


def ask_usual(*, enough: Callable[[], bool], progress: Progress) -> int:
    """Ask the usual questions until it is enough; return how many were asked."""
    days = fact_days()
    if not days:
        return 0
    with one_answer():
        questions = [*_of_house(days), *_of_branches(days)]
        for number, question in enumerate(questions):
            if enough():
                return number
            question()
            progress(days[-1], number + 1, len(questions))
    return len(questions)


def _of_house(days: Sequence[date]) -> Iterator[Question]:
    tree = unit_tree(days[-1])
    for root in (unit for unit in tree if unit.parent_id is None):
        yield from _of_unit(days, root, tree)
        for node in node_names()[1:]:
            yield from _of_node(days, root, tree, node.code)
        for values in (False, True):
            yield partial(retention, as_of=days[-1], unit=root.code, basis=Basis.CONFIRMED, values=values)
        yield from _clients_of(days, root)


def _of_branches(days: Sequence[date]) -> Iterator[Question]:
    tree = unit_tree(days[-1])
    roots = {unit.id for unit in tree if unit.parent_id is None}
    for branch in (unit for unit in tree if unit.parent_id in roots):
        yield from _of_unit(days, branch, tree)


def _of_unit(days: Sequence[date], unit: UnitNode, tree: Sequence[UnitNode]) -> Iterator[Question]:
    """Yield what the pages of all products ask of a unit: the product page, the matrix, league and moves."""
    yield from _of_node(days, unit, tree, None)
    earlier = [day for day in days[:-1] if day <= year_before(days[-1])] or days[:1]
    if len(days) > 1:
        yield partial(transitions, since=earlier[-1], as_of=days[-1], unit=unit.code)


def _clients_of(days: Sequence[date], unit: UnitNode) -> Iterator[Question]:
    """Yield the clients behind what the matrix shows of a unit: its counts, its money and why that grew."""
    day, since = days[-1], usual_start(days, days[-1])
    yield partial(behind_money, as_of=day, unit=unit.code, levels=True)
    if len(days) > 1:
        yield partial(behind_money, as_of=day, since=since, unit=unit.code)
        for who in (Who.FIRST_TIME, Who.REACTIVATED, Who.LAPSED):
            yield partial(behind, who=who, as_of=day, since=since, unit=unit.code)
    for who in (Who.RETAINED, Who.FIRST_SIGN):
        yield partial(behind, who=who, as_of=day, unit=unit.code)


def _of_node(days: Sequence[date], unit: UnitNode, tree: Sequence[UnitNode], node: str | None) -> Iterator[Question]:
    day, since = days[-1], usual_start(days, days[-1])
    below = [one for one in tree if one.parent_id == unit.id]
    by = "unit" if below else "tier"
    yield partial(matrix, as_of=day, since=since, unit=unit.code, node=node, by=by, patient=False)
    yield partial(matrix, as_of=day, since=since, unit=unit.code, node=node)
    yield partial(standing, as_of=day, since=since, unit=unit.code, node=node)
    for values in (False, True):
        yield partial(retention, as_of=day, unit=unit.code, node=node or "matrix", values=values)
    yield partial(league, by=by, as_of=day, unit=unit.code, node=node or "matrix")
