"""Which accounts make the difference between two versions of a day: those in scope of either, and what each adds.

Owns the split of a difference in signed assets and retained clients over accounts, whose parts add up to it exactly.
Reads the members that each version names. An account that may not be seen has no name here and counts in a sum alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
from django.conf import settings
from django.db.models import QuerySet

from accounts.models import AssetAccount
from core.columnar import Limits, connect
from core.files import path_of
from core.keyset import among
from smart_products.statistics.engine import literal, read_parquet
from smart_products.statistics.models import Publication
from smart_products.statistics.queries.cube import Corner

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


@contextmanager
def members(
    rows: tuple[Publication, Publication], node: int, corner: Corner
) -> Iterator[duckdb.DuckDBPyConnection]:  # fmt: skip
    """Open a connection with the accounts in scope of the earlier and the later version, as each version's cut sees."""
    connection = connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR))
    try:
        for table, row in zip(("earlier", "later"), rows, strict=True):
            select = MEMBERS.format(
                accounts=file_of(row.files["accounts"]),
                nodes=file_of(row.cut.files["nodes"]),
                edges=file_of(row.cut.files["edges"]),
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


def file_of(name: str) -> str:
    """Return the statement that reads a file of a cut or a publication."""
    return read_parquet([path_of(settings.FACTS_DIR, name)])


def account_parts(
    connection: duckdb.DuckDBPyConnection, limit: int, visible: QuerySet[AssetAccount]
) -> tuple[tuple[AccountPart, ...], OtherAccounts, OtherAccounts]:
    """Return the largest parts, what further visible accounts come to, and what all that are not visible come to."""
    connection.execute(PARTS)
    ranked = "abs(assets_after - assets_before) DESC, abs(client_after - client_before) DESC, account_id"
    found = {
        key: tuple(map(int, numbers))
        for key, *numbers in connection.execute(f"FROM parts ORDER BY {ranked}").fetchall()
    }
    codes = {
        key: (source, code) for key, source, code in visible.filter(among(found)).values_list("pk", "source", "code")
    }
    inside = [key for key in found if key in codes]
    shown = tuple(AccountPart(*codes[key], *found[key]) for key in inside[:limit])
    outside = [numbers for key, numbers in found.items() if key not in codes]
    return shown, _summed([found[key] for key in inside[limit:]]), _summed(outside)


def _summed(parts: Sequence[tuple[int, ...]]) -> OtherAccounts:
    """Return many parts as one."""
    return OtherAccounts(
        accounts=len(parts),
        assets=sum(after - before for before, after, _was, _stands in parts),
        clients=sum(stands - was for _before, _after, was, stands in parts),
    )
