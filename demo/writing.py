"""Deliveries on disk: CSV masters, Parquet or CSV holdings, and the manifest.

Owns file formats and folder names. The holdings of a history are one Parquet file in row
groups of whole days, sorted by date, then account, written by a second thread while the
next days are simulated. Bytes depend on the rows alone (and on the version of pyarrow).
"""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pyarrow import csv

from demo import plan
from demo.holdings import Day
from demo.period import Period

MONEY = pa.decimal64(18, 2)
COLUMNS = ("value", "net_flow", "turnover", "revenue")
ROWS_A_GROUP = 1_000_000
WAITING = 2
"""Row groups that may wait for the writing thread."""


def yuan(fen: int) -> str:
    """Return whole fen as yuan with two decimals."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


@dataclass(slots=True)
class Entry:
    """A file as its manifest names it."""

    name: str
    mode: str
    rows: int
    totals: dict[str, str] = field(default_factory=dict)

    def describe(self, folder: Path) -> dict[str, Any]:
        """Return the manifest's entry of the file, hash included."""
        with (folder / self.name).open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        entry = {
            "name": self.name,
            "encoding": "utf-8",
            "mode": self.mode,
            "rows": self.rows,
            "sha256": digest,
        }
        return entry | ({"totals": self.totals} if self.totals else {})


def write_manifest(folder: Path, first: date, last: date, sequence: int, entries: list[Entry]) -> None:
    """Write manifest.json last, as a delivery without it is not one."""
    manifest = {
        "business_date": last.isoformat(),
        "from": first.isoformat(),
        "source": plan.SOURCE,
        "sequence": sequence,
        "files": [entry.describe(folder) for entry in entries],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def write_tables(folder: Path, tables: dict[str, pa.Table], mode: str) -> list[Entry]:
    """Write master files as CSV with a header and return their entries."""
    folder.mkdir(parents=True)
    entries = []
    for name, table in tables.items():
        _write_csv(folder / name, table)
        entries.append(Entry(name, mode, table.num_rows))
    return entries


def _write_csv(path: Path, table: pa.Table) -> None:
    with path.open("wb") as stream:
        stream.write((",".join(table.column_names) + "\n").encode())
        csv.write_csv(table, stream, csv.WriteOptions(include_header=False, quoting_style="none"))


def _money(values: NDArray[np.int64]) -> pa.Array:
    return pa.Array.from_buffers(MONEY, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])


class History:
    """The Parquet holdings of a history load: `take` its days in order, then `close`."""

    def __init__(self, path: Path, codes: pa.Array, period: Period) -> None:
        self._codes, self._period = codes, period
        self._days: list[Day] = []
        self._waiting: list[Future[None]] = []
        self._thread = ThreadPoolExecutor(1)
        self.entry = Entry(path.name, "full", 0)
        self._sums = dict.fromkeys(COLUMNS, 0)
        schema = pa.schema(
            [("account", pa.dictionary(pa.int32(), pa.string())), ("date", pa.date32())]
            + [(name, MONEY) for name in COLUMNS]
        )
        self._writer = pq.ParquetWriter(
            path,
            schema,
            compression="lz4",
            use_dictionary=["account", "date"],
            dictionary_pagesize_limit=1 << 26,
            column_encoding={"value": "DELTA_BINARY_PACKED"} | dict.fromkeys(COLUMNS[1:], "PLAIN"),
            store_decimal_as_integer=True,
            # of a column of codes they would take half the writing time and help nobody
            write_statistics=["date", *COLUMNS],
            store_schema=False,
        )

    def take(self, day: Day) -> None:
        """Keep a day's rows; a row group is written when it is large enough."""
        self._days.append(day)
        if sum(len(kept.account) for kept in self._days) >= ROWS_A_GROUP:
            self._flush()

    def _flush(self) -> None:
        days, self._days = self._days, []
        while len(self._waiting) >= WAITING:
            self._waiting.pop(0).result()
        self._waiting.append(self._thread.submit(self._write, days))

    def _write(self, days: list[Day]) -> None:
        """Write the rows of whole days as one row group; runs in the writing thread."""
        counts = [len(day.account) for day in days]
        number = np.concatenate([day.account for day in days])
        when = np.repeat([self._period.days[day.position] for day in days], counts).astype(np.int32)
        arrays = [
            pa.DictionaryArray.from_arrays(pa.array(number), self._codes),
            pa.array(when).cast(pa.date32()),
        ]
        for name in COLUMNS:
            values = np.concatenate([getattr(day, name) for day in days])
            self._sums[name] += int(values.sum())
            arrays.append(_money(values))
        table = pa.Table.from_arrays(arrays, schema=self._writer.schema)
        self._writer.write_table(table, row_group_size=max(table.num_rows, 1))
        self.entry.rows += table.num_rows

    def close(self) -> Entry:
        """Write what remains and return the file's entry with its totals."""
        if self._days:
            self._flush()
        for waiting in self._waiting:
            waiting.result()
        self._thread.shutdown()
        self._writer.close()
        self.entry.totals = {name: yuan(total) for name, total in self._sums.items()}
        return self.entry


def write_day(folder: Path, day: Day, codes: pa.Array, when: date) -> Entry:
    """Write one day's holdings as CSV beside the masters of its folder and return its entry."""
    columns = {
        "account": codes.take(pa.array(day.account)),
        "date": pa.array([when.isoformat()] * len(day.account)),
    }
    for name in COLUMNS:
        columns[name] = _money(getattr(day, name)).cast(pa.string())
    _write_csv(folder / "holdings.csv", pa.table(columns))
    totals = {name: yuan(int(getattr(day, name).sum())) for name in COLUMNS}
    return Entry("holdings.csv", "full", len(day.account), totals)
