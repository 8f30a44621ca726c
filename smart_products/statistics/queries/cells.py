"""Reading published cells: sums of terms and levels of a scope, by node.

Owns the SQL over `Cell`. An empty column is a zero. Never computes a rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from smart_products.statistics.columns import PUBLISHED_LEVELS, PUBLISHED_TERMS
from smart_products.statistics.models import Publication

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
    cover: Iterable[Publication],
) -> dict[tuple[int, int], Sums]:
    """Return sums by (slice key, node) for the slices of one kind. `nodes` None means every node."""
    levels = levels_at(kind, keys, nodes, [now] if before is None else [now, before])
    covered = [row.pk for row in cover]
    terms = _terms(kind, keys, nodes, covered)
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
    names = ", ".join(f"coalesce({name}, 0)" for name in PUBLISHED_LEVELS)
    found: dict[int, dict[tuple[int, int], Numbers]] = {}
    for publication, key, node, *values in _select(
        f"publication_id, slice_key, node, {names}", kind, keys, nodes, [row.pk for row in rows]
    ):
        found.setdefault(publication, {})[key, node] = dict(zip(PUBLISHED_LEVELS, values, strict=True))
    return found


def _terms(
    kind: int, keys: Sequence[int], nodes: Sequence[int] | None, publications: Sequence[int]
) -> dict[tuple[int, int], tuple[Numbers, float]]:
    names = ", ".join(f"coalesce(sum({name}), 0)::bigint" for name in PUBLISHED_TERMS)
    rows = _select(
        f"slice_key, node, {names}, coalesce(sum(growth_log), 0)",
        kind,
        keys,
        nodes,
        publications,
        tail="GROUP BY slice_key, node",
    )
    return {
        (key, node): (dict(zip(PUBLISHED_TERMS, values, strict=True)), log)
        for key, node, *values, log in rows
    }


def _select(
    shown: str,
    kind: int,
    keys: Sequence[int],
    nodes: Sequence[int] | None,
    publications: Sequence[int],
    tail: str = "",
) -> list[tuple[Any, ...]]:
    if not publications or not keys:
        return []
    narrowed = "" if nodes is None else "AND node = ANY(%(nodes)s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {shown} FROM statistics_cell WHERE kind = %(kind)s AND slice_key = ANY(%(keys)s) "
            f"AND publication_id = ANY(%(publications)s) {narrowed} {tail}",
            {
                "kind": kind,
                "keys": list(keys),
                "publications": list(publications),
                "nodes": list(nodes or []),
            },
        )
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
