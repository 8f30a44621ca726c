"""Answers from the full cube: filters on more than one dimension, read from files by DuckDB.

Owns the reading of cubes, terms, members and first signings by outlet, tier and channel together. Slower than the
published cells, and exact all the same. A unit is what it was on each day: an outlet that came under it or left it
takes along what it kept.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import duckdb
from django.conf import settings

from core.columnar import DAY, Limits, connect, table_from_rows
from core.files import path_of
from smart_products.holdings.queries import known_from
from smart_products.statistics.chain import EPOCH
from smart_products.statistics.columns import CARRIED, ENTERED, LEFT, LINKED, MONEY_TERMS, STORED_TERMS, TENURE
from smart_products.statistics.engine import FIRST_DAY, LAST_DAY, literal, read_days, read_parquet, run, sums
from smart_products.statistics.models import DataCut, Publication
from smart_products.statistics.months import six_months_before
from smart_products.statistics.queries.cells import EMPTY, Numbers, Sums
from smart_products.statistics.queries.periods import Timeline, starts_from

NO_TERMS: Numbers = dict.fromkeys(STORED_TERMS, 0)


@dataclass(frozen=True, slots=True)
class Corner:
    """One slice on up to three dimensions; None stands for all tiers or channels."""

    unit: int
    tier: int | None
    channel: int | None
    structure: date | None = None
    """The day whose tree holds for all days; None: each day has its own."""


def period_sums(known: Timeline, now: Publication, before: Publication | None, corner: Corner) -> dict[int, Sums]:
    """Return sums by node of one slice over the period after `before` up to `now`."""
    history = known.days_until(now.as_of)
    rows = [row for row in history if row.as_of >= (before or now).as_of]
    days = rows[1:] if before is not None else []
    with opened(corner, history[-1].cut) as connection:
        assets = _assets(connection, rows)
        terms = _terms(connection, rows)
        _add_reroutes(connection, rows, terms)
        counts = _counts(connection, known, history, {rows[0].as_of, rows[-1].as_of})
    nodes = {node for part in (assets, terms, counts) for found in part.values() for node in found}
    return {node: _sums(node, rows, days, assets, terms, counts) for node in nodes}


def levels(known: Timeline, rows: Sequence[Publication], corner: Corner, node: int) -> dict[int, Numbers]:
    """Return levels and first-sign retention of a node in one slice, by publication."""
    last = max(row.as_of for row in rows)
    history = known.days_until(last)
    wanted = {row.as_of: row.pk for row in rows}
    with opened(corner, history[-1].cut, node) as connection:
        assets = _assets(connection, [row for row in history if row.as_of in wanted])
        counts = _counts(connection, known, history, set(wanted))
    return {key: _level(assets, counts, day, node) for day, key in wanted.items()}


def _level(
    assets: Mapping[date, Mapping[int, Numbers]],
    counts: Mapping[date, Mapping[int, Numbers]],
    day: date,
    node: int,
) -> dict[str, int]:
    return {**EMPTY, **assets.get(day, {}).get(node, {}), **counts.get(day, {}).get(node, {})}


@contextmanager
def opened(corner: Corner, cut: DataCut, only: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection with the nodes, the outlets of the unit through time, as the cut knew them, and two macros.

    `in_slice(slice)` tells whether tier and channel are the corner's, `is_inside(slice, day)` whether the outlet lay
    under the unit on the day as well.
    """
    connection = connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR))
    try:
        edges, nodes = (read_parquet([path_of(settings.FACTS_DIR, cut.files[name])]) for name in ("edges", "nodes"))
        connection.execute(
            f"CREATE TABLE inside AS SELECT outlet, {_holds(corner)} FROM {edges} WHERE ancestor = {corner.unit} "
            f"AND {_tree(corner)}; "
            f"CREATE TABLE nodes AS FROM {nodes} WHERE {'TRUE' if only is None else f'node = {only}'}"
        )
        ranges = connection.execute("FROM inside").fetchall()
        tier = "TRUE" if corner.tier is None else f"greatest(slice % 8, 1) = {corner.tier}"
        channel = "TRUE" if corner.channel is None else f"(slice // 8) % 4096 = {corner.channel}"
        held = ", ".join(str(outlet) for outlet in sorted({outlet for outlet, _, _ in ranges}) or [-1])
        outlets = f"slice // 32768 IN ({held})"
        if any((since, until) != (FIRST_DAY, LAST_DAY) for _, since, until in ranges):
            outlets += (
                " AND EXISTS (SELECT 1 FROM inside AS i WHERE i.outlet = slice // 32768 AND i.since <= on_day "
                "AND i.until > on_day)"
            )
        connection.execute(
            f"CREATE MACRO in_slice(slice) AS {tier} AND {channel}; "
            f"CREATE MACRO is_inside(slice, on_day) AS {outlets} AND {tier} AND {channel}"
        )
        yield connection
    finally:
        connection.close()


def _holds(corner: Corner) -> str:
    """Return the columns `since` and `until` between which an outlet lies under the unit."""
    if corner.structure is None:
        return "valid_from AS since, valid_to AS until"
    return f"{literal(FIRST_DAY)} AS since, {literal(LAST_DAY)} AS until"


def _tree(corner: Corner) -> str:
    """Return the condition on edges: those of all days, or those of the day whose tree holds throughout."""
    if corner.structure is None:
        return "TRUE"
    return f"valid_from <= {literal(corner.structure)} AND valid_to > {literal(corner.structure)}"


def _days(
    connection: duckdb.DuckDBPyConnection, rows: Sequence[Publication], kind: str, where: str, column: str = "day"
) -> str:
    """Return the table expression of what a kind of batch file holds of these days."""
    files = {row.as_of: path_of(settings.FACTS_DIR, row.files[kind]) for row in rows}
    return f"(SELECT * FROM {read_days(connection, files, column=column)} WHERE {where})"


def _assets(connection: duckdb.DuckDBPyConnection, rows: Sequence[Publication]) -> dict[date, dict[int, Numbers]]:
    found: dict[date, dict[int, Numbers]] = {}
    run(connection, ["cube_levels"], {"cube": _days(connection, rows, "cube", "is_inside(slice, day)")})
    for day, node, *values in connection.execute("FROM cube_levels").fetchall():
        found.setdefault(day, {})[node] = {"assets": values[0]}
    return found


def _terms(connection: duckdb.DuckDBPyConnection, rows: Sequence[Publication]) -> dict[date, dict[int, dict[str, int]]]:
    found: dict[date, dict[int, dict[str, int]]] = {}
    source = _days(connection, rows, "terms", "is_inside(slice, day)")
    cells = connection.execute(f"SELECT day, node, {sums(STORED_TERMS)} FROM {source} GROUP BY day, node").fetchall()
    for day, node, *values in cells:
        found.setdefault(day, {})[node] = dict(zip(STORED_TERMS, values, strict=True))
    return found


def _add_reroutes(
    connection: duckdb.DuckDBPyConnection, rows: Sequence[Publication], terms: dict[date, dict[int, dict[str, int]]]
) -> None:
    """Add to the terms of a day what outlets took along that came under the unit or left it on that day."""
    pairs = [[after.as_of, before.as_of] for before, after in pairwise(rows)]
    table_from_rows(connection, "pairs", {"day": DAY, "before": DAY}, pairs)
    run(connection, ["cube_changes"])
    changed = connection.execute("SELECT DISTINCT day, before FROM changes").fetchall()
    if not changed:
        return
    on_days, on_eves = ({one[part] for one in changed} for part in (0, 1))
    eves = [row for row in rows if row.as_of in on_eves]
    connection.execute(
        f"CREATE TEMP TABLE eve_cube AS FROM {_days(connection, eves, 'cube', 'in_slice(slice)')}; "
        f"CREATE TEMP TABLE eve_members AS SELECT day, client_mask, slice FROM {members(eves)} "
        "WHERE is_head AND in_slice(slice)"
    )
    moves = ("moved", "moved_clients", "lapsed", *LEFT)
    run(
        connection,
        ["cube_reroute"],
        {
            "terms": _days(connection, [row for row in rows if row.as_of in on_days], "terms", "in_slice(slice)"),
            "left_sums": sums(LEFT),
            "left_total": " + ".join(LEFT),
            "left_columns": ", ".join(f"CAST(sum(-c.direction * coalesce(t.{name}, 0)) AS BIGINT)" for name in LEFT),
        },
    )
    for day, node, *values in connection.execute("FROM cube_reroute").fetchall():
        parts = terms.setdefault(day, {}).setdefault(node, dict(NO_TERMS))
        for name, value in zip(moves, values, strict=True):
            parts[name] += value


def members(rows: Sequence[Publication]) -> str:
    """Return the table expression of the members of some days."""
    selects = (
        f"SELECT day, client_id, mask, client_mask, is_head, has_open, value, slice "
        f"FROM {read_parquet([path_of(settings.FACTS_DIR, row.files['accounts'])])} WHERE day = DATE '{row.as_of}'"
        for row in rows
    )
    return f"({' UNION ALL '.join(selects)})"


def _counts(
    connection: duckdb.DuckDBPyConnection, known: Timeline, history: Sequence[Publication], days: Collection[date]
) -> dict[date, dict[int, Numbers]]:
    """Return what needs the members of a day, by day and node: counts and first-sign retention."""
    rows = [row for row in history if row.as_of in days]
    retention = known.retention_of(history[-1])
    asked = [(day, six_months_before(day)) for day in days]
    table_from_rows(connection, "asked", {"day": DAY, "window_start": DAY}, asked)
    run(
        connection,
        ["cube_members"],
        {
            "known_from": starts_from(retention) if retention is not None else known_from() or FIRST_DAY,
            "members": members(rows),
            "intervals": read_parquet([path_of(settings.FACTS_DIR, history[-1].cut.files["intervals"])]),
            "signings": _days(connection, history, "signings", "TRUE", "fact_day"),
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
