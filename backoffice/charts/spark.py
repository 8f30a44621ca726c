"""The line of a headline figure: thirteen month ends as one SVG path.

Shows shape only: the lowest value lies near the floor and the highest near the ceiling.
A month end without a figure leaves a gap; nothing is drawn through it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 246, 40
LEFT, RIGHT, TOP, BOTTOM = 3.0, 241.0, 5.0, 35.0


@dataclass(frozen=True, slots=True)
class Spark:
    """The path and the dot of the last observed value; both empty with less than two values: that is
    no line.
    """

    path: str
    dot: tuple[float, float] | None
    width: int = WIDTH
    height: int = HEIGHT


def spark(values: Sequence[float | None]) -> Spark:
    """Return the path through the values at equal steps; a flat line stands in the middle."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Spark("", None)
    low, high = min(known), max(known)
    step = (RIGHT - LEFT) / max(1, len(values) - 1)
    parts: list[str] = []
    dot: tuple[float, float] | None = None
    pen_down = False
    for place, value in enumerate(values):
        if value is None:
            pen_down = False
            continue
        share = (value - low) / (high - low) if high > low else 0.5
        x = round(LEFT + step * place, 1)
        y = round(BOTTOM - share * (BOTTOM - TOP), 1)
        parts.append(f"{'L' if pen_down else 'M'}{x} {y}")
        pen_down, dot = True, (x, y)
    return Spark("".join(parts), dot)
