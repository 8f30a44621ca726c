"""The fast road for holdings: one typed statement, proved clean afterwards.

Owns the reading of a file whose bytes leave no room for a misreading: DuckDB types, joins,
sorts and writes in a single pass, and a few aggregates prove that no row broke a rule. Names
nothing: whenever a proof fails, the exact road of reader.py reads the file again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from smart_products.holdings.reading import tables
from smart_products.holdings.reading.checks import AMOUNT, fen, literal
from smart_products.holdings.reading.columns import MONEY
from smart_products.holdings.reading.source import Source
from smart_products.holdings.reading.survey import Survey
from smart_products.holdings.reading.tables import Connection

FACT_OPTIONS = "FORMAT parquet, COMPRESSION lz4_raw, PARQUET_VERSION v2, KV_METADATA {schema_version: '1'}"
"""How fact files are written: measured at 8.8 bytes a row and half the read time of the default."""
AMOUNT_LIMIT = 10**15
"""Fen."""
_BITS_LIMIT = 10**9
"""Bits of all days' account maps together; above, keys are counted by grouping."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the aggregates over the result say; all must agree for the result to stand."""

    rows: int
    keys: int
    filled: int
    sums: dict[str, int]
    least_value: int
    least_turnover: int
    largest: int


def prepare_accounts(connection: Connection) -> None:
    """Make `known_accounts` (code, account_id, opened_on, closed_on): the caller's, with this delivery's days.

    Raises LookupError when the delivery's own accounts have no number yet: number them first.
    """
    tables.drop(connection, "known_accounts")
    if not tables.exists(connection, "feed_accounts"):
        connection.execute("CREATE VIEW known_accounts AS FROM account_codes")
        return
    lost = tables.count(connection, "SELECT count(*) FROM feed_accounts ANTI JOIN account_codes ON code = account")
    if lost:
        raise LookupError(f"{lost} accounts of the delivery stand in no row of account_codes")
    connection.execute(
        "CREATE TABLE known_accounts AS SELECT code, account_id, "
        "CASE WHEN f.account IS NULL THEN a.opened_on ELSE f.opened_on END AS opened_on, "
        "CASE WHEN f.account IS NULL THEN a.closed_on ELSE f.closed_on END AS closed_on "
        "FROM account_codes AS a LEFT JOIN feed_accounts AS f ON f.account = a.code"
    )


def read_direct(
    connection: Connection,
    source: Source,
    days: tuple[date, date],
    scratch: Path,
    survey: Callable[[], Survey | None],
) -> Proof | None:
    """Read a file of holdings into `feed_holdings`; return None when it is not proved clean.

    `days` are the first and last day of the delivery. `survey` waits for the survey of a CSV file
    (None for Parquet, whose types are given). A delivery of one day is written to its fact file at
    once, sorted, and `feed_holdings` is a view of that; of several days it becomes a table.
    """
    first, last = days
    staged = scratch / "holdings.fact.parquet"
    # A CSV file has no estimate of its rows: left alone, the planner hashes the file instead of the accounts.
    connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
    try:
        if first == last:
            _write_day(connection, source, last, staged)
        else:
            connection.execute(f"CREATE OR REPLACE TABLE feed_holdings AS {_rows(connection, source, first, last)}")
    except (duckdb.ConversionException, duckdb.InvalidInputException, duckdb.OutOfRangeException):
        return None
    finally:
        connection.execute("RESET disabled_optimizers")
    found = survey()
    if not source.parquet and not (found and found.plain and _no_suspect(connection, found)):
        return None
    proof = _prove(connection, (last - first).days + 1)
    if proof and first == last:
        _note_staged(connection, staged, last, proof)
    return proof


def _rows(connection: Connection, source: Source, first: date, last: date) -> str:
    """Return the SELECT that types and joins; a row that breaks a rule of reference drops out."""
    closed = tables.count(connection, f"SELECT count(*) FROM known_accounts WHERE closed_on <= DATE '{last}'")
    amounts = ", ".join(f"{fen(f'CAST(s.{column} AS {AMOUNT})')} AS {column}" for column in MONEY)
    rows = f"({source.typed()}) AS s"
    if first == last:
        # A filter instead of a join, which would cost a fifth of the whole.
        day, kind = f"DATE '{last}'", "DATE " if source.parquet else ""
        open_day = tables.count(connection, f"SELECT count(*) FROM trading_days WHERE day = {day}")
        rows = f"(FROM {rows} WHERE s.date = {kind}'{last}' AND {bool(open_day)}) AS s"
    else:
        day, text = "d.day", "day" if source.parquet else "CAST(day AS VARCHAR)"
        rows += (
            f" JOIN (SELECT {text} AS name, day FROM trading_days "
            f"WHERE day BETWEEN DATE '{first}' AND DATE '{last}') AS d ON d.name = s.date"
        )
    open_only = f"AND (a.closed_on IS NULL OR a.closed_on > {day})" if closed else ""
    return (
        f"SELECT a.account_id, {day} AS date, {amounts} FROM {rows} "
        f"JOIN known_accounts AS a ON a.code = s.account {open_only}"
    )


def _write_day(connection: Connection, source: Source, day: date, target: Path) -> None:
    columns = ", ".join(("account_id", *MONEY))
    connection.execute(
        f"COPY (SELECT {columns} FROM ({_rows(connection, source, day, day)}) ORDER BY account_id) "
        f"TO {literal(str(target))} ({FACT_OPTIONS})"
    ).fetchall()
    show_day(connection, target, day)


def show_day(connection: Connection, path: Path, day: date) -> None:
    """Make `feed_holdings` a view of one fact file."""
    columns = ", ".join(MONEY)
    tables.drop(connection, "feed_holdings")
    connection.execute(
        f"CREATE VIEW feed_holdings AS SELECT account_id, DATE '{day}' AS date, {columns} "
        f"FROM read_parquet({literal(str(path))})"
    )


def _note_staged(connection: Connection, path: Path, day: date, proof: Proof) -> None:
    """Note in `feed_staged` that the day's fact file is written, with its rows and sums."""
    sums = ", ".join(f"{total}::HUGEINT AS {column}" for column, total in proof.sums.items())
    connection.execute(
        f"CREATE OR REPLACE TABLE feed_staged AS SELECT {literal(str(path))} AS path, DATE '{day}' AS day, "
        f"{proof.rows}::BIGINT AS rows, {sums}"
    )


def _no_suspect(connection: Connection, found: Survey) -> bool:
    """Whether blanks, signs and letters of exponents all stand in account codes, and so in no amount."""
    if not found.suspects:
        return True
    counts = ", ".join(
        f"coalesce(sum(length(code) - length(replace(code, chr({char}), ''))), 0)" for char in found.suspects
    )
    row = connection.execute(f"SELECT {counts} FROM feed_holdings JOIN known_accounts USING (account_id)").fetchone()
    return row == tuple(found.suspects.values())


def any_before_opening(connection: Connection, first: date) -> bool:
    """Whether `feed_holdings` has a row of an account before its opening; `first` is the delivery's first day."""
    late = f"SELECT count(*) FROM known_accounts WHERE opened_on > DATE '{first}'"
    return bool(tables.count(connection, late)) and bool(
        tables.count(
            connection,
            "SELECT count(*) FROM feed_holdings AS h JOIN known_accounts AS a "
            "ON a.account_id = h.account_id AND a.opened_on > h.date",
        )
    )


def _prove(connection: Connection, days: int) -> Proof | None:
    """Return what the aggregates say, or None unless they are sound; `days` bounds the days of the rows."""
    span = connection.execute("SELECT min(account_id), max(account_id) FROM known_accounts").fetchone()
    if span is None or span[0] is None:
        return None
    low, high = span
    keys = "count(DISTINCT account_id)"
    if (high - low + 1) * days <= _BITS_LIMIT:
        keys = f"bit_count(bitstring_agg(account_id, {low}, {high}))"
    amounts = ", ".join(f"sum({column}) AS {column}" for column in MONEY)
    largest = ", ".join(f"max(abs({column}))" for column in MONEY)
    filled = ", ".join(f"count({column})" for column in MONEY)
    row = connection.execute(
        f"SELECT sum(rows), sum(keys), sum(filled), {', '.join(f'sum({column})' for column in MONEY)}, "
        f"min(least_value), min(least_turnover), max(largest) FROM (SELECT count(*) AS rows, {keys} AS keys, "
        f"least({filled}) AS filled, {amounts}, min(value) AS least_value, min(turnover) AS least_turnover, "
        f"greatest({largest}) AS largest FROM feed_holdings GROUP BY date)"
    ).fetchone()
    if row is None or row[0] is None:
        return None
    # A column without any value has no sum; the count of filled rows tells it from a sound one.
    rows, unique, filled_rows, *rest = (int(number or 0) for number in row)
    sums = dict(zip(MONEY, rest[:4], strict=True))
    proof = Proof(rows, unique, filled_rows, sums, *rest[4:])
    sound = proof.rows == proof.keys == proof.filled and proof.least_turnover >= 0 and proof.largest < AMOUNT_LIMIT
    return proof if sound else None
