"""A small delivery to break: real files, a true manifest, and the universe around it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from smart_products.holdings.reading import manifest, reader
from smart_products.holdings.reading.columns import KINDS

DAY = date(2024, 12, 31)
TRADING_DAYS = (date(2024, 12, 27), date(2024, 12, 30), DAY)

Rows = Sequence[Mapping[str, str]]

UNITS = (
    {"unit": "HQ", "parent": "", "level": "headquarters", "name": "总部", "name_en": "Head office"},
    {"unit": "B1", "parent": "HQ", "level": "branch", "name": "北京", "name_en": "Beijing"},
    {"unit": "O1", "parent": "B1", "level": "outlet", "name": "朝阳", "name_en": "Chaoyang"},
)
CLIENTS = tuple(
    {
        "client": f"C{number}",
        "outlet": "O1",
        "channel": "counter",
        "opened_on": "2020-01-02",
        "name": f"客户{number}",
        "birth_year": "1980",
        "investor_class": "ordinary",
        "risk_class": "C3",
        "risk_assessed_on": "2024-01-02",
        "mobile": "",
        "email": "",
        "id_digest": "",
    }
    for number in (1, 2)
)
ACCOUNTS = (
    {"account": "A1", "client": "C1", "opened_on": "2020-01-02", "closed_on": ""},
    {"account": "A2", "client": "C2", "opened_on": "2020-01-02", "closed_on": ""},
    {"account": "A3", "client": "C2", "opened_on": "2020-01-02", "closed_on": "2024-06-28"},
)
PRODUCTS = (
    {
        "product": "P1",
        "family": "F1",
        "name": "智能条件单",
        "name_en": "Conditional order",
        "risk_level": "R3",
        "regulatory_class": "tool",
    },
)
SUBSCRIPTIONS = (
    {
        "subscription": "S1",
        "client": "C1",
        "product": "P1",
        "account": "A1",
        "start": "2024-01-02",
        "end": "",
        "end_reason": "",
    },
)
HOLDINGS = tuple(
    {
        "account": account,
        "date": DAY.isoformat(),
        "value": value,
        "net_flow": "0.00",
        "turnover": "12.50",
        "revenue": "-0.10",
    }
    for account, value in (("A1", "1000.00"), ("A2", "2500.5"))
)
ALL: dict[str, Rows] = {
    "units": UNITS,
    "clients": CLIENTS,
    "accounts": ACCOUNTS,
    "products": PRODUCTS,
    "subscriptions": SUBSCRIPTIONS,
    "holdings": HOLDINGS,
}


def csv_bytes(rows: Rows, columns: Sequence[str] | None = None, **options: Any) -> bytes:
    """Return rows as a CSV file in UTF-8."""
    out = io.StringIO()
    names = list(columns or rows[0])
    writer = csv.DictWriter(out, names, lineterminator="\n", extrasaction="ignore", **options)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def header(kind: str) -> bytes:
    """Return the header line of a kind."""
    return (",".join(column.name for column in KINDS[kind]) + "\n").encode()


@dataclass
class Delivery:
    """A folder that is written when it is read; `bytes` replaces a file's content, `entry` its declaration."""

    folder: Path
    kinds: Sequence[str] = ("holdings",)
    content: dict[str, bytes] = field(default_factory=dict)
    entry: dict[str, dict[str, Any]] = field(default_factory=dict)
    head: dict[str, Any] = field(default_factory=dict)
    limit: Decimal = reader.LIMIT
    today: date = DAY

    def file_of(self, kind: str) -> str:
        return str(self.entry.get(kind, {}).get("name", f"{kind}.csv"))

    def write(self) -> Path:
        """Write files and manifest; declared rows are the lines, unless an entry says otherwise."""
        self.folder.mkdir(parents=True, exist_ok=True)
        files = []
        for kind in self.kinds:
            content = self.content.get(kind, csv_bytes(ALL[kind]))
            (self.folder / Path(self.file_of(kind)).name).write_bytes(content)
            files.append(
                {
                    "name": f"{kind}.csv",
                    "encoding": "utf-8",
                    "mode": "full",
                    "rows": max(content.count(b"\n") - 1, 0),
                    "sha256": hashlib.sha256(content).hexdigest(),
                    **self.entry.get(kind, {}),
                }
            )
        found = {
            "business_date": DAY.isoformat(),
            "from": DAY.isoformat(),
            "source": "core",
            "sequence": 1,
            "files": files,
            **self.head,
        }
        (self.folder / manifest.NAME).write_text(json.dumps(found), encoding="utf-8")
        return self.folder

    def load(self) -> manifest.Manifest:
        self.write()
        return manifest.load(self.folder, today=self.today, is_trading_day=TRADING_DAYS.__contains__)

    def read(self, connection: duckdb.DuckDBPyConnection, scratch: Path) -> dict[str, reader.FileResult]:
        """Write, load and read the whole delivery."""
        loaded = self.load()
        return reader.read_all(
            self.folder, loaded, reader.Universe(self.today), connection, scratch=scratch, limit=self.limit
        )


def universe(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of what is known before: all of the small world above."""
    connection.execute("CREATE TABLE known_units AS SELECT unnest(['HQ', 'B1', 'O1']) AS code")
    connection.execute("CREATE TABLE known_clients AS SELECT unnest(['C1', 'C2']) AS code")
    connection.execute("CREATE TABLE known_products AS SELECT unnest(['P1']) AS code")
    connection.execute("CREATE TABLE account_codes (code VARCHAR, account_id BIGINT, opened_on DATE, closed_on DATE)")
    connection.execute(
        "INSERT INTO account_codes VALUES ('A1', 1, '2020-01-02', NULL), ('A2', 2, '2020-01-02', NULL), "
        "('A3', 3, '2020-01-02', '2024-06-28')"
    )
    connection.execute("CREATE TABLE account_clients (code VARCHAR, client_code VARCHAR)")
    connection.execute("INSERT INTO account_clients VALUES ('A1', 'C1'), ('A2', 'C2'), ('A3', 'C2')")
    connection.execute("CREATE TABLE trading_days (day DATE)")
    connection.executemany("INSERT INTO trading_days VALUES (?)", [[day] for day in TRADING_DAYS])
