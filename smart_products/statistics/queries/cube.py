"""Answers from the full cube: filters on more than one dimension, read from files by DuckDB.

Owns the reading of levels, terms and first-sign retention by outlet, tier and channel together. Slower than the
published cells, and exact all the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import duckdb
from django.conf import settings

from accounts.structure import outlet_edges
from core.files import path_of
from smart_products.statistics.chain import EPOCH
from smart_products.statistics.columns import CARRIED, ENTERED, LEFT, LEVELS, MONEY_TERMS, STORED_TERMS, TENURE
from smart_products.statistics.engine import Limits, connect, read_parquet, sums
from smart_products.statistics.models import Publication
from smart_products.statistics.queries.cells import EMPTY, Numbers, Sums
from smart_products.statistics.queries.periods import Timeline

CHANNELS = 4096
TIERS = 8


def period_sums(
    known: Timeline, now: Publication, before: Publication | None, unit: int, tier: int | None, channel: int | None
) -> dict[int, Sums]:
    """Return sums by node of one slice over the period after `before` up to `now`."""
    rows = _with_files([row for row in known.days if before is None or before.as_of <= row.as_of <= now.as_of])
    days = [row for row in rows if before is None or row.as_of > before.as_of]
    connection = connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR))
    try:
        where = _where(connection, unit, tier, channel, now.as_of)
        by_day = _levels(connection, rows, where)
        terms = _terms(connection, days, where)
        tenure = _tenure(connection, rows[-1], where)
    finally:
        connection.close()
    nodes = {node for found in by_day.values() for node in found} | set(terms) | set(tenure)
    return {node: _sums(node, rows, days, by_day, terms, tenure) for node in nodes}


def levels(
    rows: Sequence[Publication], unit: int, tier: int | None, channel: int | None
) -> dict[int, Numbers]:
    """Return the levels of the matrix in one slice by publication."""
    found: dict[int, Numbers] = {}
    connection = connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR))
    try:
        where = _where(connection, unit, tier, channel, max(row.as_of for row in rows))
        every = _with_files(rows)
        by_day = _levels(connection, every, where)
        for row in every:
            tenure = _tenure(connection, row, where).get(0, dict.fromkeys(TENURE, 0))
            found[row.pk] = {**EMPTY, **by_day.get(row.as_of, {}).get(0, {}), **tenure}
    finally:
        connection.close()
    return found


def _with_files(rows: Sequence[Publication]) -> list[Publication]:
    return list(Publication.objects.filter(pk__in=[row.pk for row in rows]).order_by("as_of"))


def _where(
    connection: duckdb.DuckDBPyConnection, unit: int, tier: int | None, channel: int | None, day: date
) -> str:
    outlets = [(outlet,) for outlet, above, since, until in outlet_edges() if above == unit and since <= day < until]
    connection.execute("CREATE TEMP TABLE inside (outlet INTEGER)")
    connection.executemany("INSERT INTO inside VALUES (?)", outlets)
    parts = [f"slice // {CHANNELS * TIERS} IN (SELECT outlet FROM inside)"]
    if tier is not None:
        parts.append(f"slice % {TIERS} = {tier}")
    if channel is not None:
        parts.append(f"(slice // {TIERS}) % {CHANNELS} = {channel}")
    return " AND ".join(parts)


def _levels(
    connection: duckdb.DuckDBPyConnection, rows: Sequence[Publication], where: str
) -> dict[date, dict[int, Numbers]]:
    found: dict[date, dict[int, Numbers]] = {}
    for row in rows:
        source = read_parquet([path_of(settings.FACTS_DIR, row.files["levels"])])
        cells = connection.execute(f"SELECT node, {sums(LEVELS)} FROM {source} WHERE {where} GROUP BY node").fetchall()
        found[row.as_of] = {node: dict(zip(LEVELS, values, strict=True)) for node, *values in cells}
    return found


def _terms(
    connection: duckdb.DuckDBPyConnection, rows: Sequence[Publication], where: str
) -> dict[int, dict[date, Numbers]]:
    found: dict[int, dict[date, Numbers]] = {}
    for row in rows:
        source = read_parquet([path_of(settings.FACTS_DIR, row.files["terms"])])
        cells = connection.execute(
            f"SELECT node, {sums(STORED_TERMS)} FROM {source} WHERE {where} GROUP BY node"
        ).fetchall()
        for node, *values in cells:
            found.setdefault(node, {})[row.as_of] = dict(zip(STORED_TERMS, values, strict=True))
    return found


def _tenure(connection: duckdb.DuckDBPyConnection, row: Publication, where: str) -> dict[int, Numbers]:
    source = read_parquet([path_of(settings.FACTS_DIR, row.files["tenure"])])
    cells = connection.execute(f"SELECT node, {sums(TENURE)} FROM {source} WHERE {where} GROUP BY node").fetchall()
    return {node: dict(zip(TENURE, values, strict=True)) for node, *values in cells}


def _sums(
    node: int,
    rows: Sequence[Publication],
    days: Sequence[Publication],
    by_day: dict[date, dict[int, Numbers]],
    terms: dict[int, dict[date, Numbers]],
    tenure: dict[int, Numbers],
) -> Sums:
    none = dict.fromkeys(STORED_TERMS, 0)
    own = terms.get(node, {})
    total = dict.fromkeys((*MONEY_TERMS, "market", "linked_days", "dated_terms"), 0)
    heads = dict.fromkeys(("first_time", "reactivated", "lapsed", "moved_clients"), 0)
    log = 0.0
    for row in days:
        if row.before is None:
            continue
        parts = own.get(row.as_of, none)
        now, before = _assets(by_day, row.as_of, node), _assets(by_day, row.before, node)
        other = sum(parts[name] for name in (*ENTERED, "flow", "moved")) - sum(parts[name] for name in LEFT)
        market = now - before - other
        for name in MONEY_TERMS:
            total[name] += parts[name]
        total["market"] += market
        total["dated_terms"] += other * (row.before - EPOCH).days
        if now > 0 and now - market > 0:
            total["linked_days"] += 1
            log += math.log(now / (now - market))
        for name in heads:
            heads[name] += parts[name] + (parts["passing"] if name == "lapsed" else 0)
    last = days[-1] if days else rows[-1]
    carried = {name: own.get(last.as_of, none)[name] for name in CARRIED}
    end = {**EMPTY, **by_day[last.as_of].get(node, {}), **tenure.get(node, {}), **carried}
    start = {**EMPTY, **by_day[rows[0].as_of].get(node, {})}
    return Sums(end, start, {**total, **heads}, log)


def _assets(by_day: dict[date, dict[int, Numbers]], day: date, node: int) -> int:
    return by_day.get(day, {}).get(node, {}).get("assets", 0)
