"""Master data of a source as all its accepted deliveries say together, whatever the order they arrived in.

Owns the rule of resolution (docs/feed.md): by business date, then by sequence; absence in a full file ends, from
the first day of its delivery. It reads every statement anew, so there is nothing to undo when an old day arrives
late. Never writes to PostgreSQL: operations merge the differences that `compare` finds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

SQL = Path(__file__).parent / "sql"
KEYS = {
    "units": ("code", "valid_from"),
    "clients": ("code", "valid_from"),
    "accounts": ("code",),
    "products": ("code", "valid_from"),
    "subscriptions": ("code",),
}
KINDS = tuple(KEYS)
BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Statement:
    """One accepted file of master data: where its rows lie and what its delivery says about time."""

    path: Path
    business_date: date
    valid_from: date
    sequence: int
    full: bool
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Difference:
    """What to merge so that the last resolved state becomes this one."""

    changed: Sequence[tuple[Any, ...]]
    removed: Sequence[tuple[Any, ...]]


def resolve(connection: duckdb.DuckDBPyConnection, kind: str, statements: Sequence[Statement]) -> None:
    """Make the table `resolved` of a kind from all statements of a source."""
    ordered = sorted(statements, key=lambda item: (item.business_date, item.sequence, item.valid_from))
    parts = []
    for position, item in enumerate(ordered):
        later = next((other for other in ordered[position + 1 :] if other.full), None)
        absent = f"DATE '{later.valid_from}'" if later else "CAST(NULL AS DATE)"
        absent_at = _micros(later.recorded_at) if later else "CAST(NULL AS BIGINT)"
        parts.append(
            f"SELECT *, DATE '{item.business_date}' AS business_date, DATE '{item.valid_from}' AS valid_from, "
            f"{item.sequence} AS sequence, {_micros(item.recorded_at)} AS recorded_at, "
            f"{absent} AS absent_from, {absent_at} AS absent_recorded_at FROM read_parquet('{item.path}')"
        )
    connection.execute(f"CREATE OR REPLACE TEMP VIEW statements AS {' UNION ALL BY NAME '.join(parts)}")
    text = (SQL / f"{kind}.sql").read_text(encoding="utf-8")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE resolved AS {text}")


def _micros(moment: datetime) -> str:
    """Write a time as microseconds since 1970 in UTC, which DuckDB hands back without a time zone library."""
    return f"CAST({round(moment.timestamp() * 1_000_000)} AS BIGINT)"


def compare(connection: duckdb.DuckDBPyConnection, kind: str, last: Path | None) -> Difference:
    """Compare the table `resolved` with the state last merged (None: nothing yet)."""
    wanted = "FROM resolved" + (" WHERE NOT is_aside" if kind == "subscriptions" else "")
    shown = "* EXCLUDE (is_aside)" if kind == "subscriptions" else "*"
    if last is None:
        return Difference(connection.execute(f"SELECT {shown} {wanted}").fetchall(), ())
    before = f"read_parquet('{last}')"
    stood = f"FROM {before}" + (" WHERE NOT is_aside" if kind == "subscriptions" else "")
    hidden = "is_aside, recorded_at" if kind == "subscriptions" else ""
    compared = f"* EXCLUDE ({hidden})" if hidden else "*"
    keys = ", ".join(KEYS[kind])
    changed = connection.execute(
        f"SELECT {shown} FROM resolved AS r SEMI JOIN (SELECT {keys} FROM (SELECT {compared} {wanted} "
        f"EXCEPT SELECT {compared} {stood})) AS d USING ({keys}) ORDER BY {keys}"
    ).fetchall()
    removed = connection.execute(f"SELECT {keys} {stood} EXCEPT SELECT {keys} {wanted} ORDER BY {keys}").fetchall()
    return Difference(changed, removed)


def set_aside(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str, str, str, date]]:
    """Yield (code, client, product, account, start) of subscriptions that overlap an earlier one."""
    yield from connection.execute(
        "SELECT code, client_code, product_code, account_code, started FROM resolved WHERE is_aside ORDER BY code"
    ).fetchall()
