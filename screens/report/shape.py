"""The parts of a report in words: tiles, tables, charts and the sections that hold them.

Plain frozen values that a page and a paper both draw. Pure; holds no sentence and computes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tile:
    """One of the four figures at the head, with its unit and a sentence why."""

    name: str
    value: str
    unit: str
    why: str
    way: str = ""
    """`up`, `down` or nothing."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its name, its cells as text, whether it is a total, and how deep it stands."""

    name: str
    cells: tuple[str, ...]
    total: bool = False
    deep: bool = False
    heat: tuple[float | None, ...] = ()
    """For a triangle: the share that each cell stands for."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the head of its first column, the heads of its numbers, its rows."""

    first: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    groups: tuple[tuple[str, int], ...] = ()
    """Heads over several columns, each with how many; none where every column speaks for itself."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart between two heights from 0 to 1, with what is written below and above it."""

    name: str
    text: str
    remark: str
    low: float
    high: float
    kind: str
    """`total`, `up` or `down`."""
    end: float = 0.0
    """The height at which the next bar begins."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A name with what it means or says."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: a title that says the finding, a remark, and a chart, a table or facts."""

    key: str
    title: str
    remark: str = ""
    bars: tuple[Bar, ...] = ()
    table: Table | None = None
    facts: tuple[Fact, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report in words."""

    language: str
    kicker: str
    title: str
    days: str
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    foot: str
