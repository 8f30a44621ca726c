"""Two versions of a day's figures side by side, and what made the difference: accounts, deliveries, master data.

Owns which deliveries and which rows of master data one version knew and the other did not. What accounts add is split
in parts.py. Never computes a figure anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
from django.db.models import QuerySet

from accounts.models import AssetAccount
from accounts.queries import unit_tree
from smart_products.holdings.queries import DayFactsView, facts_views
from smart_products.statistics.engine import literal
from smart_products.statistics.figures import MatrixRow
from smart_products.statistics.models import Publication
from smart_products.statistics.queries.answers import NoSuchVersion, NotPublished, PublicationView
from smart_products.statistics.queries.matrix import rows_as_known
from smart_products.statistics.queries.parts import AccountPart, OtherAccounts, account_parts, file_of, members
from smart_products.statistics.queries.periods import (
    Timeline,
    latest_day,
    publication_view,
    timeline,
    timelines,
    versions,
)
from smart_products.statistics.queries.scopes import named, node_names, slice_of

Changed = Mapping[tuple[date, str], tuple[str | None, str | None]]
"""The files of facts that differ, by day and source: that of either version; None where there was none."""

CUT_PARTS = {
    "subscriptions": (
        "intervals",
        "client_id, account_id, power, started, CASE WHEN ended <= {day} THEN [ended::VARCHAR, reason::VARCHAR] END",
        "started <= {day}",
    ),
    "placements": ("placements", "client_id, valid_from, outlet, channel", "valid_from <= {day}"),
    "accounts": (
        "accounts",
        "account_id, client_id, opened_on, CASE WHEN closed_on <= {day} THEN closed_on END",
        "opened_on <= {day}",
    ),
    "units": ("edges", "outlet, ancestor", "valid_from <= {day} AND valid_to > {day}"),
    "products": ("nodes", "node, mask", "TRUE"),
}
"""What of a cut a day sees: the file, its columns as they are on that day, and which rows."""


@dataclass(frozen=True, slots=True)
class FactsChange:
    """Another delivery behind the facts of a day: the one each version was computed from; None where there was none."""

    day: date
    source: str
    before: DayFactsView | None
    after: DayFactsView | None


@dataclass(frozen=True, slots=True)
class CutChange:
    """Rows of master data, as the day sees them, that stand in the cut of one version alone."""

    part: str
    """subscriptions, placements, accounts, units or products."""
    removed: int
    added: int


@dataclass(frozen=True, slots=True)
class Differences:
    """Two versions of a day's figures for one node and scope, and what made the difference."""

    as_of: date
    versions: tuple[PublicationView, ...]
    """All versions of the day, the newest first."""
    earlier: PublicationView
    later: PublicationView
    figures: tuple[MatrixRow, MatrixRow]
    """Levels of the day and terms of the period; of an opening day levels alone."""
    accounts: tuple[AccountPart, ...]
    """The largest parts by size, first by money, then by heads."""
    others: OtherAccounts
    outside: OtherAccounts
    """The accounts that differ and may not be seen."""
    facts: tuple[FactsChange, ...]
    """Days up to this one with other facts, ascending."""
    cut: tuple[CutChange, ...]


def differences(
    *,
    as_of: date,
    earlier: int | None = None,
    later: int | None = None,
    since: date | None = None,
    node: str = "matrix",
    unit: str | None = None,
    tier: str | None = None,
    channel: str | None = None,
    limit: int = 20,
    visible: QuerySet[AssetAccount] | None = None,
) -> Differences:
    """Compare two versions of a day; `later` defaults to the current one, `earlier` to the one before it.

    Terms count from `since`, by default from the fact day before. Only `visible` accounts (None: all) are named.
    Raises NotPublished, and NoSuchVersion for a version that is not there; UnknownScope for an unknown code.
    """
    rows = {row.version: row for row in versions(as_of)}
    one, other = _chosen(rows, as_of, earlier, later)
    names = node_names()
    wanted, scope = named(names, node)[0], slice_of(unit_tree(as_of), unit, tier, channel)
    # Figures are read as pages show them: those of the current version with what is current now.
    stood = timelines([one, other])
    seen = [(row, timeline() if row.is_current else then) for row, then in zip((one, other), stood, strict=True)]
    figures = rows_as_known(seen, since, scope, wanted)
    with members((one, other), wanted.number, scope.corner) as connection:
        shown, others, outside = account_parts(
            connection, limit, AssetAccount.objects.all() if visible is None else visible
        )
        cut = tuple(_cut_changes(connection, one, other))
    views, facts = _told(rows, _changed(as_of, *stood))
    return Differences(
        as_of=as_of,
        versions=tuple(views.values()),
        earlier=views[one.version],
        later=views[other.version],
        figures=(figures[0], figures[1]),
        accounts=shown,
        others=others,
        outside=outside,
        facts=facts,
        cut=cut,
    )


def _chosen(
    rows: Mapping[int, Publication], as_of: date, earlier: int | None, later: int | None
) -> tuple[Publication, Publication]:
    """Return the two publications that are compared."""
    if not rows:
        raise NotPublished(as_of, latest_day())
    last = max(rows) if later is None else later
    first = last - 1 if earlier is None else earlier
    for version in (last, first):
        if version not in rows:
            raise NoSuchVersion(as_of, version, tuple(rows))
    return rows[first], rows[last]


def _changed(day: date, earlier: Timeline, later: Timeline) -> Changed:
    """Return the files of facts of days up to this one that differ, by day and source."""
    knew = [
        {(row.as_of, source): name for row in known.days_until(day) for source, name in row.files["facts"].items()}
        for known in (earlier, later)
    ]
    return {
        place: (knew[0].get(place), knew[1].get(place))
        for place in {*knew[0], *knew[1]}
        if knew[0].get(place) != knew[1].get(place)
    }


def _told(
    rows: Mapping[int, Publication], changed: Changed
) -> tuple[dict[int, PublicationView], tuple[FactsChange, ...]]:
    """Return the versions and the changes of facts with their deliveries, from one read."""
    files = {name for row in rows.values() for name in row.files["facts"].values()}
    known = facts_views(files | {name for pair in changed.values() for name in pair if name})
    facts = tuple(
        FactsChange(day, source, known.get(before or ""), known.get(after or ""))
        for (day, source), (before, after) in sorted(changed.items())
    )
    return {version: publication_view(row, known) for version, row in rows.items()}, facts


def _cut_changes(connection: duckdb.DuckDBPyConnection, one: Publication, other: Publication) -> Iterator[CutChange]:
    for part, (kind, columns, where) in CUT_PARTS.items():
        names = (one.cut.files[kind], other.cut.files[kind])
        if names[0] == names[1]:
            continue
        day = literal(one.as_of)
        sides = [f"SELECT {columns} FROM {file_of(name)} WHERE {where}".format(day=day) for name in names]
        removed, added = (
            _count(connection, f"{a} EXCEPT ALL {b}") for a, b in ((sides[0], sides[1]), (sides[1], sides[0]))
        )
        if removed or added:
            yield CutChange(part, removed, added)


def _count(connection: duckdb.DuckDBPyConnection, select: str) -> int:
    rows: Sequence[tuple[int]] = connection.execute(f"SELECT count(*) FROM ({select})").fetchall()
    return rows[0][0]
