"""A block of days: every account carried from the close before the block to the close of each of its days.

Owns the statements that carry accounts (`sql/block_*.sql`) and the file of members they leave. A night is a block of
one day. Reads what a batch found (chain.py) and the facts of the days; leaves the state after its last day where the
next block starts from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from core.files import store_parquet
from smart_products.statistics.chain import STATE, Day, Rules
from smart_products.statistics.engine import Value, read_parquet, run

BLOCK_ROWS = 2_000_000
"""Accounts times days that are carried in one go; bounds the memory of a history load."""

LARGEST = 10**14
"""Fen. A fact with a larger value or flow, 1,000,000,000,000 yuan, is left out: times a day number no sum of several
would fit a column, and one broken account would stop the close of all."""


@dataclass(frozen=True, slots=True)
class BlockFiles:
    """What a block leaves: the name of its file of members, for each day a mark of the state it left, and accounts
    of which a fact was left out.
    """

    members: str
    marks: dict[date, str]
    aside: frozenset[int]


def cut_blocks(connection: duckdb.DuckDBPyConnection, days: Sequence[Day]) -> list[tuple[int, int]]:
    """Cut a batch into blocks to be carried in one go: first and last place of each, counted from 1.

    A block lies in one month, since tiers are set where a month starts, and has a bounded number of rows.
    """
    found = connection.execute(
        "SELECT (SELECT count(*) FROM accounts_before) + (SELECT count(*) FROM batch_arrivals)"
    ).fetchone()
    longest = max(1, BLOCK_ROWS // max(1, found[0] if found else 1))
    parts: list[tuple[int, int]] = []
    for number, day in enumerate(days, 1):
        first = parts[-1][0] if parts else 0
        if parts and not day.month_starts and number - first < longest:
            parts[-1] = (first, number)
        else:
            parts.append((number, number))
    return parts


def carry(
    connection: duckdb.DuckDBPyConnection, days: Sequence[Day], block: tuple[int, int], rules: Rules, folder: Path
) -> BlockFiles:
    """Carry the accounts over the days of a block, gather what their figures need, and store their members."""
    first, last = block
    inside = dict(enumerate(days[first - 1 : last], first))
    parameters: dict[str, Value] = {
        "first": first,
        "last": last,
        "month_starts": inside[first].month_starts,
        "carry_days": rules.carry_days,
        "throughout": "facts"
        if first == last
        else f"(SELECT account_id FROM facts GROUP BY account_id HAVING count(*) > {last - first})",
    }
    bounds = f"BETWEEN {-LARGEST} AND {LARGEST}"
    facts = " UNION ALL ".join(
        f"SELECT account_id, value, net_flow, {number} AS idx FROM {read_parquet(day.facts)} "
        f"WHERE value {bounds} AND net_flow {bounds}"
        for number, day in inside.items()
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE facts AS {facts}")
    carried = ["block_carried"] if last > first else []
    run(connection, ["block_start", "block_spans", *carried, "block_grid", "block_gather"], parameters)
    members, marks = _close_block(connection, folder, last, one_day=first == last)
    return BlockFiles(members, marks, _left_out(connection, [path for day in inside.values() for path in day.facts]))


def _left_out(connection: duckdb.DuckDBPyConnection, facts: Sequence[Path]) -> frozenset[int]:
    """Return the accounts with a fact beyond the largest; the statistics of the files alone tell that there is none."""
    source = read_parquet(facts)
    beyond = (f"{name} {bound}" for name in ("value", "net_flow") for bound in (f"> {LARGEST}", f"< {-LARGEST}"))
    found = " UNION ".join(f"SELECT account_id FROM {source} WHERE {condition}" for condition in beyond)
    return frozenset(row[0] for row in connection.execute(found).fetchall())


def _close_block(
    connection: duckdb.DuckDBPyConnection, folder: Path, last: int, *, one_day: bool
) -> tuple[str, dict[date, str]]:
    shown = ", ".join(f"g.{name}" for name in STATE)
    stored = store_parquet(
        connection,
        f"SELECT d.day, {shown} FROM grid AS g JOIN block AS d ON d.idx = g.idx ORDER BY g.idx, g.account_id",
        folder,
    )
    marks = connection.execute(
        f"SELECT d.day, g.mark FROM (SELECT idx, sum(hash({', '.join(STATE)})) AS mark FROM grid GROUP BY idx) AS g "
        "JOIN block AS d ON d.idx = g.idx"
    ).fetchall()
    connection.execute("DROP VIEW grid_before; DROP TABLE accounts_before")
    if one_day:
        connection.execute("ALTER TABLE grid RENAME TO accounts_before")
    else:
        connection.execute(f"CREATE TEMP TABLE accounts_before AS SELECT * FROM grid WHERE idx = {last}")
        connection.execute("DROP TABLE grid")
    return stored, {day: str(mark) for day, mark in marks}
