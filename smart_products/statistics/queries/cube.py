"""Answers from the full cube: filters on more than one dimension, read from files by DuckDB.

Owns the reading of cubes, terms, members and first signings by outlet, tier and channel together. Slower than the
published cells, and exact all the same. The structure of units is that of the as-of day.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
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
        levels = _levels(connection, rows)
        terms = _terms(connection, rows)
        at_end = _on_the_day(connection, history, now.as_of)
        at_start = {} if before is None else _on_the_day(connection, _until(history, before.as_of), before.as_of)
    nodes = {node for found in levels.values() for node in found} | {node for found in terms.values() for node in found}
    return {node: _sums(node, rows, days, levels, terms, at_end, at_start) for node in nodes | set(at_end)}


def levels(known: Timeline, rows: Sequence[Publication], corner: Corner) -> dict[int, Numbers]:
    """Return levels and first-sign retention of the matrix in one slice, by publication."""
    last = max(row.as_of for row in rows)
    history = _with_files([row for row in known.days if row.as_of <= last])
    wanted = {row.as_of: row.pk for row in rows}
    found: dict[int, Numbers] = {}
    with _open(corner, last) as connection:
        by_day = _levels(connection, [row for row in history if row.as_of in wanted])
        for day, key in wanted.items():
            at_end = _on_the_day(connection, _until(history, day), day)
            found[key] = {**EMPTY, **by_day.get(day, {}).get(0, {}), **at_end.get(0, {})}
    return found


@contextmanager
def _open(corner: Corner, day: date) -> Iterator[duckdb.DuckDBPyConnection]:
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
        connection.executemany("INSERT INTO nodes VALUES (?, ?)", node_masks(families(), products()))
        yield connection
    finally:
        connection.close()


def _until(history: Sequence[Publication], day: date) -> list[Publication]:
    return [row for row in history if row.as_of <= day]


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


def _levels(connection: duckdb.DuckDBPyConnection, rows: Sequence[Publication]) -> dict[date, dict[int, Numbers]]:
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


def _on_the_day(
    connection: duckdb.DuckDBPyConnection, history: Sequence[Publication], day: date
) -> dict[int, Mapping[str, int]]:
    """Return what needs the members of a day: counts and first-sign retention, by node."""
    row = history[-1]
    run(
        connection,
        ["cube_members"],
        {
            "day": day,
            "window": six_months_before(day),
            "known_from": known_from() or FIRST_DAY,
            "members": read_parquet([path_of(settings.FACTS_DIR, row.files["accounts"])]),
            "intervals": read_parquet([path_of(settings.FACTS_DIR, row.cut.files["intervals"])]),
            "signings": _days(connection, history, "signings", "fact_day"),
        },
    )
    names = ("accounts", "funded", "retained", "on_books", *TENURE)
    return {
        node: dict(zip(names, values, strict=True))
        for node, *values in connection.execute("FROM cube_members").fetchall()
    }


def _sums(
    node: int,
    rows: Sequence[Publication],
    days: Sequence[Publication],
    levels_by_day: Mapping[date, Mapping[int, Numbers]],
    terms_by_day: Mapping[date, Mapping[int, Numbers]],
    at_end: Mapping[int, Numbers],
    at_start: Mapping[int, Numbers],
) -> Sums:
    total = dict.fromkeys((*MONEY_TERMS, "market", *LINKED), 0)
    heads = dict.fromkeys(("first_time", "reactivated", "lapsed", "moved_clients"), 0)
    log = 0.0
    for row in days:
        parts = terms_by_day.get(row.as_of, {}).get(node, NO_TERMS)
        now = levels_by_day.get(row.as_of, {}).get(node, EMPTY)["assets"]
        before = levels_by_day.get(row.before, {}).get(node, EMPTY)["assets"] if row.before else 0
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
    carried = {name: terms_by_day.get(last, {}).get(node, NO_TERMS)[name] for name in CARRIED}
    end = {**EMPTY, **levels_by_day.get(last, {}).get(node, {}), **carried, **at_end.get(node, {})}
    return Sums(
        end, {**EMPTY, **levels_by_day.get(first, {}).get(node, {}), **at_start.get(node, {})}, {**total, **heads}, log
    )
