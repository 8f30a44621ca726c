"""The history of a day's figures: what each version said of a node in a slice, the newest first.

Owns the way from versions to their levels. An earlier version is read from what was published then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.queries import unit_tree
from smart_products.statistics.figures import ratio
from smart_products.statistics.models import Publication
from smart_products.statistics.nodes import NodeName
from smart_products.statistics.queries import cube
from smart_products.statistics.queries.answers import NotPublished, PublicationView
from smart_products.statistics.queries.cells import EMPTY, Numbers, levels_asked, levels_of, read
from smart_products.statistics.queries.periods import latest_day, timeline, versions, versions_of
from smart_products.statistics.queries.scopes import Slice, named, node_names, slice_of

COLUMNS = ("retained", "assets", "first_clients", "first_retained")
"""The columns of a cell that a version is told by."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What one version said: heads, signed assets in fen, and first-sign retention as whole counts."""

    publication: PublicationView
    retained: int
    assets: int
    first_clients: int
    first_retained: int

    @property
    def first_sign_rate(self) -> float | None:
        """First-sign retention as this version told it."""
        return ratio(self.first_retained, self.first_clients)


@dataclass(frozen=True, slots=True)
class History:
    """All versions of a day for one node in one slice."""

    as_of: date
    node: NodeName
    versions: tuple[Reported, ...]


def history(
    *,
    as_of: date | None = None,
    node: str = "matrix",
    unit: str | None = None,
    tier: str | None = None,
    channel: str | None = None,
) -> History:
    """Return what every version of a day said, the newest first. Raises NotPublished, UnknownScope."""
    day = as_of or latest_day()
    if day is None:
        raise NotPublished(None, None)
    rows = versions(day)
    if not rows:
        raise NotPublished(day, latest_day())
    (name,) = named(node_names(), node)
    part = slice_of(unit_tree(day), unit, tier, channel)
    levels = _levels(rows, part, name.number)
    return History(
        day,
        name,
        tuple(
            Reported(view, *(levels.get(row.pk, EMPTY)[column] for column in COLUMNS))
            for row, view in zip(rows, versions_of(day), strict=True)
        ),
    )


def _levels(rows: Sequence[Publication], part: Slice, node: int) -> Mapping[int, Numbers]:
    """Return the levels of one node and slice by publication: from the cells, or from each version's own files."""
    place = part.marginal
    if place is not None:
        (cells,) = read([levels_asked(place[0], [place[1]], [node], rows)])
        return {key: found.get((place[1], node), EMPTY) for key, found in levels_of(cells).items()}
    found: dict[int, Numbers] = {}
    for row in rows:
        found |= cube.levels(timeline() if row.is_current else timeline(row), [row], part.corner, node)
    return found
