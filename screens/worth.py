"""The line of a client's signed assets over what came from the client himself; between the two lies the market.

Gives coordinates and labels for an SVG. The value axis need not start at zero and is printed. Knows nothing of
colours and words but the units of money.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from screens import formats
from screens.axis import Axis, ticks

MOST_POINTS = 170
"""More points than this can not be told apart on a phone."""
LEAP = 0.01
"""A step of one's own money by this share of the assets is always drawn."""


@dataclass(frozen=True, slots=True)
class Point:
    """A close: assets, and what of them is the client's own, in fen."""

    day: date
    value: int
    own: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A label on an axis."""

    at: float
    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of the drawing, in units of its view box."""

    width: int
    height: int
    months: int
    """Labels of months between the first and the last day, at most."""

    @property
    def left(self) -> int:
        return 44

    @property
    def right(self) -> int:
        return self.width - 8

    @property
    def bottom(self) -> int:
        return self.height - 30


PHONE, WIDE = Frame(350, 216, 2), Frame(680, 270, 5)


@dataclass(frozen=True, slots=True)
class Chart:
    """What the template draws."""

    frame: Frame
    value: str
    own: str
    above: str
    below: str
    end: tuple[float, float]
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]


def chart(points: Sequence[Point], frame: Frame, language: str) -> Chart | None:
    """Return the drawing of at least two closes, or None for fewer."""
    if len(points) < 2:
        return None
    kept = _thinned(points)
    low = min(min(point.value, point.own) for point in kept)
    high = max(max(point.value, point.own) for point in kept)
    room = max((high - low) * 0.06, high * 0.004, 100)
    up = Axis(low - room, high + room, frame.bottom - 6, 10)
    over = Axis(kept[0].day.toordinal(), kept[-1].day.toordinal(), frame.left, frame.right)
    worth = [(over.at(point.day.toordinal()), up.at(point.value)) for point in kept]
    own = [(x, up.at(point.own)) for (x, _), point in zip(worth, kept, strict=True)]
    above, below = _areas(worth, own)
    step_rows = ticks((low - room) / 100, (high + room) / 100, 5)
    rows = tuple(Tick(up.at(tick * 100), scale_label(tick, step_rows, language)) for tick in step_rows)
    columns = _columns(kept[0].day, kept[-1].day, over, frame, language)
    return Chart(frame, _path(worth), _path(own), above, below, worth[-1], rows, columns)


def _thinned(points: Sequence[Point]) -> list[Point]:
    """Return the points that are drawn: every n-th from the end, the first, and both sides of each large step."""
    stride = -(-len(points) // MOST_POINTS)
    kept = {0, *range(len(points) - 1, -1, -stride)}
    if stride > 1:
        steps = [(abs(points[i].own - points[i - 1].own), i) for i in range(1, len(points))]
        large = sorted(step for step in steps if step[0] > LEAP * abs(points[step[1]].value))[-30:]
        kept.update(index for _, i in large for index in (i - 1, i))
    return [points[index] for index in sorted(kept)]


def _path(places: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in places)


def _areas(worth: Sequence[tuple[float, float]], own: Sequence[tuple[float, float]]) -> tuple[str, str]:
    """Return the areas where the value lies above one's own money, and below; y runs downwards."""
    shapes: dict[bool, list[str]] = {True: [], False: []}
    run: list[tuple[float, float, float]] = []
    sign = None
    for (x, value), (_, mine) in zip(worth, own, strict=True):
        here = None if value == mine else value < mine
        if run and here is not None and sign is not None and here != sign:
            x0, v0, o0 = run[-1]
            share = (o0 - v0) / ((o0 - v0) - (mine - value))
            cross = (round(x0 + share * (x - x0), 1), *(2 * (round(v0 + share * (value - v0), 1),)))
            _close(shapes, [*run, cross], sign)
            run = [cross]
        sign = here if here is not None else sign
        run.append((x, value, mine))
    _close(shapes, run, sign)
    return "".join(shapes[True]), "".join(shapes[False])


def _close(shapes: dict[bool, list[str]], run: Sequence[tuple[float, float, float]], sign: bool | None) -> None:
    if sign is not None and len(run) > 1:
        edge = [(x, value) for x, value, _ in run] + [(x, mine) for x, _, mine in reversed(run)]
        shapes[sign].append(_path(edge) + "Z")


def scale_label(yuan: float, all_ticks: Sequence[float], language: str) -> str:
    """Return a round amount on an axis: `3 万`, `1.5 亿`, `30k`; one unit for the whole axis."""
    largest = max(abs(tick) for tick in all_ticks)
    chinese = formats.is_chinese(language)
    sizes = (
        ((10**8, " 亿"), (10**4, " 万"), (1, "")) if chinese else ((10**9, "bn"), (10**6, "m"), (10**3, "k"), (1, ""))
    )
    size, word = next((size, word) for size, word in sizes if largest >= size or size == 1)
    step = min((abs(b - a) for a, b in itertools.pairwise(all_ticks)), default=largest or 1)
    digits = next(
        (
            n
            for n in range(3)
            if round(step / size, n) * size >= step * 0.999 and round(step / size * 10**n, 6).is_integer()
        ),
        2,
    )
    return f"{yuan / size:,.{digits}f}{word}".replace("-", formats.MINUS) if yuan else "0"


def _columns(first: date, last: date, over: Axis, frame: Frame, language: str) -> tuple[Tick, ...]:
    """Return the labels below: both ends, and a few months between that keep clear of them."""
    ends = (
        Tick(over.at(first.toordinal()), day_label(first, last, language), "start"),
        Tick(over.at(last.toordinal()), day_label(last, first, language), "end"),
    )
    starts = []
    year, month = first.year, first.month
    while (year, month) < (last.year, last.month):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        starts.append(date(year, month, 1))
    clear = [(at, day) for day in starts if ends[0].at + 84 <= (at := over.at(day.toordinal())) <= ends[1].at - 84]
    stride = -(-len(clear) // frame.months) if clear else 1
    between = (Tick(at, month_label(day, language), "mid") for at, day in clear[::stride])
    return (ends[0], *between, ends[1])


def day_label(day: date, other: date, language: str) -> str:
    """Return a day on an axis, with its year where the other end lies in another one."""
    if formats.is_chinese(language):
        return f"{day.year} 年 {day.month} 月" if day.year != other.year else f"{day.month} 月 {day.day} 日"
    return f"{day:%b} {day.year}" if day.year != other.year else f"{day.day} {day:%b}"


def month_label(day: date, language: str) -> str:
    """Return a month on an axis."""
    return f"{day.month} 月" if formats.is_chinese(language) else f"{day:%b}"
