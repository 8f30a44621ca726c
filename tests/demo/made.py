"""Brokers for the tests, and a reader of feed folders that shares nothing with the service.

Owns `trading_days` (weekdays without two long holidays, so that no calendar library is
needed) and `load`, which puts the files of a feed folder into DuckDB tables as they are.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

LAST = date(2024, 12, 31)
HOLIDAYS = {date(2024, 2, 9) + timedelta(days=n) for n in range(9)} | {
    date(2024, 10, 1) + timedelta(days=n) for n in range(7)
}
MASTERS = {
    "units": "unit, parent, level, name, name_en",
    "clients": (
        "client, outlet, channel, opened_on, name, birth_year, investor_class, risk_class, risk_assessed_on, mobile"
    ),
    "accounts": "account, client, opened_on, closed_on",
    "products": "product, family, name, name_en, risk_level, regulatory_class",
    "subscriptions": "subscription, client, product, account, start, end, end_reason",
}
KEYS = {name: columns.split(",")[0] for name, columns in MASTERS.items()}
HOLDINGS = "account, date, value, net_flow, turnover, revenue"


def trading_days(count: int) -> list[date]:
    """Return `count` days up to LAST: weekdays but the holidays."""
    days = [LAST - timedelta(days=n) for n in range(2 * count + 60)]
    return [day for day in days if day.weekday() < 5 and day not in HOLIDAYS][:count][::-1]


def deliveries(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Return the delivery folders with their manifests, in order of business date and sequence."""
    found = [(path.parent, json.loads(path.read_text("utf-8"))) for path in folder.glob("*/manifest.json")]
    return sorted(found, key=lambda each: (each[1]["business_date"], each[1]["sequence"]))


def load(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection with the feed as it stands after every delivery, money in fen.

    `moves` holds all rows of clients files after the history, with the day they hold from.
    """
    con = duckdb.connect()
    con.execute("SET threads = 2")
    for name, columns in MASTERS.items():
        fields = ", ".join(f"{column.strip()} VARCHAR" for column in columns.replace("end,", '"end",').split(","))
        con.execute(f"CREATE TABLE {name} ({fields}, since DATE)")
    con.execute(
        "CREATE TABLE holdings (account VARCHAR, date DATE, value BIGINT, net_flow BIGINT,"
        " turnover BIGINT, revenue BIGINT)"
    )
    for path, manifest in deliveries(folder):
        for entry in manifest["files"]:
            name, _, kind = entry["name"].partition(".")
            source = f"read_{kind}('{path / entry['name']}'" + (", all_varchar = true)" if kind == "csv" else ")")
            if name == "holdings":
                money = ", ".join(f"({c}::DECIMAL(18,2) * 100)::BIGINT" for c in HOLDINGS.split(", ")[2:])
                con.execute(f"INSERT INTO holdings SELECT account, date::DATE, {money} FROM {source}")
                continue
            if name != "clients":
                con.execute(f"DELETE FROM {name} WHERE {KEYS[name]} IN (SELECT {KEYS[name]} FROM {source})")
            con.execute(f"INSERT INTO {name} SELECT *, DATE '{manifest['from']}' FROM {source}")
    return con


def load_days(con: duckdb.DuckDBPyConnection, days: list[date]) -> None:
    """Create `days(n, day)` and `held(account, n, missing, value, net_flow)` of open accounts, carried."""
    con.execute("CREATE TABLE days (n INTEGER, day DATE)")
    con.executemany("INSERT INTO days VALUES (?, ?)", list(enumerate(days)))
    con.execute("""
        CREATE TABLE held AS
        SELECT a.account, d.n, h.value IS NULL AS missing,
               last_value(h.value IGNORE NULLS) OVER (PARTITION BY a.account ORDER BY d.n) AS value,
               coalesce(h.net_flow, 0) AS net_flow
        FROM accounts a
        JOIN days d ON a.opened_on::DATE <= d.day AND (a.closed_on IS NULL OR d.day < a.closed_on::DATE)
        LEFT JOIN holdings h ON h.account = a.account AND h.date = d.day
    """)
