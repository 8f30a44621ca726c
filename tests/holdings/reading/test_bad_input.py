"""Every bad input of the issue: the rule, the file and the line it is named by, and nothing half-loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from smart_products.holdings.reading import tables
from smart_products.holdings.reading.faults import FeedError, Refusal
from smart_products.holdings.reading.rules import RULES, Weight
from tests.holdings.reading.feeds import (
    ACCOUNTS,
    ALL,
    CLIENTS,
    HOLDINGS,
    PRODUCTS,
    SUBSCRIPTIONS,
    UNITS,
    Delivery,
    Rows,
    csv_bytes,
    header,
)

GOOD = csv_bytes(HOLDINGS)
H = header("holdings")
LONE = {"units": UNITS, "clients": CLIENTS, "accounts": ACCOUNTS, "products": PRODUCTS}


@dataclass(frozen=True)
class Case:
    """One way to break a file of the delivery."""

    name: str
    rule: str
    line: int | None
    content: bytes
    kind: str = "holdings"
    column: str = ""
    value: str | None = None
    entry: Mapping[str, Any] = field(default_factory=dict)


def _holding(**values: str) -> bytes:
    """A file whose second row (line 3) has other values."""
    return csv_bytes([HOLDINGS[0], {**HOLDINGS[1], **values}])


def _with(kind: str, **values: str) -> bytes:
    """A file of a kind whose first row (line 2) has other values."""
    rows: Rows = ALL[kind]
    return csv_bytes([{**rows[0], **values}, *rows[1:]])


FILE_CASES = [
    Case("empty file", "empty_file", None, b""),
    Case("header only", "no_rows", 1, H),
    Case("header only, no line end", "no_rows", 1, H.rstrip()),
    Case("UTF-16 with mark", "utf16", 1, GOOD.decode().encode("utf-16")),
    Case("UTF-16 without mark", "utf16", 1, GOOD.decode().encode("utf-16-be")),
    Case("UTF-32", "utf16", 1, GOOD.decode().encode("utf-32-le")),
    Case(
        "GB18030 declared as UTF-8",
        "wrong_encoding",
        2,
        csv_bytes(CLIENTS).decode().encode("gb18030"),
        kind="clients",
    ),
    Case(
        "UTF-8 declared as GB18030",
        "wrong_encoding",
        2,
        csv_bytes(CLIENTS),
        kind="clients",
        entry={"encoding": "gb18030"},
    ),
    Case(
        "half a GB18030 character",
        "wrong_encoding",
        4,
        csv_bytes(CLIENTS).decode().encode("gb18030") + b"C\xff,\n",
        kind="clients",
        entry={"encoding": "gb18030"},
    ),
    Case("NUL", "nul_byte", 3, GOOD.replace(b"A2", b"A\x002")),
    Case("mixed line ends, CR LF late", "mixed_line_ends", 3, GOOD[:-1] + b"\r\n"),
    Case("mixed line ends, LF late", "mixed_line_ends", 3, GOOD.replace(b"\n", b"\r\n", 2)),
    Case("lone CR", "mixed_line_ends", 2, GOOD.replace(b"1000.00", b"1000.00\r")),
    Case("CR alone", "mixed_line_ends", 1, GOOD.replace(b"\n", b"\r")),
    Case("unclosed quote", "unclosed_quote", 3, GOOD.replace(b"A2", b'"A2')),
    Case("unclosed quote closed by the next one", "bad_quote", 2, H + b'"A1,2024-12-31,1,0,0,0\n"A2",x\n'),
    Case("text after a quote", "bad_quote", 2, GOOD.replace(b"A1", b'"A1"x')),
    Case("field of 200 kB", "field_too_long", 3, GOOD.replace(b"A2", b"A" * 200_000)),
    Case("field of 100 kB, quoted", "field_too_long", 3, GOOD.replace(b"A2", b'"' + b"A" * 100_000 + b'"')),
    Case(
        "row of 300,000 characters",
        "row_too_long",
        3,
        csv_bytes(
            [HOLDINGS[0], {**HOLDINGS[1], **{f"u{number}": "x" * 60_000 for number in range(5)}}],
            [*HOLDINGS[0], *(f"u{number}" for number in range(5))],
        ),
    ),
    Case(
        "row of 3,000,000 characters on many lines",
        "row_too_long",
        3,
        csv_bytes(
            [HOLDINGS[0], {**HOLDINGS[1], **{f"u{number}": ("x" * 20_000 + "\n") * 3 for number in range(50)}}],
            [*HOLDINGS[0], *(f"u{number}" for number in range(50))],
        ),
        entry={"rows": 2},
    ),
    Case("missing column", "missing_column", 1, GOOD.replace(b"turnover", b"turn"), column="turnover"),
    Case("column twice", "duplicate_column", 1, GOOD.replace(b"turnover", b"value"), column="value"),
    Case("bad quote in the header", "bad_quote", 1, b'"account"x,' + GOOD),
    Case("fewer rows than declared", "row_count_differs", None, GOOD, entry={"rows": 3}),
    Case("more rows than declared", "row_count_differs", None, GOOD, entry={"rows": 1}),
    Case("another hash", "hash_differs", None, GOOD, entry={"sha256": "0" * 64}),
    Case(
        "another total",
        "total_differs",
        None,
        GOOD,
        column="value",
        value="3500.50 ≠ 3500.51",
        entry={"totals": {"value": "3500.51", "net_flow": "0"}},
    ),
    Case("no Parquet", "not_parquet", None, b"PAR1 but not", entry={"name": "holdings.parquet"}),
    Case("empty Parquet", "empty_file", None, b"", entry={"name": "holdings.parquet"}),
]

ROW_CASES = [
    Case("thousands separators", "not_plain_decimal", 3, _holding(value="2,500.50"), column="value"),
    Case("full-width digits", "not_plain_decimal", 3, _holding(value="２５００"), column="value", value="２５００"),
    Case("exponent", "not_plain_decimal", 3, _holding(value="1e5"), column="value", value="1e5"),
    Case("exponent of four characters", "not_plain_decimal", 3, _holding(value="1e-1"), column="value"),
    Case("NaN", "not_plain_decimal", 3, _holding(net_flow="NaN"), column="net_flow", value="NaN"),
    Case("Infinity", "not_plain_decimal", 3, _holding(revenue="-Infinity"), column="revenue"),
    Case("plus", "not_plain_decimal", 3, _holding(revenue="+1.00"), column="revenue"),
    Case("underscore", "not_plain_decimal", 3, _holding(revenue="1_000"), column="revenue"),
    Case("space", "not_plain_decimal", 3, _holding(revenue=" 1.00"), column="revenue"),
    Case("no digit before the point", "not_plain_decimal", 3, _holding(revenue=".50"), column="revenue"),
    Case("no digit after the point", "not_plain_decimal", 3, _holding(revenue="5."), column="revenue"),
    Case("hexadecimal", "not_plain_decimal", 3, _holding(revenue="0x10"), column="revenue"),
    Case("accounting brackets", "not_plain_decimal", 3, _holding(revenue="(5.00)"), column="revenue"),
    Case("three decimals", "too_many_decimals", 3, _holding(value="1.005"), column="value", value="1.005"),
    Case("30 decimals", "too_many_decimals", 3, _holding(value="1." + "0" * 29 + "1"), column="value"),
    Case("huge", "amount_too_large", 3, _holding(value="9" * 40), column="value", value="9" * 40),
    Case("just too large", "amount_too_large", 3, _holding(value="10000000000000.00"), column="value"),
    Case("1,000 characters", "amount_too_large", 3, _holding(value="1" * 1000), column="value", value="1" * 200),
    Case("empty amount", "empty", 3, _holding(value=""), column="value"),
    Case("negative turnover", "negative_turnover", 3, _holding(turnover="-0.01"), column="turnover"),
    Case("1900", "date_too_early", 3, _holding(date="1900-01-01"), column="date", value="1900-01-01"),
    Case("tomorrow", "date_in_future", 3, _holding(date="2025-01-01"), column="date"),
    Case("no such day", "not_iso_date", 3, _holding(date="2024-02-30"), column="date"),
    Case("slashes", "not_iso_date", 3, _holding(date="2024/12/31"), column="date"),
    Case("with a time", "not_iso_date", 3, _holding(date="2024-12-31 00:00:00"), column="date"),
    Case("full-width date", "not_iso_date", 3, _holding(date="２０２４-12-31"), column="date"),
    Case("infinite date", "not_iso_date", 3, _holding(date="infinity"), column="date"),
    Case("another day", "outside_delivery", 3, _holding(date="2024-12-30"), column="date"),
    Case("unknown account", "unknown_account", 3, _holding(account="A9"), column="account", value="A9"),
    Case("code in other letters", "unknown_account", 3, _holding(account="a2"), column="account"),
    Case("closed account", "closed_account", 3, _holding(account="A3"), column="account", value="A3"),
    Case("empty account", "empty", 3, _holding(account=""), column="account"),
    Case("65 characters", "code_too_long", 3, _holding(account="A" * 65), column="account"),
    Case("control character", "control_character", 3, _holding(account="A\x072"), column="account"),
    Case("zero-width space", "control_character", 3, _holding(account="A\u200b2"), column="account"),
    Case("space after a code", "surrounding_space", 3, _holding(account="A2 "), column="account"),
    Case("one field less", "wrong_field_count", 3, GOOD[:-7] + b"\n"),
    Case("one field more", "wrong_field_count", 3, GOOD[:-1] + b",7\n"),
    Case("comma at the end", "wrong_field_count", 2, GOOD.replace(b"-0.10\n", b"-0.10,\n", 1)),
    Case("blank line", "wrong_field_count", 3, GOOD.replace(b"\nA2", b"\n\nA2")),
    Case("same key, other value", "conflicting_row", 2, _holding(account="A1"), column="account"),
    Case(
        "after a quoted line end",
        "unknown_account",
        4,
        csv_bytes([{**HOLDINGS[0], "note": "two\nlines"}, {**HOLDINGS[1], "account": "A9", "note": "x"}]),
        column="account",
        entry={"rows": 2},
    ),
    Case("unknown parent", "unknown_unit", 2, _with("units", parent="X"), "units", "parent", "X"),
    Case("unit its own parent", "unit_cycle", 2, _with("units", parent="HQ"), "units", "parent"),
    Case("circle of units", "unit_cycle", 2, _with("units", parent="O1"), "units", "parent", "O1"),
    Case("level", "unknown_choice", 2, _with("units", level="region"), "units", "level", "region"),
    Case("unknown outlet", "unknown_unit", 2, _with("clients", outlet="O9"), "clients", "outlet", "O9"),
    Case("investor class", "unknown_choice", 2, _with("clients", investor_class="x"), "clients", "investor_class"),
    Case("risk class", "unknown_choice", 2, _with("clients", risk_class="C6"), "clients", "risk_class", "C6"),
    Case("opened tomorrow", "date_in_future", 2, _with("clients", opened_on="2025-01-01"), "clients", "opened_on"),
    Case("birth year", "bad_year", 2, _with("clients", birth_year="80"), "clients", "birth_year", "80"),
    Case("future birth", "bad_year", 2, _with("clients", birth_year="2025"), "clients", "birth_year"),
    Case("no name", "empty", 2, _with("clients", name=""), "clients", "name"),
    Case("long name", "text_too_long", 2, _with("clients", name="长" * 256), "clients", "name"),
    Case("name with a bell", "control_character", 2, _with("clients", name="a\x07"), "clients", "name"),
    Case("unknown client", "unknown_client", 2, _with("accounts", client="C9"), "accounts", "client", "C9"),
    Case("closed before opened", "end_before_start", 4, csv_bytes(
        [*ACCOUNTS[:2], {**ACCOUNTS[2], "closed_on": "2019-12-31"}]), "accounts", "closed_on", "2019-12-31"),
    Case("product named matrix", "code_clash", 2, _with("products", product="matrix"), "products", "product"),
    Case("product and family alike", "code_clash", 2, _with("products", family="P1"), "products", "product", "P1"),
    Case("risk level", "unknown_choice", 2, _with("products", risk_level="R0"), "products", "risk_level"),
    Case("class", "unknown_choice", 2, _with("products", regulatory_class="fund"), "products", "regulatory_class"),
    Case("subscriber", "unknown_client", 2, _with("subscriptions", client="C9"), "subscriptions", "client"),
    Case("subscribed", "unknown_product", 2, _with("subscriptions", product="P9"), "subscriptions", "product", "P9"),
    Case("for account", "unknown_account", 2, _with("subscriptions", account="A9"), "subscriptions", "account", "A9"),
    Case("foreign account", "account_of_other_client", 2, _with("subscriptions", account="A2"), "subscriptions",
         "account", "A2"),
    Case("end before start", "end_before_start", 2, _with("subscriptions", end="2024-01-01", end_reason="expired"),
         "subscriptions", "end", "2024-01-01"),
    Case("reason unknown", "unknown_end_reason", 2, _with("subscriptions", end="2024-02-01", end_reason="bored"),
         "subscriptions", "end_reason", "bored"),
    Case("reason without end", "reason_without_end", 2, _with("subscriptions", end_reason="expired"),
         "subscriptions", "end_reason", "expired"),
    Case("overlap", "overlapping_subscription", 3, csv_bytes(
        [*SUBSCRIPTIONS, {**SUBSCRIPTIONS[0], "subscription": "S2", "start": "2024-05-06"}]), "subscriptions",
         "start", "S2"),
]  # fmt: skip


def _named(case: Case) -> str:
    return f"{case.kind}: {case.name}"


def _break(case: Case, delivery: Delivery) -> None:
    kinds = [*list(ALL)[: list(ALL).index(case.kind)], case.kind]
    delivery.kinds = kinds if "holdings" in kinds else [*kinds, "holdings"]
    delivery.content[case.kind] = case.content
    delivery.entry[case.kind] = dict(case.entry)


def _agrees(found: Refusal, case: Case, file: str) -> bool:
    return (found.file, found.line, found.column, found.rule) == (file, case.line, case.column, case.rule) and (
        case.value in {None, found.value}
    )


@pytest.mark.parametrize("column", ["value", "net_flow", "turnover", "revenue"])
def test_a_column_without_any_amount_is_named_row_by_row(
    column: str, delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    delivery.content["holdings"] = csv_bytes([{**row, column: ""} for row in HOLDINGS])
    with pytest.raises(FeedError) as caught:
        delivery.read(connection, scratch)
    assert caught.value.rule == "too_many_refused"
    assert [(row.line, row.column, row.rule) for row in caught.value.quarantine] == [
        (line, column, "empty") for line in (2, 3)
    ]


@pytest.mark.parametrize("case", FILE_CASES, ids=_named)
def test_a_bad_file_is_refused_by_name(
    case: Case, delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    _break(case, delivery)
    with pytest.raises(FeedError) as caught:
        delivery.read(connection, scratch)
    assert _agrees(caught.value.refusals[0], case, delivery.file_of(case.kind)), caught.value.refusals
    assert RULES[case.rule].weight is Weight.FILE
    assert not tables.exists(connection, f"feed_{case.kind}")


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, marks=[pytest.mark.slow] * (number % 2)) for number, case in enumerate(ROW_CASES)],
    ids=_named,
)
def test_a_bad_row_is_named_and_left_out_and_too_many_refuse_the_file(
    case: Case, delivery: Delivery, connection: duckdb.DuckDBPyConnection, scratch: Path
) -> None:
    _break(case, delivery)
    delivery.limit = Decimal(1)
    result = delivery.read(connection, scratch)[case.kind]
    found = [refusal for refusal in result.quarantine if _agrees(refusal, case, delivery.file_of(case.kind))]
    assert found, result.quarantine
    assert RULES[case.rule].weight is Weight.ROW
    left = connection.execute(f"SELECT count(*) FROM feed_{case.kind}").fetchone()
    assert left == (result.accepted,)
    assert result.accepted + result.refused == result.rows
    connection.execute(f"DROP TABLE feed_{case.kind}")
    delivery.limit = Decimal("0.01")
    with pytest.raises(FeedError) as caught:
        delivery.read(connection, scratch)
    assert (caught.value.rule, caught.value.file) == ("too_many_refused", delivery.file_of(case.kind))
    assert caught.value.quarantine == result.quarantine
    assert not tables.exists(connection, f"feed_{case.kind}")
