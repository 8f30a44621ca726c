"""Corrections of a generated broker as he would send them: another value of some accounts, another outlet of a client.

Each is a delivery of its own, taken in and closed by the commands a person would type.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Collection, Sequence
from decimal import Decimal
from pathlib import Path

import duckdb
from django.core.management import call_command

from tests.delivered import Broker

Rows = Sequence[Sequence[str]]
FEN = Decimal("0.01")


def send(folder: Path, name: str, day: str, sequence: int, mode: str, rows: Rows) -> None:
    """Deliver one file, its head being the first row, and close."""
    folder.mkdir(parents=True)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    body = text.getvalue().encode()
    (folder / name).write_bytes(body)
    digest = hashlib.sha256(body).hexdigest()
    file = {"name": name, "encoding": "utf-8", "mode": mode, "rows": len(rows) - 1, "sha256": digest}
    manifest = {"business_date": day, "from": day, "source": "core", "sequence": sequence, "files": [file]}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    quiet = {"stdout": io.StringIO(), "stderr": io.StringIO()}
    call_command("deliver", folder, **quiet)
    call_command("close", **quiet)


def revalue(broker: Broker, folder: Path, day: str, codes: Collection[str], *, sequence: int, factor: str) -> None:
    """Correct a day: some accounts are worth so many times what was said; the others come as they were."""
    names = "account", "date", "value", "net_flow", "turnover", "revenue"
    columns = ", ".join(f'CAST("{name}" AS VARCHAR)' for name in names)
    rows: list[tuple[str, ...]] = []
    for source in ("read_parquet('{}/history/holdings.parquet')", "read_csv('{}/*/holdings.csv', all_varchar=true)"):
        table = source.format(broker.folder)
        rows += duckdb.sql(f"SELECT {columns} FROM {table} WHERE CAST(\"date\" AS VARCHAR) LIKE '{day}%'").fetchall()
    told = [
        (code, day, str((Decimal(value) * Decimal(factor)).quantize(FEN)) if code in codes else value, *others)
        for code, _date, value, *others in sorted(rows)
    ]
    send(folder, "holdings.csv", day, sequence, "full", [names, *told])


def move(broker: Broker, folder: Path, day: str, client: str, outlet: str, *, sequence: int) -> None:
    """Tell that a client belongs to another outlet from a day on."""
    with (broker.folder / "history" / "clients.csv").open(encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file)
    row = next(row for row in rows if row[names.index("client")] == client)
    row[names.index("outlet")] = outlet
    send(folder, "clients.csv", day, sequence, "changes", [names, row])
