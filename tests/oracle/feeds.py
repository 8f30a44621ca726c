"""Deliveries as plain values, and their folders on disk as feed.md asks for them.

Owns the format of what the judge's tests deliver. Money is whole fen here and yuan with two
decimals in the files. Never reads what it wrote.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

Row = dict[str, Any]

COLUMNS = {
    "units": ("unit", "parent", "level", "name", "name_en"),
    "clients": (
        "client",
        "outlet",
        "channel",
        "opened_on",
        "name",
        "birth_year",
        "investor_class",
        "risk_class",
        "risk_assessed_on",
    ),
    "accounts": ("account", "client", "opened_on", "closed_on"),
    "products": ("product", "family", "name", "name_en", "risk_level", "regulatory_class"),
    "subscriptions": ("subscription", "client", "product", "account", "start", "end", "end_reason"),
    "holdings": ("account", "date", "value", "net_flow", "turnover", "revenue"),
}
MONEY = {"value", "net_flow", "turnover", "revenue"}


@dataclass(frozen=True)
class Sheet:
    """The rows of one file and how absence is to be read: `full` or `changes`."""

    rows: tuple[Row, ...]
    mode: str = "full"


@dataclass(frozen=True)
class Delivery:
    """One folder of the feed: the day it speaks for, the first day it holds, and its files by kind."""

    day: date
    first: date
    sheets: dict[str, Sheet]
    sequence: int = 1
    source: str = "core"
    complete_from: date | None = None
    label: str = field(default="", compare=False)

    def again(self, sequence: int, **sheets: Sheet) -> Delivery:
        """Return a delivery of the same days with these files and a higher sequence."""
        return replace(self, sheets=sheets, sequence=sequence)


def yuan(fen: int) -> str:
    """Return whole fen as yuan with two decimals."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def fen(text: str) -> int:
    """Return yuan with exactly two decimals as whole fen. Raises ValueError for any other text."""
    whole, dot, cents = text.partition(".")
    if not dot or len(cents) != 2:
        raise ValueError(f"{text!r} is no amount with two decimals")
    number = int(whole.lstrip("-") + cents)
    return -number if text.startswith("-") else number


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in MONEY:
        return yuan(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def write(folder: Path, delivery: Delivery) -> Path:
    """Write one delivery as a folder of CSV files with its manifest, and return the folder."""
    folder.mkdir(parents=True)
    files = []
    for kind, sheet in delivery.sheets.items():
        path = folder / f"{kind}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            lines = csv.writer(stream, lineterminator="\n")
            lines.writerow(COLUMNS[kind])
            lines.writerows([_cell(name, row.get(name)) for name in COLUMNS[kind]] for row in sheet.rows)
        entry: dict[str, Any] = {
            "name": path.name,
            "encoding": "utf-8",
            "mode": sheet.mode,
            "rows": len(sheet.rows),
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        if kind == "subscriptions" and delivery.complete_from is not None:
            entry["complete_from"] = delivery.complete_from.isoformat()
        if kind == "holdings":
            entry["totals"] = {name: yuan(sum(row[name] for row in sheet.rows)) for name in ("value", "net_flow")}
        files.append(entry)
    manifest = {
        "business_date": delivery.day.isoformat(),
        "from": delivery.first.isoformat(),
        "source": delivery.source,
        "sequence": delivery.sequence,
        "files": files,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return folder


def write_all(folder: Path, deliveries: Iterable[Delivery]) -> list[Path]:
    """Write deliveries below a folder, numbered in the order given, and return their folders."""
    return [write(folder / f"{number:03d}-{one.day}-{one.sequence}", one) for number, one in enumerate(deliveries)]


def holdings(rows: Sequence[tuple[str, date, int, int]]) -> Sheet:
    """Return a holdings file of (account, day, value, net flow) in fen, without trades."""
    return Sheet(
        tuple(
            {"account": account, "date": day, "value": value, "net_flow": flow, "turnover": 0, "revenue": 0}
            for account, day, value, flow in rows
        )
    )
