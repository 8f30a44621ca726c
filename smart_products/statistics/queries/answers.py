"""What the queries of statistics answer with: frozen values that faces show and never compute.

Owns the shape of a published matrix around its rows (figures.py). Never reads anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from smart_products.holdings.queries import DayFactsView
from smart_products.statistics.figures import MatrixRow, Overlap, Point


class NotPublished(LookupError):
    """No publication describes the asked day (or version); `latest` names the last day that has one."""

    def __init__(self, day: date | None, latest: date | None) -> None:
        self.day = day
        self.latest = latest
        super().__init__(f"{day or 'the matrix'} is not published; the latest published day is {latest or 'none'}")


class UnknownScope(LookupError):
    """A unit, tier, channel or node that does not exist."""

    def __init__(self, kind: str, code: str) -> None:
        self.kind = kind
        self.code = code
        super().__init__(f"unknown {kind}: {code}")


@dataclass(frozen=True, slots=True)
class CutView:
    """What was known when a publication was computed."""

    digest: str
    created_at: datetime
    recorded_until: datetime | None
    facts: tuple[DayFactsView, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicationView:
    """A version of a day's figures."""

    as_of: date
    version: int
    published_at: datetime
    current: bool
    cut: CutView


@dataclass(frozen=True, slots=True)
class Matrix:
    """The product matrix of a scope: rows in reading order, the matrix first, then families with their products."""

    as_of: date
    since: date | None
    publication: PublicationView
    versions: tuple[PublicationView, ...]
    rows: tuple[MatrixRow, ...]
    overlap: Overlap
    line: tuple[Point, ...]
    """Thirteen month ends up to the as-of day, as far as they are published."""
    opening: bool
    """True when the as-of day is the first with facts: levels without terms."""
    warnings: tuple[str, ...] = field(default=())

    @property
    def total(self) -> MatrixRow:
        """Return the row of all products."""
        return self.rows[0]
