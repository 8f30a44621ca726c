"""Parquet files keep the same columns and the same rules."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from smart_products.holdings.reading.faults import FeedError
from tests.holdings.reading.feeds import DAY, Delivery

HELD = "SELECT account_id, date, value FROM feed_holdings ORDER BY date, account_id"


def _parquet(columns: Mapping[str, Any]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def _holdings(values: list[str], scale: int = 2, **other: Any) -> dict[str, Any]:
    money = pa.decimal128(18, scale)
    columns = {
        "account": pa.array(["A1", "A2"]),
        "date": pa.array([DAY, DAY]),
        "value": pa.array([Decimal(value) for value in values], money),
    }
    for name in ("net_flow", "turnover", "revenue"):
        columns[name] = pa.array([Decimal(0), Decimal(0)], money)
    return {**columns, **other}


@pytest.mark.parametrize(
    ("columns", "direct"),
    [
        (_holdings(["1000", "2500.5"]), True),
        (_holdings(["1000", "2500.5"], scale=4), False),
        (_holdings(["1000", "2500.5"], date=pa.array([DAY.isoformat()] * 2)), False),
        (_holdings(["1000", "2500.5"], value=pa.array(["1000.00", "2500.5"])), False),
        (_holdings(["1000", "2500.5"], account=pa.array(["A1", "A2"]).dictionary_encode()), True),
    ],
    ids=["typed", "four decimals", "date as text", "money as text", "dictionary"],
)
def test_parquet_has_the_same_columns(
    columns: dict[str, Any],
    direct: bool,
    delivery: Delivery,
    connection: duckdb.DuckDBPyConnection,
    scratch: Path,
) -> None:
    delivery.content["holdings"] = _parquet(columns)
    delivery.entry["holdings"] = {"name": "holdings.parquet", "rows": 2, "totals": {"value": "3500.50"}}
    result = delivery.read(connection, scratch)["holdings"]
    assert connection.execute(HELD).fetchall() == [(1, DAY, 100000), (2, DAY, 250050)]
    assert result.direct is direct


@pytest.mark.parametrize(
    ("columns", "rule", "line"),
    [
        (_holdings(["1000", "1.005"], scale=3), "too_many_decimals", 2),
        (_holdings(["1000", "10000000000000"]), "amount_too_large", 2),
        (_holdings(["1000", "1"], account=pa.array(["A1", None])), "empty", 2),
        (_holdings(["1000", "1"], account=pa.array(["", "A2"])), "empty", 1),
        (_holdings(["1000", "1"], account=pa.array(["A9", "A2"])), "unknown_account", 1),
        (_holdings(["1000", "1"], date=pa.array([DAY, date(1900, 1, 1)])), "date_too_early", 2),
    ],
)
def test_rows_of_parquet_keep_the_rules(
    columns: dict[str, Any],
    rule: str,
    line: int,
    delivery: Delivery,
    connection: duckdb.DuckDBPyConnection,
    scratch: Path,
) -> None:
    delivery.content["holdings"] = _parquet(columns)
    delivery.entry["holdings"] = {"name": "holdings.parquet", "rows": 2}
    delivery.limit = Decimal(1)
    result = delivery.read(connection, scratch)["holdings"]
    assert [(refusal.rule, refusal.line) for refusal in result.quarantine] == [(rule, line)]


@pytest.mark.parametrize("array", [pa.array([1.0, 2.0]), pa.array([1, 2]), pa.array([DAY, DAY])])
def test_other_types_of_parquet_are_refused(
    array: pa.Array, delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    delivery.content["holdings"] = _parquet(_holdings(["1", "2"], value=array))
    delivery.entry["holdings"] = {"name": "holdings.parquet", "rows": 2}
    with pytest.raises(FeedError) as caught:
        delivery.read(connection, scratch)
    assert (caught.value.rule, caught.value.column) == ("wrong_type", "value")


def _refused(delivery: Delivery, content: bytes, connection: duckdb.DuckDBPyConnection, scratch: Path) -> FeedError:
    delivery.content["holdings"] = content
    delivery.entry["holdings"] = {"name": "holdings.parquet", "rows": 2}
    with pytest.raises(FeedError) as caught:
        delivery.read(connection, scratch)
    assert caught.value.file == "holdings.parquet"
    return caught.value


def test_columns_without_any_value_are_refused_row_by_row(
    delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    empty = _parquet(_holdings(["1", "2"], revenue=pa.array([None, None], pa.decimal128(18, 2))))
    error = _refused(delivery, empty, connection, scratch)
    assert [(row.line, row.column, row.rule) for row in error.quarantine] == [
        (1, "revenue", "empty"), (2, "revenue", "empty"),
    ]  # fmt: skip


def test_a_broken_page_and_broken_text_are_no_readable_parquet(
    delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    good = bytearray(_parquet(_holdings(["1000", "2500.5"])))
    good[4:40] = bytes(byte ^ 0x5A for byte in good[4:40])
    codes = pa.array([b"A1", b"\xff\xfe"], pa.binary())
    text = pa.StringArray.from_buffers(2, codes.buffers()[1], codes.buffers()[2])
    for content in (bytes(good), _parquet(_holdings(["1000", "2500.5"], account=text))):
        error = _refused(delivery, content, connection, scratch)
        assert error.rule == "not_parquet"
        assert str(delivery.folder) not in error.value
