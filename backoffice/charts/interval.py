"""The 95 % intervals of a league, one small drawing a row on one scale, with the mean as an upright line.

Pure. A row whose interval holds the mean cannot be told from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from screens.axis import Axis

WIDTH, HEIGHT = 132, 20
LEFT, RIGHT = 4.0, 128.0


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the interval begins and ends, where its estimate stands, and where the mean does."""

    low: float
    high: float
    at: float
    mean: float


def intervals(rows: Sequence[tuple[float, float, float] | None], mean: float) -> list[Interval | None]:
    """Return a drawing for each (low, estimate, high); None stays None."""
    known = [row for row in rows if row is not None]
    low = min([mean, *(row[0] for row in known)])
    high = max([mean, *(row[2] for row in known)])
    axis = Axis(low, high if high > low else low + 1.0, LEFT, RIGHT)
    return [
        None if row is None else Interval(axis.at(row[0]), axis.at(row[2]), axis.at(row[1]), axis.at(mean))
        for row in rows
    ]
