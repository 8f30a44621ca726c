"""Fact files: one a day, sorted, named by their bytes, and nothing left lying about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from smart_products.holdings import facts
from tests.holdings.reading.feeds import DAY, HOLDINGS, Delivery, csv_bytes, universe

MONEY = ["value", "net_flow", "turnover", "revenue"]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 2}) as opened:
        universe(opened)
        yield opened


def _fill(connection: duckdb.DuckDBPyConnection, order: str, days: int = 40, accounts: int = 1_000) -> None:
    connection.execute(
        "CREATE OR REPLACE TABLE feed_holdings AS SELECT CAST(i % ? AS BIGINT) AS account_id, "
        "CAST(DATE '2024-01-01' + CAST(i // ? AS INTEGER) AS DATE) AS date, "
        "CAST(i * 7919 AS BIGINT) AS value, CAST(-i AS BIGINT) AS net_flow, CAST(0 AS BIGINT) AS turnover, "
        f"CAST(1 AS BIGINT) AS revenue FROM range(?) AS t(i) ORDER BY {order}",
        [accounts, accounts, days * accounts],
    )


@pytest.mark.parametrize("order", ["i", "hash(i)", "account_id, i"])
def test_a_file_a_day_whatever_the_order_of_rows(
    order: str, connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    _fill(connection, order)
    files = facts.write_days(connection, tmp_path / "facts")
    assert [file.day for file in files] == [date(2024, 1, 1) + timedelta(days) for days in range(40)]
    for number, file in enumerate(files):
        content = file.path.read_bytes()
        assert file.path.name == f"{hashlib.sha256(content).hexdigest()}.parquet" == f"{file.sha256}.parquet"
        assert file.size == len(content)
        table = pq.read_table(file.path)
        assert table.column_names == ["account_id", *MONEY]
        assert {str(kind) for kind in table.schema.types} == {"int64"}
        assert table.column("account_id").to_pylist() == list(range(1_000)), file.day
        assert table.column("value").to_pylist() == [7919 * (number * 1_000 + i) for i in range(1_000)]
        assert file.rows == 1_000
        assert file.sums == {column: sum(table.column(column).to_pylist()) for column in MONEY}
    assert len(list((tmp_path / "facts").iterdir())) == 40


def test_what_is_written_says_how(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    _fill(connection, "i", days=1)
    (file,) = facts.write_days(connection, tmp_path)
    metadata = pq.ParquetFile(file.path).metadata
    assert metadata.metadata[b"schema_version"] == b"1"
    assert {metadata.row_group(0).column(number).compression for number in range(5)} <= {"LZ4", "LZ4_RAW"}


def test_equal_rows_give_an_equal_file(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    _fill(connection, "i", days=2, accounts=300_000)
    first = facts.write_days(connection, tmp_path)
    _fill(connection, "hash(i)", days=2, accounts=300_000)
    assert facts.write_days(connection, tmp_path) == first
    assert len(list(tmp_path.iterdir())) == 2


def test_a_day_that_was_written_while_reading_holds_the_same(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    delivery = Delivery(tmp_path / "delivery")
    assert delivery.read(connection, scratch)["holdings"].direct
    (moved,) = facts.write_days(connection, tmp_path / "facts")
    assert (moved.day, moved.rows, moved.sums["value"]) == (DAY, 2, 350050)
    assert not list(scratch.iterdir())
    assert connection.execute("SELECT sum(value) FROM feed_holdings").fetchone() == (350050,)
    delivery.content["holdings"] = csv_bytes(HOLDINGS[::-1], quoting=1)
    assert not delivery.read(connection, scratch)["holdings"].direct
    (written,) = facts.write_days(connection, tmp_path / "facts")
    assert (written.rows, written.sums) == (moved.rows, moved.sums)
    assert pq.read_table(written.path).to_pylist() == pq.read_table(moved.path).to_pylist()


def test_a_failure_leaves_no_temporary_file(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    _fill(connection, "i", days=2)
    connection.execute("ALTER TABLE feed_holdings DROP COLUMN revenue")
    connection.execute("ALTER TABLE feed_holdings ADD COLUMN revenue VARCHAR DEFAULT 'x'")
    with pytest.raises(duckdb.Error):
        facts.write_days(connection, tmp_path)
    assert not list(tmp_path.iterdir())
