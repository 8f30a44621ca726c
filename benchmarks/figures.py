"""One line of bench.json, and the table a person reads.

Owns what *holds* means: the ratio of a figure to its limit is at most its target; of a speed, at least. A limit is a
fixed bound (its target is then 1) or what a peer needed in the same run. A figure without a target is reported, and
holds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from unicodedata import east_asian_width

HEADER = ("figure", "value", "limit or peer", "ratio", "target", "holds")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure; `value` and `limit` are in `unit`, `ratio` is value / limit."""

    name: str
    value: float
    unit: str
    limit: float | None
    ratio: float | None
    target: float | None
    holds: bool


def reported(name: str, value: float, unit: str, beside: float | None = None) -> Figure:
    """Return a figure without a target, beside a peer's when there is one."""
    return Figure(name, value, unit, beside, value / beside if beside else None, None, True)


def within(name: str, value: float, unit: str, limit: float) -> Figure:
    """Return a figure that may not pass a fixed limit."""
    return Figure(name, value, unit, limit, value / limit, 1.0, value <= limit)


def against(name: str, value: float, unit: str, peer: float, target: float, ratio: float | None = None) -> Figure:
    """Return a figure that may be at most `target` times what a peer needed.

    `ratio` is the median of paired runs, where there were pairs.
    """
    found = value / peer if ratio is None else ratio
    return Figure(name, value, unit, peer, found, target, found <= target)


def at_least(name: str, value: float, unit: str, peer: float, target: float, ratio: float) -> Figure:
    """Return a speed that has to be at least `target` times a peer's; `ratio` is the median of paired runs."""
    return Figure(name, value, unit, peer, ratio, target, ratio >= target)


def write(figures: Sequence[Figure], path: Path) -> None:
    """Write the figures as a JSON list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps([asdict(figure) for figure in figures], ensure_ascii=False, indent=2) + "\n")
    fresh.replace(path)


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as aligned text."""
    rows = [HEADER, *(_row(figure) for figure in figures)]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(HEADER))]
    return "\n".join(
        "  ".join(
            text + " " * (width - _width(text)) if place == 0 else " " * (width - _width(text)) + text
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _row(figure: Figure) -> tuple[str, ...]:
    return (
        figure.name,
        f"{_number(figure.value)} {figure.unit}",
        "" if figure.limit is None else f"{_number(figure.limit)} {figure.unit}",
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        "" if figure.target is None else f"{figure.target:.2f}",
        "" if figure.target is None else ("yes" if figure.holds else "NO"),
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
