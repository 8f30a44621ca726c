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
