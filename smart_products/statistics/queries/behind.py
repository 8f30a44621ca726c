"""The clients behind a count of the matrix: who is retained, who signed first, who came back, who lapsed and why.

Owns the way from a published count to the numbers of its clients, in any slice; what it lists is as many as the count
says. What a count is made of, told.py finds. Whose names may be read, is for those to decide who ask. Never writes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from smart_products.statistics.figures import LEAVE_REASONS
from smart_products.statistics.models import Publication
from smart_products.statistics.months import six_months_before
from smart_products.statistics.nodes import MATRIX_CODE, NodeName
from smart_products.statistics.queries.answers import PublicationView, UnknownScope
from smart_products.statistics.queries.periods import Timeline, opened, versions_of
from smart_products.statistics.queries.scopes import Structure, named, node_names
from smart_products.statistics.queries.told import COUNTED, LEVELS, Told, Who, told
from smart_products.statistics.retention import Basis

PAIRS = (Who.SHARED, Who.TRANSITIONS)
"""Counts of two products."""


@dataclass(frozen=True, slots=True)
class Movement:
    """What a client did, and the fact day it belongs to; of a first signing the day itself, and whether it lasts."""

    day: date
    reason: str = ""
    """Why it ended, one of LEAVE_REASONS; only of a lapse."""
    retained: bool | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """The clients behind one count of one node in one slice."""

    who: Who
    node: NodeName
    as_of: date
    since: date
    """The day after which movements count; the as-of day itself for who is retained on it."""
    publication: PublicationView
    versions: tuple[PublicationView, ...]
    told: Told
    other: NodeName | None = None
    """The other product of a pair."""
    days: int | None = None
    """Of N-day retention and of the curve: after how many days."""

    @property
    def clients(self) -> list[int]:
        """Return the clients, each once, by number."""
        return self._each(self.told.clients)

    @property
    def moves(self) -> bool:
        """Tell whether the count is of movements, each with its day; else it is of heads."""
        return self.told.days is not None

    @property
    def count(self) -> int:
        """Return what the published count says: events for a movement, else heads."""
        return len(self.told.clients)

    @property
    def stayed(self) -> int:
        """Return how many first signings last."""
        return 0 if self.told.marks is None else int(np.count_nonzero(self.told.marks == 1))

    @property
    def reasons(self) -> Counter[str]:
        """Return how many lapses had each reason."""
        if self.who is not Who.LAPSED or self.told.marks is None:
            return Counter()
        counts = np.bincount(self.told.marks, minlength=len(LEAVE_REASONS)).tolist()
        return Counter({reason: count for reason, count in zip(LEAVE_REASONS, counts, strict=True) if count})

    def of(self, reason: str) -> list[int]:
        """Return the clients who lapsed for a reason, each once."""
        return self._each(self.told.clients[self.told.marks == LEAVE_REASONS.index(reason)])

    def movements(self, client: int) -> list[Movement]:
        """Return what a client did, in order; nothing where a count is of heads."""
        days, marks = self.told.days, self.told.marks
        if days is None or marks is None:
            return []
        first, last = (int(np.searchsorted(self.told.clients, client, side)) for side in ("left", "right"))
        pairs = zip(days[first:last].tolist(), marks[first:last].tolist(), strict=True)
        return [self._movement(date.fromordinal(day), mark) for day, mark in pairs]

    def _movement(self, day: date, mark: int) -> Movement:
        if self.who is Who.LAPSED:
            return Movement(day, LEAVE_REASONS[mark])
        return Movement(day, retained=None if mark < 0 else bool(mark))

    @staticmethod
    def _each(clients: NDArray[np.int64]) -> list[int]:
        # They ascend: `np.unique` would look for an order that is there, 80 ms for a whole house.
        found: list[int] = clients[np.diff(clients, prepend=-1) != 0].tolist()
        return found


def behind(
    *,
    who: Who,
    as_of: date | None = None,
    since: date | None = None,
    node: str | None = None,
    unit: str | None = None,
    tier: str | None = None,
    channel: str | None = None,
    version: int | None = None,
    structure: Structure = Structure.WAS,
    other: str | None = None,
    cohort: tuple[date, int] | None = None,
    days: int | None = None,
    basis: Basis = Basis.SIGNED,
) -> Behind:
    """Return the clients behind a count, as many as `matrix`, `transitions` or `retention` count for the same choices.

    A pair names the `other` product; a cell of a `cohort` its month and the months since; N-day retention and the
    curve the `days`; figures of retention the basis they count by.
    Without `since` movements count from the usual start (`Timeline.usual_start`). Raises NotPublished for a day or
    version that is not published, or a `since` that does not lie before it; UnknownScope for an unknown code.
    """
    known, now = opened(as_of, version)
    nodes = node_names()
    name = named(nodes, node or MATRIX_CODE)[0]
    pair = named(nodes, other)[0] if who in PAIRS and other is not None else None
    if who in PAIRS and pair is None:
        raise UnknownScope("node", "")
    start = _start(known, now, who, since)
    found = told(
        who=who, as_of=now.as_of, since=start, node=name.code, other=pair.code if pair else None, unit=unit, tier=tier,
        channel=channel, version=now.version, structure=structure, cohort=cohort, days=days, basis=basis,
    )  # fmt: skip
    views = versions_of(now.as_of)
    shown = next(one for one in views if one.version == now.version)
    return Behind(who, name, now.as_of, start, shown, tuple(views), found, pair, days)


def _start(known: Timeline, now: Publication, who: Who, since: date | None) -> date:
    """Return the day after which movements count; of a level the day itself."""
    if who is Who.FIRST_SIGN:
        return six_months_before(now.as_of)
    if who in (*LEVELS, *COUNTED):
        return now.as_of
    return (known.start(since, now) if since is not None else known.usual_start(now)).as_of
