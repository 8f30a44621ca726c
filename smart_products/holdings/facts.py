"""Fact files: one immutable Parquet file a day, named by the hash of its bytes.

Owns how accepted holdings become files: columns, order, encoding, and the way a file becomes
real (temporary name, fsync, rename). Never writes a row of PostgreSQL: a file that no delivery
names is invisible, and collected later.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from smart_products.holdings.reading import tables
from smart_products.holdings.reading.checks import literal
from smart_products.holdings.reading.columns import MONEY
from smart_products.holdings.reading.direct import FACT_OPTIONS, show_day
from smart_products.holdings.reading.survey import digest
from smart_products.holdings.reading.tables import Connection

_GROUP = 122_880
"""Rows of a row group of DuckDB's tables, the unit that a filter on the day can skip."""
_DAYS_A_GROUP = 16
"""Days in a row group above which a table is sorted by day once, rather than scanned for each."""


@dataclass(frozen=True, slots=True)
class DayFile:
    """The fact file of one day; sums are in fen by money column."""

    day: date
    path: Path
    sha256: str
    size: int
    """Bytes."""
    rows: int
    sums: Mapping[str, int]


def write_days(connection: Connection, out_dir: Path) -> list[DayFile]:
    """Write `feed_holdings` as one file a day, `<out_dir>/<sha256>.parquet`, in the order of days.

    Columns `account_id, value, net_flow, turnover, revenue` BIGINT, sorted by account_id, with
    `schema_version` 1 in the metadata. A file the reader has already written is only moved here.
    The same delivery gives the same files, so that a repetition writes nothing new. Leaves no temporary file
    behind, whatever happens; files already renamed may stay, unnamed by any delivery.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    staged = _staged(connection)
    files = [_move(connection, *staged, out_dir)] if staged else _split(connection, out_dir)
    _sync(out_dir)
    return files


def _staged(connection: Connection) -> tuple[Path, date, int, dict[str, int]] | None:
    if not tables.exists(connection, "feed_staged"):
        return None
    row = connection.execute(f"SELECT path, day, rows, {', '.join(MONEY)} FROM feed_staged").fetchone()
    if row is None or row[2] is None:
        return None
    return Path(row[0]), row[1], int(row[2]), dict(zip(MONEY, map(int, row[3:]), strict=True))


def _move(connection: Connection, path: Path, day: date, rows: int, sums: dict[str, int], out_dir: Path) -> DayFile:
    temporary = _temporary(out_dir)
    try:
        try:
            path.replace(temporary)
        except OSError:  # another disk
            shutil.copyfile(path, temporary)
        file = _name(temporary, day, (rows, sums))
    finally:
        temporary.unlink(missing_ok=True)
    show_day(connection, file.path, day)
    return file


def _split(connection: Connection, out_dir: Path) -> list[DayFile]:
    counts = _counts(connection)
    table = _clustered(connection)

    def write(day: date) -> DayFile:
        temporary = _temporary(out_dir)
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"COPY (SELECT account_id, {', '.join(MONEY)} FROM {table} WHERE date = DATE '{day}' "
                    f"ORDER BY account_id) TO {literal(str(temporary))} ({FACT_OPTIONS})"
                ).fetchall()
            return _name(temporary, day, counts[day])
        finally:
            temporary.unlink(missing_ok=True)

    try:
        # Two statements at once: one day is too small to keep two cores busy.
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(write, counts))
    finally:
        tables.drop(connection, "feed_by_day")


def _clustered(connection: Connection) -> str:
    """Return the name of a table in which a day stands in few row groups: sorted first, if it must be."""
    spread = connection.execute(
        f"SELECT avg(days) FROM (SELECT count(DISTINCT date) AS days FROM feed_holdings GROUP BY rowid // {_GROUP})"
    ).fetchone()
    if spread is None or spread[0] is None or spread[0] <= _DAYS_A_GROUP:
        return "feed_holdings"
    connection.execute("CREATE OR REPLACE TABLE feed_by_day AS FROM feed_holdings ORDER BY date")
    return "feed_by_day"


def _counts(connection: Connection) -> dict[date, tuple[int, dict[str, int]]]:
    """Return rows and sums by day, in the order of days."""
    sums = ", ".join(f"sum({column})" for column in MONEY)
    rows = connection.execute(
        f"SELECT date, count(*), {sums} FROM feed_holdings GROUP BY date ORDER BY date"
    ).fetchall()
    return {row[0]: (int(row[1]), dict(zip(MONEY, map(int, row[2:]), strict=True))) for row in rows}


def _temporary(out_dir: Path) -> Path:
    return out_dir / f".{uuid.uuid4().hex}.tmp"


def _name(temporary: Path, day: date, counted: tuple[int, dict[str, int]]) -> DayFile:
    """Make a finished file durable and give it the name of its content."""
    sha256, size = digest(temporary)
    _sync(temporary)
    target = temporary.with_name(f"{sha256}.parquet")
    temporary.replace(target)
    return DayFile(day, target, sha256, size, counted[0], counted[1])


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
