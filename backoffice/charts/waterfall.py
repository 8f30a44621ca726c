"""The waterfall of signed assets: from the assets before, over each reason, to the assets now.

Pure: whole fen in, coordinates out, for a wide drawing and for an upright one.
The axis starts at zero; a step hangs where the last one ended. Words and colours are the template's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from screens.axis import Axis, ticks

WIDE_WIDTH, WIDE_HEIGHT = 1144, 348
PLOT_LEFT, PLOT_RIGHT, PLOT_TOP, PLOT_BOTTOM = 44.0, 1144.0, 77.0, 288.0
BAR_SHARE = 0.553
UPRIGHT_WIDTH, UPRIGHT_ROW, UPRIGHT_BAR = 342, 46, 24
UPRIGHT_LEFT, UPRIGHT_RIGHT, UPRIGHT_TOP = 92.0, 262.0, 8.0
THINNEST = 1.0
LABELS = 38.0
"""Room that an amount and its points take below a bar."""


@dataclass(frozen=True, slots=True)
class Step:
    """One column: a total stands on zero, any other amount changes the level."""

    key: str
    amount: int
    total: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One bar of the wide drawing with its labels' places and the link to the next bar."""

    key: str
    total: bool
    rising: bool
    x: float
    y: float
    width: float
    height: float
    middle: float
    label_y: float
    points_y: float
    link: tuple[float, float, float] | None
    """x1, x2 and y of the dotted line to the next bar."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid and the amount it stands for."""

    amount: int
    at: float


@dataclass(frozen=True, slots=True)
class Wide:
    """The wide drawing."""

    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    zero: float
    width: int = WIDE_WIDTH
    height: int = WIDE_HEIGHT
    left: float = PLOT_LEFT
    right: float = PLOT_RIGHT


@dataclass(frozen=True, slots=True)
class Line:
    """One bar of the upright drawing."""

    key: str
    total: bool
    rising: bool
    x: float
    y: float
    width: float
    link: tuple[float, float, float] | None
    """x, y1 and y2 of the dotted line to the next bar."""


@dataclass(frozen=True, slots=True)
class Upright:
    """The drawing for a narrow screen: one bar a line."""

    lines: tuple[Line, ...]
    height: int
    width: int = UPRIGHT_WIDTH
    bar: int = UPRIGHT_BAR


def levels(steps: Sequence[Step]) -> list[tuple[int, int]]:
    """Return the level before and after each step, in fen; a total runs from zero to itself."""
    spans: list[tuple[int, int]] = []
    level = 0
    for step in steps:
        begin = 0 if step.total else level
        level = begin + step.amount
        spans.append((begin, level))
    return spans


def _domain(spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    reached = [level for span in spans for level in span]
    low, high = min(0, *reached), max(0, *reached)
    return low, high if high > low else low + 1


def wide(steps: Sequence[Step], scale_fen: int) -> Wide:
    """Return the wide drawing; ticks are round in the given unit of money."""
    spans = levels(steps)
    low, high = _domain(spans)
    axis = Axis(low, high, PLOT_BOTTOM, PLOT_TOP)
    slot = (PLOT_RIGHT - PLOT_LEFT) / len(steps)
    width = round(slot * BAR_SHARE, 1)
    columns: list[Column] = []
    for place, (step, (begin, end)) in enumerate(zip(steps, spans, strict=True)):
        x = round(PLOT_LEFT + slot * place + (slot - width) / 2, 1)
        top, bottom = sorted((axis.at(begin), axis.at(end)))
        height = max(THINNEST, round(bottom - top, 1)) if step.amount else 0.0
        rising = step.amount >= 0
        # Below a falling bar there is room for its label only while the names of the axis are far enough.
        above = rising or step.total or bottom + LABELS > PLOT_BOTTOM
        last = place == len(steps) - 1
        link = None if last else (round(x + width, 1), round(x + slot, 1), axis.at(end))
        label_y = (top - (8 if step.total else 24)) if above else bottom + 18
        columns.append(
            Column(
                step.key, step.total, rising, x, top, width, height, round(x + width / 2, 1),
                round(label_y, 1), round(label_y + 16, 1), link,
            )
        )  # fmt: skip
    grid = [round(value * scale_fen) for value in ticks(low / scale_fen, high / scale_fen)]
    return Wide(tuple(columns), tuple(Tick(amount, axis.at(amount)) for amount in grid), axis.at(0))


def upright(steps: Sequence[Step]) -> Upright:
    """Return the drawing for a narrow screen."""
    spans = levels(steps)
    low, high = _domain(spans)
    axis = Axis(low, high, UPRIGHT_LEFT, UPRIGHT_RIGHT)
    lines: list[Line] = []
    for place, (step, (begin, end)) in enumerate(zip(steps, spans, strict=True)):
        y = UPRIGHT_TOP + UPRIGHT_ROW * place
        first, second = sorted((axis.at(begin), axis.at(end)))
        last = place == len(steps) - 1
        link = None if last else (axis.at(end), y + UPRIGHT_BAR, y + UPRIGHT_ROW)
        width = max(THINNEST, round(second - first, 1)) if step.amount else 0.0
        lines.append(Line(step.key, step.total, step.amount >= 0, first, y, width, link))
    return Upright(tuple(lines), int(UPRIGHT_TOP + UPRIGHT_ROW * len(steps)))
