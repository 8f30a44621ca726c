"""What is right survives unchanged, however it is written; what is only odd is accepted and listed."""

from __future__ import annotations

import csv
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from smart_products.holdings.reading import reader
from smart_products.holdings.reading.columns import KINDS
from tests.effort import examples
from tests.holdings.reading.feeds import (
    ACCOUNTS,
    ALL,
    CLIENTS,
    DAY,
    HOLDINGS,
    SUBSCRIPTIONS,
    TRADING_DAYS,
    UNITS,
    Delivery,
    csv_bytes,
    universe,
)

ROWS = [(1, DAY, 100000, 0, 1250, -10), (2, DAY, 250050, 0, 1250, -10)]
HELD = "SELECT account_id, date, value, net_flow, turnover, revenue FROM feed_holdings ORDER BY date, account_id"


def _held(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return connection.execute(HELD).fetchall()


def test_a_whole_delivery_is_read(delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path) -> None:
    delivery.kinds = list(ALL)
    results = delivery.read(connection, scratch)
    assert {kind: (result.rows, result.accepted) for kind, result in results.items()} == {
        kind: (len(rows), len(rows)) for kind, rows in ALL.items()
    }
    assert not any(result.quarantine or result.warnings for result in results.values())
    assert _held(connection) == ROWS
    assert results["holdings"].direct
    assert results["holdings"].sums == {"value": 350050, "net_flow": 0, "turnover": 2500, "revenue": -20}
    assert connection.execute("SELECT * EXCLUDE (line) FROM feed_clients ORDER BY client").fetchone() == (
        ("C1", "O1", "counter", date(2020, 1, 2), "客户1", 1980, "ordinary", "C3", date(2024, 1, 2), None, None, None)
    )
    assert connection.execute('SELECT start, "end", end_reason FROM feed_subscriptions').fetchall() == [
        (date(2024, 1, 2), None, None)
    ]


@pytest.mark.parametrize(
    ("name", "content", "direct"),
    [
        ("CR LF", csv_bytes(HOLDINGS).replace(b"\n", b"\r\n"), True),
        ("no line end at the end", csv_bytes(HOLDINGS).rstrip(b"\n"), True),
        ("all quoted", csv_bytes(HOLDINGS, quoting=csv.QUOTE_ALL), False),
        ("columns in another order", csv_bytes(HOLDINGS, sorted(HOLDINGS[0], reverse=True)), True),
        ("blank lines at the end", csv_bytes(HOLDINGS) + b"\n\n", False),
        ("leading zeros", csv_bytes(HOLDINGS).replace(b"1000.00", b"0001000.00"), True),
        ("no decimals", csv_bytes(HOLDINGS).replace(b"1000.00", b"1000"), True),
        ("minus zero", csv_bytes(HOLDINGS).replace(b"0.00,12", b"-0.00,12"), True),
    ],
)
def test_other_ways_to_write_the_same(
    name: str,
    content: bytes,
    direct: bool,
    delivery: Delivery,
    connection: duckdb.DuckDBPyConnection,
    scratch: Path,
) -> None:
    delivery.content["holdings"] = content
    delivery.entry["holdings"] = {"rows": 2, "totals": {"value": "3500.50"}}
    result = delivery.read(connection, scratch)["holdings"]
    assert _held(connection) == ROWS, name
    assert (result.direct, result.quarantine, result.warnings) == (direct, (), ())


def test_four_byte_characters_of_gb18030_are_read_right(
    delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    name = "㐂𠮷𠀀王"  # beyond GBK: four bytes each but the last
    text = csv_bytes([{**CLIENTS[0], "name": name}, CLIENTS[1]]).decode()
    assert len(name.encode("gb18030")) == 14
    delivery.kinds = ("clients", "holdings")
    delivery.content["clients"] = text.encode("gb18030")
    delivery.entry["clients"] = {"encoding": "gb18030"}
    delivery.read(connection, scratch)
    assert connection.execute("SELECT name FROM feed_clients ORDER BY client").fetchall() == [(name,), ("客户2",)]


def test_lines_are_physical_in_gb18030_too(
    delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    rows = [{**CLIENTS[0], "name": "两\n行𠮷"}, {**CLIENTS[1], "outlet": "O9"}]
    delivery.kinds = ("clients", "holdings")
    delivery.content["clients"] = csv_bytes(rows).decode().encode("gb18030")
    delivery.entry["clients"] = {"encoding": "gb18030", "rows": 2}
    delivery.limit = Decimal(1)
    result = delivery.read(connection, scratch)["clients"]
    assert [(refusal.line, refusal.rule) for refusal in result.quarantine] == [(4, "unknown_unit")]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_byte_order_mark_is_skipped_and_listed(
    encoding: str, delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    delivery.content["holdings"] = ("\ufeff" + csv_bytes(HOLDINGS).decode()).encode(encoding)
    delivery.entry["holdings"] = {"encoding": encoding}
    result = delivery.read(connection, scratch)["holdings"]
    assert [(warning.rule, warning.line) for warning in result.warnings] == [("bom", 1)]
    assert _held(connection) == ROWS


def test_unknown_columns_are_kept_out_and_reported(
    delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    rows = [{"colour": "red", **row, "line": "7", 'odd "name"': "x"} for row in HOLDINGS]
    delivery.content["holdings"] = csv_bytes(rows)
    result = delivery.read(connection, scratch)["holdings"]
    assert result.unknown_columns == ("colour", "line", 'odd "name"')
    assert [warning.rule for warning in result.warnings] == ["unknown_column"] * 3
    assert _held(connection) == ROWS


def test_a_repeated_row_is_kept_once_and_listed(
    delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    again = {**HOLDINGS[0], "value": "1000"}
    delivery.content["holdings"] = csv_bytes([*HOLDINGS, again])
    result = delivery.read(connection, scratch)["holdings"]
    assert [(warning.rule, warning.line) for warning in result.warnings] == [("duplicate_row", 4)]
    assert (result.rows, result.accepted, result.refused) == (3, 2, 0)
    assert _held(connection) == ROWS


def test_rows_of_one_key_that_differ_are_all_refused(
    delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    delivery.content["holdings"] = csv_bytes([*HOLDINGS, {**HOLDINGS[0], "value": "1000.01"}])
    delivery.limit = Decimal(1)
    result = delivery.read(connection, scratch)["holdings"]
    assert [(refusal.rule, refusal.line) for refusal in result.quarantine] == [
        ("conflicting_row", 2),
        ("conflicting_row", 4),
    ]
    assert _held(connection) == ROWS[1:]


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_what_is_owed_is_accepted_and_listed(
    quoting: int, delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    rows = [HOLDINGS[0], {**HOLDINGS[1], "value": "-0.05"}]
    delivery.content["holdings"] = csv_bytes(rows, quoting=quoting)
    result = delivery.read(connection, scratch)["holdings"]
    found = [(warning.rule, warning.line, warning.column, warning.value) for warning in result.warnings]
    assert found == [("negative_value", 3, "value", "-0.05")]
    assert _held(connection)[1][2] == -5


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_a_holding_before_the_opening_is_listed(
    quoting: int, delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    connection.execute("INSERT INTO account_codes VALUES ('A4', 4, '2025-01-02', NULL)")
    delivery.content["holdings"] = csv_bytes([*HOLDINGS, {**HOLDINGS[0], "account": "A4"}], quoting=quoting)
    result = delivery.read(connection, scratch)["holdings"]
    assert [(warning.rule, warning.line, warning.value) for warning in result.warnings] == [("before_opening", 4, "A4")]


def test_an_end_without_reason_is_terminated(
    delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    delivery.kinds = ("subscriptions", "holdings")
    delivery.content["subscriptions"] = csv_bytes([{**SUBSCRIPTIONS[0], "end": "2024-05-06"}])
    result = delivery.read(connection, scratch)["subscriptions"]
    assert [(warning.rule, warning.line) for warning in result.warnings] == [("end_without_reason", 2)]
    assert connection.execute("SELECT end_reason FROM feed_subscriptions").fetchall() == [("terminated",)]


def test_intervals_that_touch_do_not_overlap(
    delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    first = {**SUBSCRIPTIONS[0], "end": "2024-05-06", "end_reason": "expired"}
    second = {**SUBSCRIPTIONS[0], "subscription": "S2", "start": "2024-05-06"}
    delivery.kinds = ("subscriptions", "holdings")
    delivery.content["subscriptions"] = csv_bytes([second, first])
    assert delivery.read(connection, scratch)["subscriptions"].refused == 0


def test_codes_of_the_same_delivery_are_known(
    delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    connection.execute("INSERT INTO account_codes VALUES ('A7', 7, NULL, NULL)")
    delivery.kinds = ("units", "clients", "accounts", "holdings")
    delivery.content = {
        "units": csv_bytes([*UNITS, {**UNITS[2], "unit": "O7"}]),
        "clients": csv_bytes([*CLIENTS, {**CLIENTS[0], "client": "C7", "outlet": "O7"}]),
        "accounts": csv_bytes([*ACCOUNTS, {**ACCOUNTS[0], "account": "A7", "client": "C7"}]),
        "holdings": csv_bytes([{**HOLDINGS[0], "account": "A7"}]),
    }
    results = delivery.read(connection, scratch)
    assert not any(result.refused for result in results.values())
    assert _held(connection)[0][0] == 7


def test_a_closing_in_the_same_delivery_counts(
    delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    delivery.kinds = ("accounts", "holdings")
    rows = [{**ACCOUNTS[0], "closed_on": DAY.isoformat()}, *ACCOUNTS[1:]]
    delivery.content["accounts"] = csv_bytes(rows)
    delivery.limit = Decimal(1)
    result = delivery.read(connection, scratch)["holdings"]
    assert [(refusal.rule, refusal.value) for refusal in result.quarantine] == [("closed_account", "A1")]


def test_accounts_without_a_number_are_named_to_the_caller(
    delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    delivery.kinds = ("accounts", "holdings")
    delivery.content["accounts"] = csv_bytes([*ACCOUNTS, {**ACCOUNTS[0], "account": "A8"}])
    with pytest.raises(LookupError):
        delivery.read(connection, scratch)
    assert reader.unnumbered_accounts(connection) == ["A8"]


def test_a_control_total_counts_refused_rows_and_says_when_it_cannot(
    delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    rows = [*HOLDINGS, {**HOLDINGS[0], "account": "A9", "value": "5.00", "net_flow": "x"}]
    delivery.content["holdings"] = csv_bytes(rows)
    delivery.entry["holdings"] = {"totals": {"value": "3505.50", "net_flow": "1.00"}}
    delivery.limit = Decimal(1)
    result = delivery.read(connection, scratch)["holdings"]
    assert [(warning.rule, warning.column) for warning in result.warnings] == [("total_unchecked", "net_flow")]
    assert result.sums["value"] == 350050


def test_one_bad_row_in_a_hundred_is_within_the_limit(
    delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    connection.execute("INSERT INTO account_codes SELECT 'X' || i, 100 + i, NULL, NULL FROM range(99) AS t(i)")
    rows = [{**HOLDINGS[0], "account": f"X{number}"} for number in range(99)]
    delivery.content["holdings"] = csv_bytes([*rows, {**HOLDINGS[0], "account": "unknown"}])
    result = delivery.read(connection, scratch)["holdings"]
    assert (result.accepted, result.refused, result.quarantine[0].line) == (99, 1, 101)


HISTORY = [
    {**HOLDINGS[0], "account": account, "date": day.isoformat(), "value": f"{number}.5"}
    for number, day in enumerate(TRADING_DAYS)
    for account in ("A2", "A1")
]


def test_a_history_load_of_many_days(delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path) -> None:
    delivery.head = {"from": TRADING_DAYS[0].isoformat()}
    delivery.content["holdings"] = csv_bytes(HISTORY)
    result = delivery.read(connection, scratch)["holdings"]
    assert result.direct
    assert [row[:3] for row in _held(connection)] == [
        (account, day, number * 100 + 50) for number, day in enumerate(TRADING_DAYS) for account in (1, 2)
    ]


def test_a_non_trading_day_of_a_history_load(
    delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    delivery.head = {"from": TRADING_DAYS[0].isoformat()}
    delivery.content["holdings"] = csv_bytes([*HISTORY, {**HISTORY[0], "date": "2024-12-28"}])
    delivery.limit = Decimal(1)
    result = delivery.read(connection, scratch)["holdings"]
    assert [(refusal.rule, refusal.line, refusal.value) for refusal in result.quarantine] == [
        ("not_a_trading_day", 8, "2024-12-28")
    ]


CODES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=64)
FEN = st.integers(-(10**15) + 1, 10**15 - 1)


def _yuan(fen: int, *, short: bool) -> str:
    text = f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
    return text.rstrip("0").rstrip(".") if short else text


@examples(40, suppress_health_check=[HealthCheck.too_slow])
@given(
    amounts=st.dictionaries(CODES, st.tuples(FEN, FEN, st.integers(0, 10**15 - 1), FEN), min_size=1, max_size=30),
    order=st.permutations([column.name for column in KINDS["holdings"]]),
    encoding=st.sampled_from(["utf-8", "gb18030"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    short=st.booleans(),
)
def test_any_clean_table_survives(
    amounts: dict[str, tuple[int, ...]],
    order: list[str],
    encoding: str,
    quoting: int,
    line_end: str,
    short: bool,
) -> None:
    rows = [
        {
            "account": code,
            "date": DAY.isoformat(),
            **dict(
                zip(
                    ("value", "net_flow", "turnover", "revenue"),
                    (_yuan(fen, short=short) for fen in fen_values),
                    strict=True,
                )
            ),
        }
        for code, fen_values in amounts.items()
    ]
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(config={"threads": 1}) as connection:
        universe(connection)
        connection.execute("DELETE FROM account_codes")
        connection.executemany(
            "INSERT INTO account_codes VALUES (?, ?, NULL, NULL)",
            [[code, number] for number, code in enumerate(amounts)],
        )
        delivery = Delivery(Path(folder) / "delivery")
        content = csv_bytes(rows, order, quoting=quoting).replace(b"\n", line_end.encode())
        delivery.content["holdings"] = content.decode().encode(encoding)
        delivery.entry["holdings"] = {"encoding": encoding, "rows": len(rows)}
        result = delivery.read(connection, Path(folder))["holdings"]
        assert result.quarantine == ()
        assert _held(connection) == [(number, DAY, *fen_values) for number, fen_values in enumerate(amounts.values())]
