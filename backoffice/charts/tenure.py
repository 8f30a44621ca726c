"""Survival curves as steps with their bands, on one pair of axes: days across, the share still in force upwards.

Pure. A curve ends where fewer than thirty are at risk: what is drawn beyond that would be the fate of a few. Words and
colours are the template's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from screens.axis import Axis
from smart_products.statistics.survival import Survival, SurvivalPoint

FEWEST = 30
"""A curve ends where fewer are at risk."""
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
DAY_STEPS = (1, 2, 5, 10, 15, 30, 60, 90, 180, 360, 720)


@dataclass(frozen=True, slots=True)
class Size:
    """The width of a drawing, the sides of its plot, and at most how many parts its axis of days is divided into."""

    width: int
    left: float
    right: float
    top: float
    bottom: float
    parts: int


WIDE = Size(700, 52.0, 680.0, 14.0, 284.0, 8)
FULL = Size(1144, 52.0, 1124.0, 14.0, 284.0, 12)
PHONE = Size(342, 44.0, 324.0, 10.0, 212.0, 4)


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve: two paths, the place of its median, and where it ends; empty for a group that is too small."""

    path: str
    band: str
    median: tuple[float, float] | None
    end: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Plot:
    """The drawing."""

    size: Size
    curves: tuple[Curve, ...]
    days: tuple[tuple[int, float], ...]
    """Days of the axis and where they stand."""
    shares: tuple[tuple[float, float], ...]


def last_day(curve: Survival) -> int | None:
    """Return the last day with at least FEWEST at risk; None for a group that never had so many."""
    at_risk, found = curve.spells, None
    for each in curve.lengths:
        if at_risk < FEWEST:
            break
        found = each.length
        at_risk -= each.ended + each.censored
    return found


def day_step(longest: int, parts: int) -> int:
    """Return the days between two marks of the axis, so that there are at most so many parts."""
    return next((step for step in DAY_STEPS if longest <= step * parts), DAY_STEPS[-1])


def marks(curves: Sequence[Survival], parts: int) -> tuple[int, ...]:
    """Return the days at which the axis is marked: from 0 to the first mark that no curve reaches beyond."""
    longest = max((last_day(curve) or 0 for curve in curves), default=0)
    step = day_step(max(1, longest), parts)
    return tuple(range(0, max(1, -(-longest // step)) * step + 1, step))


def plot(curves: Sequence[Survival], size: Size) -> Plot:
    """Return the drawing of these curves, the first of them being the page's own."""
    days = marks(curves, size.parts)
    across = Axis(0, days[-1], size.left, size.right)
    up = Axis(0, 1, size.bottom, size.top)
    return Plot(
        size,
        tuple(_curve(one, across, up) for one in curves),
        tuple((day, across.at(day)) for day in days),
        tuple((share, up.at(share)) for share in SHARES),
    )


def _curve(curve: Survival, across: Axis, up: Axis) -> Curve:
    last = last_day(curve)
    if last is None:
        return Curve("", "", None, None)
    points = [point for point in curve.points if point.day <= last]
    level = points[-1].survival if points else 1.0
    levels = [(point.day, point.survival) for point in points]
    median = curve.median_days
    seen = median is not None and median <= last
    return Curve(
        path=_steps(levels, last, across, up),
        band=_band(points, last, across, up),
        median=(across.at(median), up.at(0.5)) if seen and median is not None else None,
        end=(across.at(last), up.at(level)),
    )


def _steps(levels: Sequence[tuple[int, float]], last: int, across: Axis, up: Axis) -> str:
    """Return a path of steps from (0, 1); a step too small to see is left to the next."""
    parts = [f"M{across.at(0)} {up.at(1)}"]
    height = up.at(1)
    for day, level in levels:
        if (reached := up.at(level)) != height:
            height = reached
            parts.append(f"H{across.at(day)}V{height}")
    return "".join([*parts, f"H{across.at(last)}"])


def _band(points: Sequence[SurvivalPoint], last: int, across: Axis, up: Axis) -> str:
    known = [(point.day, point.low, point.high) for point in points if point.low is not None and point.high is not None]
    if not known:
        return ""
    upper = _steps([(day, high) for day, _, high in known], last, across, up)
    lower: list[str] = []
    height = None
    for day, low, _ in reversed(known):
        if (reached := up.at(low)) == height:
            lower.pop()
        else:
            lower.append(f"V{reached}")
        height = reached
        lower.append(f"H{across.at(day)}")
    return f"{upper}{''.join(lower)}V{up.at(1)}H{across.at(0)}Z"
