"""Clients that products share on a day, and where they went over a period, read from the members of those days.

Owns the way from members to heads by node and by pairs of products, in any slice: one read of the files an answer.
Shares and sums of a row are those of statistics/overlap.py. Never writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb

from accounts.queries import unit_tree
from smart_products.statistics.engine import run
from smart_products.statistics.models import Publication
from smart_products.statistics.nodes import FAMILIES_FROM, MATRIX, NodeName
from smart_products.statistics.overlap import Pairs, SharedRow, TransitionRow
from smart_products.statistics.queries import cube
from smart_products.statistics.queries.answers import Shared, Transitions
from smart_products.statistics.queries.kept import kept
from smart_products.statistics.queries.periods import opened, versions_of
from smart_products.statistics.queries.scopes import Slice, node_names, slice_of

Names = Mapping[int, NodeName]
"""Nodes by their number, in reading order."""


@kept(told=lambda given: versions_of(given["as_of"]))
def shared(
    *,
    as_of: date | None = None,
    unit: str | None = None,
    tier: str | None = None,
    channel: str | None = None,
    version: int | None = None,
) -> Shared:
    """Return the clients that products share at the close of a day, among those who stand in the slice on that day.

    Raises NotPublished for a day or version that is not published, UnknownScope for an unknown code.
    """
    _, now = opened(as_of, version)
    part = slice_of(unit_tree(now.as_of), unit, tier, channel)
    names = {name.number: name for name in node_names()}
    with cube.opened(part.corner, now.cut) as connection:
        _heads(connection, [now])
        return _shared(connection, now, part, names)


@kept(told=lambda given: versions_of(given["as_of"]))
def transitions(
    *,
    since: date,
    as_of: date | None = None,
    unit: str | None = None,
    tier: str | None = None,
    channel: str | None = None,
    version: int | None = None,
) -> Transitions:
    """Return where the clients of each product went after `since` up to a day, and what products share at its close.

    The slice chooses the clients who stand in it at the start, wherever they stand at the end; who came from outside is
    chosen by the end, as he has no product before. Raises NotPublished for a day or version that is not published, or a
    `since` that does not lie before it; UnknownScope for an unknown code.
    """
    known, now = opened(as_of, version)
    before = known.start(since, now)
    part = slice_of(unit_tree(now.as_of), unit, tier, channel)
    names = {name.number: name for name in node_names()}
    with cube.opened(part.corner, now.cut) as connection:
        _heads(connection, [before, now])
        run(connection, ["transitions"], {"since": before.as_of, "day": now.as_of})
        ways: dict[int, dict[str, int]] = {}
        for node, way, clients in connection.execute("FROM ways").fetchall():
            ways.setdefault(node, {})[way] = clients
        (switched,) = connection.execute("FROM switched").fetchall()[0]
        return Transitions(
            since=before.as_of,
            rows=tuple(TransitionRow(name, **ways.get(number, {})) for number, name in names.items()),
            pairs=_pairs(connection, "transitions"),
            switched=switched,
            shared=_shared(connection, now, part, names),
        )


def _heads(connection: duckdb.DuckDBPyConnection, rows: list[Publication]) -> None:
    """Make the tables `heads` of these days and `products`."""
    run(
        connection,
        ["heads"],
        {"members": cube.members(rows), "matrix": MATRIX, "families_from": FAMILIES_FROM},
    )


def _shared(connection: duckdb.DuckDBPyConnection, now: Publication, part: Slice, names: Names) -> Shared:
    run(connection, ["shared"], {"day": now.as_of})
    found = {node: heads for node, *heads in connection.execute("FROM shared_rows").fetchall()}
    return Shared(
        as_of=now.as_of,
        publication=next(one for one in versions_of(now.as_of) if one.version == now.version),
        unit=part.unit.code,
        tier=part.tier,
        channel=part.channel,
        rows=tuple(SharedRow(name, *found.get(number, ())) for number, name in names.items()),
        pairs=_pairs(connection, "shared_pairs"),
    )


def _pairs(connection: duckdb.DuckDBPyConnection, table: str) -> Pairs:
    rows = connection.execute(f"SELECT product, other, clients FROM {table}").fetchall()
    return {(product, other): clients for product, other, clients in rows}
