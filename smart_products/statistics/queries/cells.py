"""Reading published cells: sums of terms and levels of slices, by node.

Owns the SQL over `Cell`: whatever a page asks of it is one statement. An empty column is a zero. Never computes a
rate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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


Cell = tuple[int, tuple[int, int], Numbers, float]
"""A cell that was read: its publication, its slice key and node, its figures, and the logarithm of growth."""

EMPTY: Numbers = dict.fromkeys((*PUBLISHED_LEVELS, *PUBLISHED_TERMS), 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """Cells to be read: slices of one kind by their keys, nodes (None: every one), publications, and columns."""

    kind: int
    keys: Sequence[int]
    nodes: Sequence[int] | None
    rows: Sequence[Publication]
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Period:
    """The publications of a period: its last day, its first (None: there is none), and those whose terms add up."""

    now: Publication
    before: Publication | None
    cover: Sequence[Publication]
    fact_days: int


Place = tuple[int, int]
"""Slice key and node."""
Levels = Mapping[int, Mapping[Place, Numbers]]
"""Levels by publication and place."""


def levels_asked(
    kind: int, keys: Sequence[int], nodes: Sequence[int] | None, rows: Sequence[Publication]
) -> Asked:  # fmt: skip
    """Return the question for the levels of some publications."""
    return Asked(kind, keys, nodes, rows, PUBLISHED_LEVELS)


def period_asked(kind: int, keys: Sequence[int], nodes: Sequence[int] | None, period: Period) -> tuple[Asked, Asked]:
    """Return the questions for the levels at both ends of a period and for its terms."""
    ends = [period.now] if period.before is None else [period.now, period.before]
    return levels_asked(kind, keys, nodes, ends), Asked(kind, keys, nodes, period.cover, PUBLISHED_TERMS)


def levels_of(cells: Sequence[Cell]) -> Levels:
    """Return the levels among cells that were read."""
    found: dict[int, dict[Place, Numbers]] = {}
    for publication, place, numbers, _ in cells:
        found.setdefault(publication, {})[place] = numbers
    return found


def sums_of(ends: Sequence[Cell], cover: Sequence[Cell], period: Period) -> dict[Place, Sums]:
    """Return sums by slice key and node from the cells at the ends of a period and those that cover it."""
    levels, terms = levels_of(ends), _terms(cover)
    at_start = levels.get(period.before.pk, {}) if period.before is not None else {}
    at_end = levels.get(period.now.pk, {})
    found: dict[Place, Sums] = {}
    for place in {*at_end, *at_start, *terms}:
        numbers, log = terms.get(place, (EMPTY, 0.0))
        found[place] = Sums(at_end.get(place, EMPTY), at_start.get(place, EMPTY), numbers, log)
    return found


def _terms(cells: Sequence[Cell]) -> dict[Place, tuple[Numbers, float]]:
    totals: dict[Place, dict[str, int]] = {}
    logs: dict[Place, float] = {}
    for _, place, numbers, log in cells:
        total = totals.setdefault(place, dict(EMPTY))
        for name, number in numbers.items():
            total[name] += number
        logs[place] = logs.get(place, 0.0) + log
    return {place: (total, logs[place]) for place, total in totals.items()}


def read(questions: Sequence[Asked]) -> list[list[Cell]]:
    """Return the cells of each question; all of them are read by one statement."""
    asked = [(number, one) for number, one in enumerate(questions) if one.rows and one.keys]
    found: list[list[Cell]] = [[] for _ in questions]
    if asked:
        width = max(len(one.names) for _, one in asked)
        selects, parameters = zip(*(_select(number, one, width) for number, one in asked), strict=True)
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(selects), [value for part in parameters for value in part])
            for number, publication, key, node, log, *values in cursor.fetchall():
                named = dict(zip(questions[number].names, values, strict=False))
                found[number].append((publication, (key, node), named, log))
    for number, one in asked:
        found[number] += _cold(one, found[number])
    return found


def _select(number: int, asked: Asked, width: int) -> tuple[str, list[Any]]:
    """Return the statement of a question, its columns filled up to the width of the widest, with its parameters."""
    shown = [*(f"coalesce({name}, 0)" for name in asked.names), *["0"] * (width - len(asked.names))]
    narrowed = "" if asked.nodes is None else "AND node = ANY(%s)"
    select = (
        f"SELECT {number}, publication_id, slice_key, node, coalesce(growth_log, 0), {', '.join(shown)} "
        f"FROM statistics_cell WHERE kind = %s AND slice_key = ANY(%s) AND publication_id = ANY(%s) {narrowed}"
    )
    parameters: list[Any] = [asked.kind, list(asked.keys), [row.pk for row in asked.rows]]
    return select, parameters if asked.nodes is None else [*parameters, list(asked.nodes)]


def _cold(asked: Asked, there: Sequence[Cell]) -> Iterator[Cell]:
    """Yield the cells of outlets on old days, which lie in files."""
    cold = [row for row in asked.rows if not row.has_outlets] if asked.kind == SliceKind.UNIT else []
    stored = {(publication, place[0]) for publication, place, _, _ in there}
    missing = [row for row in cold if any((row.pk, key) not in stored for key in asked.keys)]
    for publication, key, node, values, log in cold_cells(asked.keys, asked.nodes, missing, asked.names, stored):
        yield publication, (key, node), dict(zip(asked.names, values, strict=True)), log
