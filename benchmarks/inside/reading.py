"""Reading holdings with every check and writing facts, against DuckDB's bare CSV-to-Parquet of the same file.

Owns both ways: the reader and the fact files alone, and the whole delivery with its rows in PostgreSQL. What the
bare copy does is the least that any delivery could need; ours and the bare copy run in turns.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

import duckdb

from benchmarks import feed
from benchmarks.figures import Figure, against, reported
from benchmarks.sizes import Sizes
from benchmarks.timing import Pair, paired, timed
from core import clock
from core.actor import system
from core.calendar import trading_days
from smart_products.holdings.facts import write_days
from smart_products.holdings.operations import deliver
from smart_products.holdings.reading import manifest, reader

LAST = date(2024, 12, 31)
TARGET = 1.5
MEMORY = "2GB"
HISTORY_DAYS = 15


@dataclass(frozen=True, slots=True)
class Shape:
    """A file of holdings: its rows are accounts times days, in the order of account codes or in none."""

    rows: int
    days: Sequence[date]
    shuffled: bool = False

    @property
    def accounts(self) -> int:
        return self.rows // len(self.days)

    @property
    def name(self) -> str:
        days = f"{len(self.days)} days" if len(self.days) > 1 else "1 day"
        return f"{self.rows:,} holdings of {days}{', in no order' if self.shuffled else ''}"


def measure(sizes: Sizes) -> list[Figure]:
    """Return the figures of reading alone, then those of whole deliveries."""
    days = trading_days(date(2024, 11, 1), LAST)[-HISTORY_DAYS:]
    shapes = (
        (Shape(sizes.few_rows, [LAST]), None),
        (Shape(sizes.many_rows, [LAST]), TARGET),
        (Shape(sizes.many_rows, days), TARGET),
        (Shape(sizes.many_rows, [LAST], shuffled=True), None),
    )
    found = [_reading(shape, target, sizes.repeats) for shape, target in shapes]
    return [*found, *_deliveries(sizes, days)]


def _figure(name: str, pair: Pair, target: float | None) -> Figure:
    if target is None:
        return reported(name, pair.ours, "s", pair.theirs)
    return against(name, pair.ours, "s", pair.theirs, target, pair.ratio)


def _reading(shape: Shape, target: float | None, repeats: int) -> Figure:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = feed.write_holdings(folder, shape.accounts, shape.days, shuffled=shape.shuffled)
        pair = paired(lambda: _read(shape, folder), lambda: _bare(path), repeats)
    return _figure(f"read, check and write {shape.name}", pair, target)


def _bare(path: Path) -> float:
    """The limit: the file as DuckDB reads and writes it by itself, nothing checked."""

    def copy() -> None:
        with duckdb.connect(config={"threads": 2, "memory_limit": MEMORY}) as connection:
            connection.execute(f"COPY (SELECT * FROM read_csv('{path}')) TO '{path}.parquet'").fetchall()

    return timed(copy)


def _read(shape: Shape, folder: Path) -> float:
    with tempfile.TemporaryDirectory(dir=folder) as scratch, duckdb.connect() as connection:
        connection.execute(f"SET threads = 2; SET memory_limit = '{MEMORY}'; SET temp_directory = '{folder / 'spill'}'")
        connection.execute(
            "CREATE TABLE account_codes AS SELECT 'A' || lpad(CAST(i AS VARCHAR), 8, '0') AS code, "
            "CAST(i + 1 AS BIGINT) AS account_id, DATE '2010-01-04' AS opened_on, CAST(NULL AS DATE) AS closed_on "
            f"FROM range({shape.accounts}) AS t(i)"
        )
        connection.execute("CREATE TABLE trading_days (day DATE)")
        connection.executemany("INSERT INTO trading_days VALUES (?)", [[day] for day in shape.days])
        return timed(lambda: _take(folder, Path(scratch), connection, shape))


def _take(folder: Path, scratch: Path, connection: duckdb.DuckDBPyConnection, shape: Shape) -> None:
    """Everything a delivery of holdings costs before its row in PostgreSQL: manifest, checks, files, fsync."""
    loaded = manifest.load(folder, today=LAST)
    results = reader.read_all(folder, loaded, reader.Universe(LAST), connection, scratch=scratch)
    files = write_days(connection, folder / "facts")
    if results["holdings"].accepted != shape.rows or len(files) != len(shape.days):
        raise RuntimeError("the benchmark's own file was refused")


def _deliveries(sizes: Sizes, days: Sequence[date]) -> list[Figure]:
    """Return the figures of the whole operation, accounts known: a history load of many rows, and a night."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        accounts = sizes.many_rows // len(days)
        feed.write_masters(folder / "masters", accounts, days[0])
        _deliver(folder / "masters")
        for place, shape, target in ((1, Shape(sizes.many_rows, days), TARGET), (2, Shape(accounts, [LAST]), None)):
            found.append(_delivery(folder / str(place), shape, target, place * 100, sizes.repeats))
    return found


def _delivery(folder: Path, shape: Shape, target: float | None, first: int, repeats: int) -> Figure:
    path = feed.write_holdings(folder, shape.accounts, shape.days)
    sequences = count(first)

    def ours() -> float:
        feed.declare(folder, shape.days[0], shape.days[-1], {"holdings": shape.rows}, next(sequences))
        return timed(lambda: _deliver(folder))

    pair = paired(ours, lambda: _bare(path), repeats)
    return _figure(f"deliver {shape.name}, accounts known", pair, target)


def _deliver(folder: Path) -> None:
    outcome = deliver(folder=folder, today=LAST, by=system("bench"), at=clock.now())
    if outcome.state != "accepted" or outcome.delivery is None or outcome.delivery.refused_rows:
        raise RuntimeError(f"the benchmark's own delivery was {outcome.state}: {outcome.errors[:3]}")
