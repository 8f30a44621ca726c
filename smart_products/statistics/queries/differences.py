"""Two versions of a day's figures side by side, and what made the difference: accounts, deliveries, master data.

Owns the split of a difference in signed assets and retained clients over accounts, whose parts add up to it exactly.
Reads the members each version names; shows an account by the code of its source. Never computes a figure anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import duckdb
from django.conf import settings

from accounts.models import AssetAccount
from accounts.queries import unit_tree
from core.columnar import Limits, connect
from core.files import path_of
from smart_products.holdings.queries import DayFactsView, facts_views
from smart_products.statistics.engine import literal, read_parquet
from smart_products.statistics.figures import MatrixRow
from smart_products.statistics.models import Grain, Publication
from smart_products.statistics.queries.answers import NotPublished, PublicationView
from smart_products.statistics.queries.cube import Corner
from smart_products.statistics.queries.matrix import matrix
from smart_products.statistics.queries.periods import publication_views, timeline
from smart_products.statistics.queries.scopes import named, node_names, slice_of

MEMBERS = """
SELECT account_id, client_id, value FROM {accounts} AS a JOIN {nodes} AS n ON n.node = {node} AND (a.mask & n.mask) <> 0
WHERE a.day = {day} AND {tier} AND {channel}
  AND a.slice // 32768 IN (
    SELECT outlet FROM {edges} WHERE ancestor = {unit} AND valid_from <= {day} AND valid_to > {day})
"""
"""The accounts in scope of a node and a slice at the close of a day. A tier not known yet counts as the lowest."""

PARTS = """
CREATE TEMP TABLE parts AS
SELECT account_id, sum(value_before) AS assets_before, sum(value_after) AS assets_after,
  max(CASE WHEN is_head THEN was ELSE 0 END) AS client_before,
  max(CASE WHEN is_head THEN stands ELSE 0 END) AS client_after
FROM (
  SELECT account_id, value_before, value_after, min(account_id) OVER c = account_id AS is_head,
    max(before) OVER c AS was, max(after) OVER c AS stands
  FROM (
    SELECT account_id, client_id, value AS value_before, 0 AS value_after, 1 AS before, 0 AS after FROM earlier
    UNION ALL SELECT account_id, client_id, 0, value, 0, 1 FROM later
  ) AS sides
  WINDOW c AS (PARTITION BY client_id)
) AS counted
GROUP BY account_id
HAVING assets_before <> assets_after OR client_before <> client_after
"""
"""A client counts once, at the account of his with the lowest number that is in scope in either version."""

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
class AccountPart:
    """What one account adds to a difference: fen in scope in either version, and the client who counts at it."""

    source: str
    code: str
    assets_before: int
    assets_after: int
    client_before: int
    client_after: int

    @property
    def assets(self) -> int:
        return self.assets_after - self.assets_before

    @property
    def clients(self) -> int:
        return self.client_after - self.client_before


@dataclass(frozen=True, slots=True)
class OtherAccounts:
    """The accounts that differ and are not shown one by one: how many, and what they add up to, in fen and heads."""

    accounts: int
    assets: int
    clients: int


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
    earlier: PublicationView
    later: PublicationView
    figures: tuple[MatrixRow, MatrixRow]
    """Levels of the day and terms since the fact day before; of an opening day levels alone."""
    accounts: tuple[AccountPart, ...]
    """The largest parts by size, first by money, then by heads."""
    others: OtherAccounts
    facts: tuple[FactsChange, ...]
    """Days up to this one with other facts, ascending."""
    cut: tuple[CutChange, ...]


def differences(
    *,
    as_of: date,
    earlier: int | None = None,
    later: int | None = None,
    node: str = "matrix",
    unit: str | None = None,
    tier: str | None = None,
    channel: str | None = None,
    limit: int = 20,
) -> Differences:
    """Compare two versions of a day; `later` defaults to the current one, `earlier` to the one before it.

    Raises NotPublished for a version that is not there, UnknownScope for an unknown code.
    """
    rows = {
        row.version: row
        for row in Publication.objects.filter(grain=Grain.DAY, as_of=as_of).select_related("cut").order_by("version")
    }
    last = max(rows, default=0) if later is None else later
    versions = (last - 1 if earlier is None else earlier, last)
    if not rows.keys() >= set(versions):
        raise NotPublished(as_of, max(rows.values(), key=lambda row: row.version).as_of if rows else None)
    one, other = (rows[version] for version in versions)
    scope = slice_of(unit_tree(as_of), unit, tier, channel)
    corner = scope.corner
    with _members((one, other), named(node_names(), node)[0].number, corner) as connection:
        shown, others = _accounts(connection, limit)
        cut = tuple(_cut_changes(connection, one, other))
    views = publication_views([one, other])
    figures = [
        matrix(
            as_of=as_of, since=row.before, version=row.version, node=node, unit=unit, tier=tier, channel=channel
        ).rows[0]
        for row in (one, other)
    ]  # fmt: skip
    return Differences(
        as_of, views[0], views[1], (figures[0], figures[1]), shown, others, tuple(_facts_changes(one, other)), cut
    )  # fmt: skip


@contextmanager
def _members(
    rows: tuple[Publication, Publication], node: int, corner: Corner
) -> Iterator[duckdb.DuckDBPyConnection]:  # fmt: skip
    """Open a connection with the accounts in scope of the earlier and the later version, as each version's cut sees."""
    connection = connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR))
    try:
        for table, row in zip(("earlier", "later"), rows, strict=True):
            select = MEMBERS.format(
                accounts=_file(row.files["accounts"]),
                nodes=_file(row.cut.files["nodes"]),
                edges=_file(row.cut.files["edges"]),
                node=node,
                unit=corner.unit,
                day=literal(row.as_of),
                tier="TRUE" if corner.tier is None else f"greatest(a.slice % 8, 1) = {corner.tier}",
                channel="TRUE" if corner.channel is None else f"(a.slice // 8) % 4096 = {corner.channel}",
            )
            connection.execute(f"CREATE TEMP TABLE {table} AS {select}")
        yield connection
    finally:
        connection.close()


def _file(name: str) -> str:
    return read_parquet([path_of(settings.FACTS_DIR, name)])


def _accounts(
    connection: duckdb.DuckDBPyConnection, limit: int
) -> tuple[tuple[AccountPart, ...], OtherAccounts]:  # fmt: skip
    connection.execute(PARTS)
    ranked = "abs(assets_after - assets_before) DESC, abs(client_after - client_before) DESC, account_id"
    found = connection.execute(f"FROM parts ORDER BY {ranked} LIMIT {int(limit)}").fetchall()
    totals = connection.execute(
        "SELECT count(*), coalesce(sum(assets_after - assets_before), 0), "
        "coalesce(sum(client_after - client_before), 0) FROM parts"
    ).fetchall()[0]
    codes = {
        key: (source, code)
        for key, source, code in AssetAccount.objects.filter(pk__in=[row[0] for row in found]).values_list(
            "pk", "source", "code"
        )
    }
    shown = tuple(AccountPart(*codes[key], *map(int, numbers)) for key, *numbers in found)
    rest = OtherAccounts(
        accounts=int(totals[0]) - len(shown),
        assets=int(totals[1]) - sum(part.assets for part in shown),
        clients=int(totals[2]) - sum(part.clients for part in shown),
    )
    return shown, rest


def _facts_changes(one: Publication, other: Publication) -> Iterator[FactsChange]:
    """Yield the days up to this one of which either version knew other facts, by day and source."""
    knew = [
        {(row.as_of, source): name for row in known for source, name in row.files["facts"].items()}
        for known in (timeline(row).days_until(row.as_of) for row in (one, other))
    ]
    changed = sorted(place for place in {*knew[0], *knew[1]} if knew[0].get(place) != knew[1].get(place))
    views: Mapping[str, DayFactsView] = facts_views(
        {name for known in knew for place in changed if (name := known.get(place))}
    )
    for day, source in changed:
        before, after = (views.get(known.get((day, source), "")) for known in knew)
        yield FactsChange(day, source, before, after)


def _cut_changes(connection: duckdb.DuckDBPyConnection, one: Publication, other: Publication) -> Iterator[CutChange]:
    for part, (kind, columns, where) in CUT_PARTS.items():
        names = (one.cut.files[kind], other.cut.files[kind])
        if names[0] == names[1]:
            continue
        day = literal(one.as_of)
        sides = [f"SELECT {columns} FROM {_file(name)} WHERE {where}".format(day=day) for name in names]
        removed, added = (
            _count(connection, f"{a} EXCEPT ALL {b}") for a, b in ((sides[0], sides[1]), (sides[1], sides[0]))
        )
        if removed or added:
            yield CutChange(part, removed, added)


def _count(connection: duckdb.DuckDBPyConnection, select: str) -> int:
    rows: Sequence[tuple[int]] = connection.execute(f"SELECT count(*) FROM ({select})").fetchall()
    return rows[0][0]
