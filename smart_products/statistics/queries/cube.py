"""Answers from the full cube: filters on more than one dimension, read from files by DuckDB.

Owns the reading of cubes, terms, members and first signings by outlet, tier and channel together. Slower than the
published cells, and exact all the same. A unit is what it was on each day: an outlet that came under it or left it
takes along what it kept.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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


Levels = dict[int, Mapping[int, Numbers]]
"""Levels by publication and node."""


def period_sums(
    known: Timeline,
    now: Publication,
    before: Publication | None,
    corners: Sequence[Corner],
    line: Sequence[Publication] = (),
) -> tuple[list[dict[int, Sums]], Levels]:
    """Return sums by node over the period after `before` up to `now` in each slice, and levels in the first of them.

    The levels are those of the publications of `line`. What the slices need is read from the files at one go.
    """
    history = known.days_until(now.as_of)
    rows = [row for row in history if row.as_of >= (before or now).as_of]
    days = rows[1:] if before is not None else []
    ends = {rows[0].as_of, rows[-1].as_of}
    found, told = [], Levels()
    with _near(corners, history[-1].cut) as connection:
        _gather(connection, known, history, rows, [*line, rows[0], rows[-1]])
        for number, corner in enumerate(corners):
            _turn_to(connection, corner)
            shown = [] if number else line
            assets = _assets(connection)
            terms = _terms(connection)
            _add_reroutes(connection, rows, terms)
            counts = _counts(connection, ends | {row.as_of for row in shown})
            nodes = {node for part in (assets, terms, counts) for by_node in part.values() for node in by_node}
            found.append({node: _sums(node, rows, days, assets, terms, counts) for node in nodes})
            told |= {row.pk: {node: _level(assets, counts, row.as_of, node) for node in nodes} for row in shown}
    return found, told


def levels(known: Timeline, rows: Sequence[Publication], corner: Corner, node: int) -> dict[int, Numbers]:
    """Return levels and first-sign retention of a node in one slice, by publication."""
    history = known.days_until(max(row.as_of for row in rows))
    with _near([corner], history[-1].cut, node) as connection:
        _gather(connection, known, history, [], rows)
        _turn_to(connection, corner)
        assets, counts = _assets(connection), _counts(connection, {row.as_of for row in rows})
    return {row.pk: _level(assets, counts, row.as_of, node) for row in rows}


def _level(
    assets: Mapping[date, Mapping[int, Numbers]],
    counts: Mapping[date, Mapping[int, Numbers]],
    day: date,
    node: int,
) -> dict[str, int]:
    return {**EMPTY, **assets.get(day, {}).get(node, {}), **counts.get(day, {}).get(node, {})}


@contextmanager
def opened(corner: Corner, cut: DataCut) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection with the nodes, the outlets of the unit through time, as the cut knew them, and two macros.

    `in_slice(slice)` tells whether tier and channel are the corner's, `is_inside(slice, day)` whether the outlet lay
    under the unit on the day as well.
    """
    with _near([corner], cut) as connection:
        _turn_to(connection, corner)
        yield connection


@contextmanager
def _near(corners: Sequence[Corner], cut: DataCut, only: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection with the nodes and the tree of a cut; `is_near(slice)` holds for all that any corner may need.

    That is every outlet that lay under one of the units on any day, with the tiers and channels of all corners.
    """
    connection = connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR))
    try:
        edges, nodes = (read_parquet([path_of(settings.FACTS_DIR, cut.files[name])]) for name in ("edges", "nodes"))
        connection.execute(
            f"CREATE TABLE edges AS FROM {edges} WHERE ancestor IN ({_listed(one.unit for one in corners)}); "
            f"CREATE TABLE nodes AS FROM {nodes} WHERE {'TRUE' if only is None else f'node = {only}'}"
        )
        outlets = connection.execute("SELECT DISTINCT outlet FROM edges").fetchall()
        parts = [f"slice // 32768 IN ({_listed(outlet for (outlet,) in outlets)})"]
        tiers, channels = {one.tier for one in corners}, {one.channel for one in corners}
        if None not in tiers:
            parts.append(f"greatest(slice % 8, 1) IN ({_listed(tiers)})")
        if None not in channels:
            parts.append(f"(slice // 8) % 4096 IN ({_listed(channels)})")
        connection.execute(f"CREATE MACRO is_near(slice) AS {' AND '.join(parts)}")
        yield connection
    finally:
        connection.close()


def _listed(numbers: Iterable[int | None]) -> str:
    """Return numbers as a list of SQL; none is a list that holds no number of ours."""
    return ", ".join(str(number) for number in sorted({number for number in numbers if number is not None}) or [-1])


def _turn_to(connection: duckdb.DuckDBPyConnection, corner: Corner) -> None:
    """Make the table `inside` and the macros of a corner."""
    connection.execute(
        f"CREATE OR REPLACE TABLE inside AS SELECT outlet, {_holds(corner)} FROM edges "
        f"WHERE ancestor = {corner.unit} AND {_tree(corner)}"
    )
    ranges = connection.execute("FROM inside").fetchall()
    tier = "TRUE" if corner.tier is None else f"greatest(slice % 8, 1) = {corner.tier}"
    channel = "TRUE" if corner.channel is None else f"(slice // 8) % 4096 = {corner.channel}"
    outlets = f"slice // 32768 IN ({_listed(outlet for outlet, _, _ in ranges)})"
    if any((since, until) != (FIRST_DAY, LAST_DAY) for _, since, until in ranges):
        outlets += (
            " AND EXISTS (SELECT 1 FROM inside AS i WHERE i.outlet = slice // 32768 AND i.since <= on_day "
            "AND i.until > on_day)"
        )
    connection.execute(
        f"CREATE OR REPLACE MACRO in_slice(slice) AS {tier} AND {channel}; "
        f"CREATE OR REPLACE MACRO is_inside(slice, on_day) AS {outlets} AND {tier} AND {channel}"
    )


def _gather(
    connection: duckdb.DuckDBPyConnection,
    known: Timeline,
    history: Sequence[Publication],
    rows: Sequence[Publication],
    counted: Sequence[Publication],
) -> None:
    """Read what is near: cube and terms of `rows`, and of the days `counted` their cube and members, once a day."""
    days = {row.as_of: row for row in counted}
    cubes = {row.as_of: row for row in (*rows, *counted)}
    retention = known.retention_of(history[-1])
    near_cube = _days(connection, list(cubes.values()), "cube", "is_near(slice)")
    connection.execute(f"CREATE TEMP TABLE near_cube AS FROM {near_cube}")
    if rows:
        near_terms = _days(connection, rows, "terms", "is_near(slice)")
        connection.execute(f"CREATE TEMP TABLE near_terms AS FROM {near_terms}")
    run(
        connection,
        ["cube_signs"],
        {
            "known_from": starts_from(retention) if retention is not None else known_from() or FIRST_DAY,
            "members": members(list(days.values())),
            "intervals": read_parquet([path_of(settings.FACTS_DIR, history[-1].cut.files["intervals"])]),
            "signings": _days(connection, history, "signings", "TRUE", "fact_day"),
        },
    )


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


def _assets(connection: duckdb.DuckDBPyConnection) -> dict[date, dict[int, Numbers]]:
    found: dict[date, dict[int, Numbers]] = {}
    run(connection, ["cube_levels"], {"cube": "(SELECT * FROM near_cube WHERE is_inside(slice, day))"})
    for day, node, *values in connection.execute("FROM cube_levels").fetchall():
        found.setdefault(day, {})[node] = {"assets": values[0]}
    return found


def _terms(connection: duckdb.DuckDBPyConnection) -> dict[date, dict[int, dict[str, int]]]:
    found: dict[date, dict[int, dict[str, int]]] = {}
    source = "near_terms WHERE is_inside(slice, day)"
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
        f"CREATE OR REPLACE TEMP TABLE eve_cube AS FROM {_days(connection, eves, 'cube', 'in_slice(slice)')}; "
        f"CREATE OR REPLACE TEMP TABLE eve_members AS SELECT day, client_mask, slice FROM {members(eves)} "
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


def _counts(connection: duckdb.DuckDBPyConnection, days: Collection[date]) -> dict[date, dict[int, Numbers]]:
    """Return what needs the members of a day, by day and node: counts and first-sign retention."""
    asked = [(day, six_months_before(day)) for day in days]
    table_from_rows(connection, "asked", {"day": DAY, "window_start": DAY}, asked)
    run(connection, ["cube_members"])
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
