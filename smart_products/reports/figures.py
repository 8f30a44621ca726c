"""What a report holds: figures of statistics as plain values, to be frozen as JSON and read back as they were.

Owns the shape of a frozen report and both ways of it. Pure: reads no table; whole fen and heads stay whole numbers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from smart_products.statistics.figures import MatrixRow, Overlap, Point
from smart_products.statistics.retention import Cohort, NDay

FORMAT = 1
"""Goes up when the shape of what is frozen changes, so that a reader knows what it meets."""


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as it was called on the report's day."""

    code: str
    level: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit right below the report's own, with its row of the matrix."""

    place: Place
    row: MatrixRow


@dataclass(frozen=True, slots=True)
class Span:
    """What changed between two days: the rows of the matrix, overlap, and the units right below."""

    since: date | None
    rows: tuple[MatrixRow, ...]
    overlap: Overlap
    units: tuple[Ranked, ...]
    missed: tuple[str, ...]
    """Trading days of the span without facts, as ISO dates."""

    @property
    def total(self) -> MatrixRow:
        """Return the row of all products."""
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class Tenure:
    """Retention of the unit's clients: cohorts by month, N-day shares, and how long signings last."""

    cohorts: tuple[Cohort, ...]
    n_day: tuple[NDay, ...]
    spells: int
    ends: int
    median_days: int | None


@dataclass(frozen=True, slots=True)
class Source:
    """Which publication every figure was read from."""

    version: int
    published_at: datetime
    published_by: str
    cut: str
    recorded_until: datetime | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Every figure of one report."""

    frequency: str
    place: Place
    as_of: date
    period: Span
    """Since the report before: a day, a week or a month."""
    year: Span
    """Since the same day a year earlier; of a younger house since its first day."""
    line: tuple[Point, ...]
    tenure: Tenure
    source: Source
    yearly: bool
    """Whether `year` begins at the year-on-year day."""
    format: int = FORMAT


def frozen(figures: Figures) -> dict[str, Any]:
    """Return the figures as values that JSON holds exactly, days and times as ISO texts."""
    held: dict[str, Any] = _plain(dataclasses.asdict(figures))
    return held


def thawed(held: Mapping[str, Any]) -> Figures:
    """Return the figures that were frozen. Raises TypeError for another shape."""
    found = _read(Figures, held)
    if not isinstance(found, Figures):
        raise TypeError("no frozen report")
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _read(kind: Any, value: Any) -> Any:
    """Return a value of JSON as the type that a field declares."""
    if value is None:
        return None
    if get_origin(kind) in {Union, UnionType}:
        return _read(next(one for one in get_args(kind) if one is not type(None)), value)
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], one) for one in value)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{name: _read(hints[name], one) for name, one in value.items()})
    if kind in {date, datetime}:
        return kind.fromisoformat(value)
    return value
