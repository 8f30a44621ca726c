"""Delivering holdings against DuckDB's bare CSV-to-Parquet of the same file, in one run.

Owns the made file, the timing of reading with every check and of writing the fact files, and
the same for DuckDB alone. Needs no database: the codes of accounts are a table, as a delivery
would load them. Prints nothing; returns figures for `benchmarks` to print and to write.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from smart_products.holdings.facts import write_days
from smart_products.holdings.reading import manifest, reader
from smart_products.holdings.reading.survey import digest

LAST = date(2024, 12, 31)
TARGET = 1.5
MEMORY = "2GB"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of bench.json; `limit` is what DuckDB needs alone, in the unit of the value."""

    name: str
    value: float
    unit: str
    limit: float | None
    ratio: float | None
    target: float | None
    holds: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """A file of holdings: its rows are accounts times days, in the order of account codes or in none."""

    rows: int
    days: int
    shuffled: bool = False

    @property
    def accounts(self) -> int:
        return self.rows // self.days

    @property
    def first(self) -> date:
        return LAST - timedelta(self.days - 1)

    @property
    def name(self) -> str:
        days = f"{self.days} days" if self.days > 1 else "1 day"
        return f"ingest {self.rows:,} holdings of {days}{', in no order' if self.shuffled else ''}"


SHAPES = (
    (Shape(300_000, 1), None),
    (Shape(3_000_000, 1), TARGET),
    (Shape(3_000_000, 15), TARGET),
    (Shape(3_000_000, 1, shuffled=True), None),
)


def measure(repetitions: int = 5) -> list[Figure]:
    """Return the figures of every shape: the median of paired runs, so that a busy machine slows both."""
    return [figure for shape, target in SHAPES for figure in _measure_shape(shape, target, repetitions)]


def _measure_shape(shape: Shape, target: float | None, repetitions: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _make(shape, folder)
        ours, bare = [], []
        for _ in range(repetitions):
            bare.append(_timed(lambda: _bare(folder)))
            ours.append(_ours(shape, folder))
        value, limit = statistics.median(ours), statistics.median(bare)
        ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, bare, strict=True))
    return [Figure(shape.name, value, "s", limit, ratio, target, target is None or ratio <= target)]


def _make(shape: Shape, folder: Path) -> None:
    order = "ORDER BY hash(i)" if shape.shuffled else ""
    accounts = shape.accounts
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("SELECT setseed(0.4)")
        connection.execute(
            f"COPY (SELECT 'A' || lpad(CAST(i % {accounts} AS VARCHAR), 8, '0') AS account, "
            f"CAST(DATE '{shape.first}' + CAST(i // {accounts} AS INTEGER) AS DATE) AS date, "
            "CAST(exp(10 + 6 * (random() - 0.5)) AS DECIMAL(18,2)) AS value, "
            "CAST(CASE WHEN random() < 0.05 THEN (random() - 0.5) * 10000 ELSE 0 END AS DECIMAL(18,2)) AS net_flow, "
            "CAST(CASE WHEN random() < 0.10 THEN random() * 20000 ELSE 0 END AS DECIMAL(18,2)) AS turnover, "
            "CAST(CASE WHEN random() < 0.10 THEN random() * 30 ELSE 0 END AS DECIMAL(18,2)) AS revenue "
            f"FROM range({shape.rows}) AS t(i) {order}) TO '{folder / 'holdings.csv'}' (HEADER)"
        ).fetchall()
    sha256, _ = digest(folder / "holdings.csv")
    entry = {"name": "holdings.csv", "encoding": "utf-8", "mode": "full", "rows": shape.rows, "sha256": sha256}
    declared = {"business_date": str(LAST), "from": str(shape.first), "source": "bench", "files": [entry]}
    (folder / manifest.NAME).write_text(json.dumps(declared), encoding="utf-8")


def _bare(folder: Path) -> None:
    """The limit: the file as DuckDB reads and writes it by itself, nothing checked."""
    with duckdb.connect(config={"threads": 2, "memory_limit": MEMORY}) as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{folder / 'holdings.csv'}')) TO '{folder / 'bare.parquet'}'"
        ).fetchall()


def _ours(shape: Shape, folder: Path) -> float:
    with (
        tempfile.TemporaryDirectory(dir=folder) as scratch,
        duckdb.connect(
            config={"threads": 2, "memory_limit": MEMORY, "temp_directory": str(folder / "spill")}
        ) as connection,
    ):
        connection.execute(
            "CREATE TABLE account_codes AS SELECT 'A' || lpad(CAST(i AS VARCHAR), 8, '0') AS code, "
            "CAST(i + 1 AS BIGINT) AS account_id, DATE '2010-01-04' AS opened_on, CAST(NULL AS DATE) AS closed_on "
            f"FROM range({shape.accounts}) AS t(i)"
        )
        connection.execute(
            "CREATE TABLE trading_days AS SELECT CAST(unnest(generate_series(DATE '2024-01-01', "
            f"DATE '{LAST}', INTERVAL 1 DAY)) AS DATE) AS day"
        )
        return _timed(lambda: _deliver(folder, Path(scratch), connection, shape))


def _deliver(folder: Path, scratch: Path, connection: duckdb.DuckDBPyConnection, shape: Shape) -> None:
    """Everything a delivery of holdings costs before its row in PostgreSQL: manifest, checks, files, fsync."""
    loaded = manifest.load(folder, today=LAST)
    results = reader.read_all(folder, loaded, reader.Universe(LAST), connection, scratch=scratch)
    files = write_days(connection, folder / "facts")
    if results["holdings"].accepted != shape.rows or len(files) != shape.days:
        raise AssertionError("the benchmark's own file was refused")


def _timed(run: Callable[[], None]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=5)
    for found in measure(parser.parse_args().repetitions):
        print(json.dumps(asdict(found)))
