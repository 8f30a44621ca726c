"""truth.json agrees with SQL over the feed's own files, to the fen and the head.

The SQL stands in truths.sql and shares nothing with `demo` or the service.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from demo.broker import generate
from tests.demo import made

DAYS = made.trading_days(330)
REASONS = Path(__file__).with_name("truths.sql")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A broker of more than a year, so that the year-over-year day lies inside."""
    target = tmp_path_factory.mktemp("broker") / "feed"
    generate(folder=target, clients=400, trading_days=DAYS, seed=11)
    return target


@pytest.fixture(scope="module")
def truth(folder: Path) -> dict[str, Any]:
    """The broker's truth.json."""
    document: dict[str, Any] = json.loads((folder / "truth.json").read_text("utf-8"))
    return document


@pytest.fixture(scope="module")
def con(folder: Path, truth: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    """The feed with the tables of truths.sql."""
    connection = made.load(folder)
    made.load_days(connection, DAYS)
    base = [day.isoformat() for day in DAYS].index(truth["since"])
    connection.execute(f"SET VARIABLE base = {base}; SET VARIABLE last = {len(DAYS) - 1}")
    connection.execute(REASONS.read_text("utf-8"))
    return connection


def one(con: duckdb.DuckDBPyConnection, query: str) -> Any:
    return con.execute(f"SELECT {query}").fetchall()[0][0]


def fen(amount: str) -> int:
    return int(Decimal(amount) * 100)


def test_year_over_year_day_is_the_last_trading_day_a_year_before(truth: dict[str, Any]) -> None:
    assert (truth["since"], truth["as_of"], truth["year_over_year"]) == ("2023-12-29", "2024-12-31", True)


def test_assets_on_both_days(con: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> None:
    for key, day in (("signed_assets", "last"), ("assets_before", "base")):
        query = f"sum(value) FROM scope JOIN held USING (account, n) WHERE n = getvariable('{day}')"
        assert one(con, query) == fen(truth["realised"][key])


def test_terms_of_growth(con: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> None:
    came = truth["realised"]
    entered = dict(con.execute("FROM entered").fetchall())
    left = dict(con.execute("FROM left_by").fetchall())
    assert {key: fen(value) for key, value in came["entered_by"].items() if fen(value)} == entered
    assert {key: fen(value) for key, value in came["left_by"].items() if fen(value)} == left
    flow = one(con, "sum(net_flow) FROM terms WHERE now")
    market = one(con, "sum(value - before - net_flow) FROM terms WHERE now AND before IS NOT NULL")
    assert (flow, market) == (fen(came["flow"]), fen(came["market"]))
    change = fen(came["entered"]) - fen(came["left"]) + flow + market
    assert fen(came["assets_before"]) + change == fen(came["signed_assets"])
    assert came["growth"] == pytest.approx(sum(came["points"].values()), abs=1e-12)


def test_heads(con: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> None:
    came = truth["realised"]
    for key, query in {
        "retained_clients": "count(*) FROM heads WHERE n = getvariable('last')",
        "clients_before": "count(*) FROM heads WHERE n = getvariable('base')",
        "first_time_clients": "count(*) FROM events WHERE first",
        "reactivated_clients": "count(*) FROM events WHERE now AND NOT was AND NOT first",
        "lapsed_clients": "count(*) FROM events WHERE (was OR first) AND NOT now",
    }.items():
        assert one(con, query) == came[key], key
    moves = came["first_time_clients"] + came["reactivated_clients"] - came["lapsed_clients"]
    assert came["clients_before"] + moves == came["retained_clients"] == 400


def test_first_sign_retention(con: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> None:
    came = truth["realised"]["first_sign"]
    window = "FROM firsts WHERE day BETWEEN '2024-07-01' AND '2024-12-31'"
    kept = "AND client IN (SELECT client FROM heads WHERE n = getvariable('last'))"
    assert (came["from"], came["to"]) == ("2024-07-01", "2024-12-31")
    assert one(con, f"count(*) {window}") == came["clients"]
    assert one(con, f"count(*) {window} {kept}") == came["retained"] == came["clients"] * 0.7
    # by fact days it is the same window: nobody signs between the last fact day before it and its begin
    assert one(con, "count(*) FROM firsts JOIN days USING (n) WHERE days.day >= '2024-07-01'") == came["clients"]


@pytest.mark.parametrize("node", ["conditional", "fund_advisory", "trading", "advisory"])
def test_nodes(con: duckdb.DuckDBPyConnection, truth: dict[str, Any], node: str) -> None:
    came = truth["realised"]["nodes"][node]
    inside = f"product IN (SELECT product FROM products WHERE product = '{node}' OR family = '{node}')"
    now = f"FROM force WHERE n = getvariable('last') AND {inside}"
    assert one(con, f"count(DISTINCT client) {now}") == came["retained_clients"]
    for key, day in (("signed_assets", "last"), ("assets_before", "base")):
        scope = f"SELECT DISTINCT account, n FROM force WHERE n = getvariable('{day}') AND {inside}"
        assert one(con, f"coalesce(sum(value), 0) FROM ({scope}) JOIN held USING (account, n)") == fen(came[key])
    first = f"(SELECT client, min(start) AS day FROM subscriptions WHERE {inside} GROUP BY client)"
    window = f"FROM {first} WHERE day >= '2024-07-01'"
    assert one(con, f"count(*) {window}") == came["first_sign"]["clients"]
    assert one(con, f"count(*) {window} AND client IN (SELECT client {now})") == came["first_sign"]["retained"]


def test_month_ends_carried_rows_and_row_counts(con: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> None:
    came = truth["realised"]
    assert len(came["month_ends"]) == len({(day.year, day.month) for day in DAYS})
    for end in came["month_ends"]:
        query = f"FROM scope JOIN days USING (n) JOIN held USING (account, n) WHERE day = '{end['day']}'"
        assert one(con, f"sum(value) {query}") == fen(end["signed_assets"])
        assert one(con, f"count(DISTINCT client) {query}") == end["retained_clients"]
    missing = "FROM scope JOIN held USING (account, n) WHERE missing AND n = getvariable('last')"
    assert one(con, f"count(*) {missing}") == came["carried_accounts"]
    assert one(con, f"coalesce(sum(value), 0) {missing}") == fen(came["carried_value"])
    for table in ("accounts", "subscriptions", "holdings"):
        assert one(con, f"count(*) FROM {table}") == came["rows"][table]
    assert one(con, "count(DISTINCT client) FROM clients") == came["rows"]["clients"]


def test_catalogue(con: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> None:
    families = con.execute("SELECT DISTINCT family FROM products").fetchall()
    assert {family["code"] for family in truth["families"]} == {family for (family,) in families}
    assert len(truth["families"]) == 4
    products = con.execute("SELECT product, name, name_en, family FROM products").fetchall()
    listed = {(item["code"], item["name"], item["name_en"], item["family"]) for item in truth["products"]}
    assert set(products) == listed
    assert len(products) == 12
