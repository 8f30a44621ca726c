"""Reading published cells: sums of terms and levels of a scope, by node.

Owns the SQL over `Cell`. An empty column is a zero. Never computes a rate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from smart_products.statistics.columns import PUBLISHED_LEVELS, PUBLISHED_TERMS
from smart_products.statistics.models import Publication, SliceKind
from smart_products.statistics.queries.cold import cold_cells

Numbers = Mapping[str, int]
Covered = tuple[Publication, Publication | None, Sequence[Publication]]
"""A period: the publication at its end, the one at its start, and those whose terms add up to the time between."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What the cells of one node and slice give over a period."""

    now: Numbers
    before: Numbers
    terms: Numbers
    growth_log: float


EMPTY: Numbers = dict.fromkeys((*PUBLISHED_LEVELS, *PUBLISHED_TERMS), 0)


def period_sums(
    kind: int,
    keys: Sequence[int],
    nodes: Sequence[int] | None,
    now: Publication,
    before: Publication | None,
    cover: Sequence[Publication],
) -> dict[tuple[int, int], Sums]:
    """Return sums by (slice key, node) for the slices of one kind. `nodes` None means every node."""
    levels = levels_at(kind, keys, nodes, [now] if before is None else [now, before])
    terms = _terms(kind, keys, nodes, cover)
    found: dict[tuple[int, int], Sums] = {}
    at_start = levels.get(before.pk, {}) if before is not None else {}
    at_end = levels.get(now.pk, {})
    for key in {*at_end, *at_start, *terms}:
        numbers, log = terms.get(key, (EMPTY, 0.0))
        found[key] = Sums(at_end.get(key, EMPTY), at_start.get(key, EMPTY), numbers, log)
    return found


def sums_by_period(kind: int, key: int, periods: Sequence[Covered]) -> list[dict[int, Sums]]:
    """Return the sums of each period by node, for one slice, from one read."""
    rows = {row.pk: row for now, before, cover in periods for row in (now, before, *cover) if row is not None}
    names = (*PUBLISHED_LEVELS, *PUBLISHED_TERMS)
    cells: dict[int, dict[int, tuple[Numbers, float]]] = {}
    for publication, _key, node, values, log in _cells(kind, [key], None, list(rows.values()), names):
        cells.setdefault(node, {})[publication] = dict(zip(names, values, strict=True)), log
    return [{node: _sums(of_node, period) for node, of_node in cells.items()} for period in periods]


def _sums(cells: Mapping[int, tuple[Numbers, float]], period: Covered) -> Sums:
    """Return the sums of one node over a period, from its cells by publication."""
    now, before, cover = period
    nothing = EMPTY, 0.0
    days = [cells.get(row.pk, nothing) for row in cover]
    return Sums(
        now=cells.get(now.pk, nothing)[0],
        before=EMPTY if before is None else cells.get(before.pk, nothing)[0],
        terms={name: sum(numbers[name] for numbers, _log in days) for name in PUBLISHED_TERMS},
        growth_log=sum(log for _numbers, log in days),
    )


def levels_at(
    kind: int, keys: Sequence[int], nodes: Sequence[int] | None, rows: Sequence[Publication]
) -> dict[int, dict[tuple[int, int], Numbers]]:
    """Return levels by publication and (slice key, node)."""
    found: dict[int, dict[tuple[int, int], Numbers]] = {}
    for publication, key, node, values, _ in _cells(kind, keys, nodes, rows, PUBLISHED_LEVELS):
        found.setdefault(publication, {})[key, node] = dict(zip(PUBLISHED_LEVELS, values, strict=True))
    return found


def _terms(
    kind: int, keys: Sequence[int], nodes: Sequence[int] | None, rows: Sequence[Publication]
) -> dict[tuple[int, int], tuple[Numbers, float]]:
    totals: dict[tuple[int, int], list[int]] = {}
    logs: dict[tuple[int, int], float] = {}
    for _, key, node, values, log in _cells(kind, keys, nodes, rows, PUBLISHED_TERMS):
        known = totals.get((key, node))
        totals[key, node] = list(values) if known is None else [a + b for a, b in zip(known, values, strict=True)]
        logs[key, node] = logs.get((key, node), 0.0) + log
    return {place: (dict(zip(PUBLISHED_TERMS, values, strict=True)), logs[place]) for place, values in totals.items()}


def _cells(
    kind: int, keys: Sequence[int], nodes: Sequence[int] | None, rows: Sequence[Publication], names: Sequence[str]
) -> Iterator[tuple[int, int, int, Sequence[int], float]]:
    """Yield (publication, slice key, node, values, logarithm of growth) of these publications."""
    if not rows or not keys:
        return
    shown = ", ".join(f"coalesce({name}, 0)" for name in names)
    narrowed = "" if nodes is None else "AND node = ANY(%(nodes)s)"
    stored: set[tuple[int, int]] = set()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT publication_id, slice_key, node, {shown}, coalesce(growth_log, 0) FROM statistics_cell "
            "WHERE kind = %(kind)s AND slice_key = ANY(%(keys)s) AND publication_id = ANY(%(publications)s) "
            f"{narrowed}",
            {
                "kind": kind,
                "keys": list(keys),
                "publications": [row.pk for row in rows],
                "nodes": list(nodes or []),
            },
        )
        for publication, key, node, *values, log in cursor.fetchall():
            stored.add((publication, key))
            yield publication, key, node, values, log
    cold = [row for row in rows if not row.has_outlets] if kind == SliceKind.UNIT else []
    missing = [row for row in cold if any((row.pk, key) not in stored for key in keys)]
    yield from cold_cells(keys, nodes, missing, names, stored)
