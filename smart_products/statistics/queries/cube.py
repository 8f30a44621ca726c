"""Answers from the full cube: filters on more than one dimension, read from files by DuckDB.

Owns the reading of cubes, terms, members and first signings by outlet, tier and channel together. Slower than the
published cells, and exact all the same. The structure of units is that of the as-of day.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import duckdb
from django.conf import settings

from accounts.structure import outlet_edges
from core.columnar import Limits, connect
from core.files import path_of
from smart_products.catalogue.queries import families, products
from smart_products.holdings.queries import known_from
from smart_products.statistics.chain import EPOCH
from smart_products.statistics.columns import CARRIED, ENTERED, LEFT, LINKED, MONEY_TERMS, STORED_TERMS, TENURE
from smart_products.statistics.engine import FIRST_DAY, read_parquet, run, sums
from smart_products.statistics.models import Publication
from smart_products.statistics.months import six_months_before
from smart_products.statistics.nodes import node_masks
from smart_products.statistics.queries.cells import EMPTY, Numbers, Sums
from smart_products.statistics.queries.periods import Timeline

NO_TERMS: Numbers = dict.fromkeys(STORED_TERMS, 0)


@dataclass(frozen=True, slots=True)
class Corner:
    """One slice on up to three dimensions; None stands for all tiers or channels."""

    unit: int
    tier: int | None
    channel: int | None


def period_sums(known: Timeline, now: Publication, before: Publication | None, corner: Corner) -> dict[int, Sums]:
    """Return sums by node of one slice over the period after `before` up to `now`."""
    history = _with_files([row for row in known.days if row.as_of <= now.as_of])
    rows = [row for row in history if row.as_of >= (before or now).as_of]
    days = rows[1:] if before is not None else []
    with _open(corner, now.as_of) as connection:
        assets = _assets(connection, rows)
        terms = _terms(connection, rows)
        counts = _counts(connection, history, {rows[0].as_of, rows[-1].as_of})
    nodes = {node for part in (assets, terms, counts) for found in part.values() for node in found}
    return {node: _sums(node, rows, days, assets, terms, counts) for node in nodes}


def levels(known: Timeline, rows: Sequence[Publication], corner: Corner, node: int) -> dict[int, Numbers]:
    """Return levels and first-sign retention of a node in one slice, by publication."""
    last = max(row.as_of for row in rows)
    history = _with_files([row for row in known.days if row.as_of <= last])
    wanted = {row.as_of: row.pk for row in rows}
    with _open(corner, last, node) as connection:
        assets = _assets(connection, [row for row in history if row.as_of in wanted])
        counts = _counts(connection, history, set(wanted))
    return {key: _level(assets, counts, day, node) for day, key in wanted.items()}


def _level(
    assets: Mapping[date, Mapping[int, Numbers]],
    counts: Mapping[date, Mapping[int, Numbers]],
    day: date,
    node: int,
) -> dict[str, int]:
    return {**EMPTY, **assets.get(day, {}).get(node, {}), **counts.get(day, {}).get(node, {})}


@contextmanager
def _open(corner: Corner, day: date, only: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection with the nodes, and the macro `is_inside(slice)` for the corner."""
    connection = connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR))
    try:
        edges = outlet_edges()
        outlets = [outlet for outlet, above, since, until in edges if above == corner.unit and since <= day < until]
        tier = "" if corner.tier is None else f" AND greatest(slice % 8, 1) = {corner.tier}"
        channel = "" if corner.channel is None else f" AND (slice // 8) % 4096 = {corner.channel}"
        connection.execute(
            f"CREATE MACRO is_inside(slice) AS list_contains({outlets or [-1]}, slice // 32768){tier}{channel}"
        )
        connection.execute("CREATE TABLE inside (outlet INTEGER, since DATE, until DATE)")
        ranges = [[outlet, since, until] for outlet, above, since, until in edges if above == corner.unit]
        connection.executemany("INSERT INTO inside VALUES (?, ?, ?)", ranges or [[-1, day, day]])
        connection.execute(
            "CREATE MACRO was_inside(slice, signed_on) AS EXISTS (SELECT 1 FROM inside AS i WHERE i.outlet = "
            f"slice // 32768 AND i.since <= signed_on AND i.until > signed_on){tier}{channel}"
        )
        connection.execute("CREATE TABLE nodes (node SMALLINT, mask BIGINT)")
        masks = node_masks(families(), products())
        connection.executemany("INSERT INTO nodes VALUES (?, ?)", [one for one in masks if only in {None, one[0]}])
        yield connection
    finally:
        connection.close()


def _with_files(rows: Sequence[Publication]) -> list[Publication]:
    return list(Publication.objects.filter(pk__in=[row.pk for row in rows]).select_related("cut").order_by("as_of"))


def _days(connection: duckdb.DuckDBPyConnection, rows: Sequence[Publication], kind: str, column: str = "day") -> str:
    """Return the table expression of a kind of batch file for these days: of each file only the days that count."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE counted (filename VARCHAR, {column} DATE)")
    paths = {row.as_of: path_of(settings.FACTS_DIR, row.files[kind]) for row in rows}
    connection.executemany("INSERT INTO counted VALUES (?, ?)", [[str(path), day] for day, path in paths.items()])
    source = read_parquet(sorted(set(paths.values())))[:-1] + ", filename = true)"
    where = "is_inside(slice)" if column == "day" else "was_inside(slice, started)"
    return f"(SELECT * FROM {source} SEMI JOIN counted USING (filename, {column}) WHERE {where})"


def _assets(connection: duckdb.DuckDBPyConnection, rows: Sequence[Publication]) -> dict[date, dict[int, Numbers]]:
    found: dict[date, dict[int, Numbers]] = {}
    run(connection, ["cube_levels"], {"cube": _days(connection, rows, "cube")})
    for day, node, *values in connection.execute("FROM cube_levels").fetchall():
        found.setdefault(day, {})[node] = {"assets": values[0]}
    return found


def _terms(connection: duckdb.DuckDBPyConnection, rows: Sequence[Publication]) -> dict[date, dict[int, Numbers]]:
    found: dict[date, dict[int, Numbers]] = {}
    source = _days(connection, rows, "terms")
    cells = connection.execute(f"SELECT day, node, {sums(STORED_TERMS)} FROM {source} GROUP BY day, node").fetchall()
    for day, node, *values in cells:
        found.setdefault(day, {})[node] = dict(zip(STORED_TERMS, values, strict=True))
    return found


def _counts(
    connection: duckdb.DuckDBPyConnection, history: Sequence[Publication], days: Collection[date]
) -> dict[date, dict[int, Numbers]]:
    """Return what needs the members of a day, by day and node: counts and first-sign retention."""
    rows = [row for row in history if row.as_of in days]
    connection.execute("CREATE OR REPLACE TEMP TABLE asked (day DATE, window_start DATE)")
    connection.executemany("INSERT INTO asked VALUES (?, ?)", [[day, six_months_before(day)] for day in days])
    members = " UNION ALL ".join(
        f"SELECT DATE '{row.as_of}' AS day, client_id, mask, client_mask, is_head, has_open, value, slice "
        f"FROM {read_parquet([path_of(settings.FACTS_DIR, row.files['accounts'])])} WHERE day = DATE '{row.as_of}'"
        for row in rows
    )
    run(
        connection,
        ["cube_members"],
        {
            "known_from": known_from() or FIRST_DAY,
            "members": f"({members})",
            "intervals": read_parquet([path_of(settings.FACTS_DIR, history[-1].cut.files["intervals"])]),
            "signings": _days(connection, history, "signings", "fact_day"),
        },
    )
    names = ("accounts", "funded", "retained", "on_books", *TENURE)
    found: dict[date, dict[int, Numbers]] = {}
    for day, node, *values in connection.execute("FROM cube_members").fetchall():
        found.setdefault(day, {})[node] = dict(zip(names, values, strict=True))
    return found


def _sums(
    node: int,
    rows: Sequence[Publication],
    days: Sequence[Publication],
    assets: Mapping[date, Mapping[int, Numbers]],
    terms: Mapping[date, Mapping[int, Numbers]],
    counts: Mapping[date, Mapping[int, Numbers]],
) -> Sums:
    total = dict.fromkeys((*MONEY_TERMS, "market", *LINKED), 0)
    heads = dict.fromkeys(("first_time", "reactivated", "lapsed", "moved_clients"), 0)
    log = 0.0
    for row in days:
        parts = terms.get(row.as_of, {}).get(node, NO_TERMS)
        now = assets.get(row.as_of, {}).get(node, EMPTY)["assets"]
        before = assets.get(row.before, {}).get(node, EMPTY)["assets"] if row.before else 0
        other = sum(parts[name] for name in (*ENTERED, "flow", "moved")) - sum(parts[name] for name in LEFT)
        market = now - before - other
        for name in MONEY_TERMS:
            total[name] += parts[name]
        total["market"] += market
        total["dated_terms"] += other * ((row.before or row.as_of) - EPOCH).days
        if now - market > 0:
            total["linked_days"] += 1
            total["negative_days"] += now < 0
            total["zero_days"] += now == 0
            log += math.log(abs(now) / (now - market)) if now else 0.0
        for name in heads:
            heads[name] += parts[name] + (parts["passing"] if name == "lapsed" else 0)
    last, first = rows[-1].as_of, rows[0].as_of
    carried = {name: terms.get(last, {}).get(node, NO_TERMS)[name] for name in CARRIED}
    end = {**_level(assets, counts, last, node), **carried}
    return Sums(end, _level(assets, counts, first, node), {**total, **heads}, log)
