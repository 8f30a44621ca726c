"""What a matrix is made of, read at one go: sums over a period of slices and of those below them, and a line.

Owns which figures come from the cells in PostgreSQL, all by one statement, and which from the cube (cube.py): filters
on more than one dimension. Computes no rate but that of a point of the line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from smart_products.statistics.figures import Point, ratio
from smart_products.statistics.models import Publication
from smart_products.statistics.months import year_before
from smart_products.statistics.queries import cube
from smart_products.statistics.queries.cells import (
    EMPTY,
    Numbers,
    Period,
    Sums,
    levels_asked,
    levels_of,
    period_asked,
    read,
    sums_of,
)
from smart_products.statistics.queries.periods import Timeline
from smart_products.statistics.queries.scopes import Slice

LINE_MONTHS = 13

ByNode = dict[int, Sums]
"""Sums by node."""


@dataclass(frozen=True, slots=True)
class Part:
    """Slices, with the nodes that are asked for in them."""

    slices: Sequence[Slice] = ()
    nodes: Sequence[int] = ()

    @property
    def keyed(self) -> tuple[int, list[int]] | None:
        """Kind and keys of the cells of these slices; None where they have none, and the cube answers."""
        places = [place for part in self.slices if (place := part.marginal) is not None]
        return (places[0][0], [key for _, key in places]) if places and len(places) == len(self.slices) else None


NOTHING = Part()


@dataclass(slots=True)
class Line:
    """The months up to a day for which the levels of a node are asked, each with the same day a year earlier."""

    known: Timeline
    now: Publication
    node: int
    ends: Sequence[Publication] = field(init=False)
    earlier: Mapping[int, Publication | None] = field(init=False)

    def __post_init__(self) -> None:
        """Find the month ends and the days a year before them."""
        self.ends = self.known.month_ends(self.now.as_of, LINE_MONTHS)
        self.earlier = {row.pk: self.known.on_or_before(year_before(row.as_of)) for row in self.ends}

    @property
    def rows(self) -> list[Publication]:
        """Every publication whose levels are needed, once."""
        every = (*self.ends, *(row for row in self.earlier.values() if row is not None))
        return list({row.pk: row for row in every}.values())

    def points(self, levels: Mapping[int, Numbers]) -> tuple[Point, ...]:
        """Return the line from the levels of these publications."""
        return tuple(self._point(row, levels) for row in self.ends)

    def _point(self, row: Publication, levels: Mapping[int, Numbers]) -> Point:
        found, year = levels.get(row.pk, EMPTY), self.earlier[row.pk]
        base = levels.get(year.pk, EMPTY)["assets"] if year is not None else 0
        return Point(
            day=row.as_of,
            retained=found["retained"],
            assets=found["assets"],
            first_sign_rate=ratio(found["first_retained"], found["first_clients"]),
            yoy=ratio(found["assets"] - base, base),
        )


def read_sums(
    known: Timeline, period: Period, scope: Part, below: Part = NOTHING, line: Line | None = None
) -> tuple[list[ByNode], list[ByNode], tuple[Point, ...]]:
    """Return the sums by node of each slice of the scope and of each below it, and the line in its first slice."""
    asked = [one for part in (scope, below) if part.keyed for one in period_asked(*part.keyed, part.nodes, period)]
    keys = scope.keyed
    if line is not None and keys is not None:
        asked.append(levels_asked(keys[0], keys[1][:1], [line.node], line.rows))
    cells = read(asked)
    levels: Mapping[int, Numbers] = {}
    if line is not None and keys is not None:
        levels = {row: found[keys[1][0], line.node] for row, found in levels_of(cells.pop()).items()}
    corners = [one.corner for part in (scope, below) if part.keyed is None for one in part.slices]
    counted: list[ByNode] = []
    if corners:
        rows = line.rows if line is not None and keys is None else ()
        counted, by_node = cube.period_sums(known, period.now, period.before, corners, rows)
        if line is not None and keys is None:
            levels = {row: found.get(line.node, EMPTY) for row, found in by_node.items()}
    found = []
    for part in (scope, below):
        if part.keyed is None:
            found.append(counted[: len(part.slices)])
            counted = counted[len(part.slices) :]
            continue
        sums, cells = sums_of(cells[0], cells[1], period), cells[2:]
        found.append([{node: one for (key, node), one in sums.items() if key == place} for place in part.keyed[1]])
    return found[0], found[1], line.points(levels) if line is not None else ()


def read_periods(
    known: Sequence[Timeline], periods: Sequence[Period], scope: Slice, nodes: Sequence[int]
) -> list[ByNode]:
    """Return the sums by node of one slice over several periods, each with what was known of it."""
    place = scope.marginal
    if place is None:
        return [
            cube.period_sums(one, period.now, period.before, [scope.corner])[0][0]
            for one, period in zip(known, periods, strict=True)
        ]
    kind, key = place
    cells = iter(read([one for period in periods for one in period_asked(kind, [key], nodes, period)]))
    found = [sums_of(next(cells), next(cells), period) for period in periods]
    return [{node: one for (_key, node), one in sums.items()} for sums in found]
