"""The growth points of a row as one small stacked bar.

What adds stands right of zero, what takes away left of it; the tick is the sum, which is the growth rate.
All rows of a table share one scale, so that bars can be compared down the column.
A row that would press all the others flat is cut at the edge and marked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 212.0, 18
PARTS = ("entered", "flow", "market", "moved", "left")
"""From zero outwards; `left` is negative by nature."""
OUTLIER = 3.0
"""A row whose reach is more than this many times that of the next is cut."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One rectangle of a bar."""

    part: str
    rising: bool
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """The pieces of a row, the zero line, the tick of the sum, and on which sides the bar was cut."""

    pieces: tuple[Piece, ...]
    zero: float
    total: float
    cut_left: bool
    cut_right: bool

    @property
    def cut(self) -> bool:
        return self.cut_left or self.cut_right


def _reach(row: Mapping[str, float], positive: bool) -> float:
    return sum(abs(value) for value in row.values() if (value > 0) == positive)


def _limit(reaches: Sequence[float]) -> float:
    """Return the reach that the scale must hold: the largest, or the second when the largest is an
    outlier.
    """
    ordered = sorted(reaches, reverse=True)
    if len(ordered) >= 3 and ordered[1] > 0 and ordered[0] > OUTLIER * ordered[1]:
        return ordered[1] * 1.1
    return ordered[0] if ordered else 0.0


def bars(rows: Sequence[Mapping[str, float]]) -> list[Bar]:
    """Return one bar a row, on one scale; a row maps each part to its fraction of the assets before.

    An empty mapping (no growth can be told) gives a bar without pieces.
    """
    filled = [row for row in rows if row]
    right = _limit([_reach(row, True) for row in filled])
    left = _limit([_reach(row, False) for row in filled])
    span = (right + left) or 1.0
    unit = WIDTH / span
    zero = left * unit
    return [_bar(row, unit, zero) for row in rows]


def _bar(row: Mapping[str, float], unit: float, zero: float) -> Bar:
    pieces: list[Piece] = []
    ends = {True: zero, False: zero}
    for part in PARTS:
        value = row.get(part, 0.0)
        if not value:
            continue
        rising = value > 0
        begin = ends[rising]
        end = begin + value * unit
        ends[rising] = end
        low, high = max(0.0, min(begin, end)), min(WIDTH, max(begin, end))
        if high > low:
            pieces.append(Piece(part, rising, round(low, 1), round(high - low, 1)))
    total = min(WIDTH, max(0.0, zero + sum(row.values()) * unit))
    cut_left, cut_right = ends[False] < -0.05, ends[True] > WIDTH + 0.05
    return Bar(tuple(pieces), round(zero, 1), round(total, 1), cut_left, cut_right)
