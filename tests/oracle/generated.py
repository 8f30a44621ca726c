"""Reads a generated broker's folders back as deliveries, for the judge and for the statement.

Owns the reading of CSV and Parquet into rows of feeds.py. Shares nothing with the service's reader.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.oracle.feeds import MONEY, Delivery, Row, Sheet

DATES = {"date", "start", "end", "opened_on", "closed_on", "risk_assessed_on"}


def read(folder: Path) -> list[Delivery]:
    """Return every delivery below a folder."""
    return [_read_one(path.parent) for path in sorted(folder.glob("*/manifest.json"))]


def _read_one(folder: Path) -> Delivery:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    sheets = {}
    for entry in manifest["files"]:
        path = folder / entry["name"]
        rows = tuple(_typed(row) for row in _raw(path))
        assert len(rows) == entry["rows"]
        sheets[path.stem] = Sheet(rows, entry["mode"])
    day = date.fromisoformat(manifest["business_date"])
    first = date.fromisoformat(manifest.get("from", manifest["business_date"]))
    return Delivery(day, first, sheets, manifest["sequence"], manifest["source"])


def _raw(path: Path) -> Iterable[dict[str, Any]]:
    if path.suffix == ".parquet":
        yield from pq.read_table(path).to_pylist()
        return
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _typed(row: dict[str, Any]) -> Row:
    found: Row = {}
    for name, value in row.items():
        if name in DATES and isinstance(value, str):
            found[name] = date.fromisoformat(value) if value else None
        elif name in MONEY:
            found[name] = int(Decimal(value) * 100)
        else:
            found[name] = value
    return found
