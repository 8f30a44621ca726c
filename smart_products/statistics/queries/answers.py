"""What the queries of statistics answer with: frozen values that faces show and never compute.

Owns the shape of a published matrix and of overlap around their rows (figures.py, overlap.py). Never reads anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from smart_products.holdings.queries import DayFactsView
from smart_products.statistics.figures import MatrixRow, Overlap, Point
from smart_products.statistics.overlap import Pairs, SharedRow, TransitionRow


class NotPublished(LookupError):
    """No publication describes the asked day (or version); `latest` names the last day that has one."""

    def __init__(self, day: date | None, latest: date | None) -> None:
        self.day = day
        self.latest = latest
        super().__init__(f"{day or 'the matrix'} is not published; the latest published day is {latest or 'none'}")


class NoSuchVersion(NotPublished):
    """The day is published, but not in this version; `versions` names those it has, the newest first."""

    def __init__(self, day: date, version: int, versions: tuple[int, ...]) -> None:
        super().__init__(day, day)
        self.version = version
        self.versions = versions


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
    published_by: str
    """Name of the actor: a part of the system, or a login."""
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
    slices: tuple[MatrixRow, ...]
    """A row for each slice of the breakdown, where one is asked for."""
    later: bool
    """True where the slices were left for a question of their own, since they take long."""
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


@dataclass(frozen=True, slots=True)
class Standing:
    """How one node of the matrix stands in one scope."""

    as_of: date
    version: int
    row: MatrixRow


@dataclass(frozen=True, slots=True)
class Shared:
    """Clients that products share at the close of a day, in one slice; rows in the order of the matrix."""

    as_of: date
    publication: PublicationView
    unit: str
    tier: str | None
    channel: str | None
    rows: tuple[SharedRow, ...]
    pairs: Pairs
    """Clients retained in both of two products; each pair stands here in both orders."""

    @property
    def total(self) -> SharedRow:
        """Return the row of all products."""
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class Transitions:
    """Where the clients of each node went over a period, in one slice; rows in the order of the matrix.

    The slice is that of the start; who came from outside is chosen by his slice at the end.
    """

    since: date
    rows: tuple[TransitionRow, ...]
    pairs: Pairs
    """(p,q): clients in p and not in q at the start, in q and not in p at the end. One may stand in several pairs."""
    switched: int
    """Clients who stand in at least one pair."""
    shared: Shared
    """What products share at the end, among those in the slice on that day."""

    @property
    def total(self) -> TransitionRow:
        """Return the row of all products."""
        return self.rows[0]
