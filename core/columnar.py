"""DuckDB beside PostgreSQL: a bounded connection in memory, and tables from what a query gives.

Owns the way from rows to columns over Arrow, which costs a microsecond a row. Never knows what the rows mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection as postgres

TEXT, DAY = pa.string(), pa.date32()
LONG, WHOLE, SMALL = pa.int64(), pa.int32(), pa.int16()

Columns = Mapping[str, pa.DataType]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a connection: memory such as '2GiB', threads (0: all cores), and a folder for spilling."""

    memory: str = "2GiB"
    threads: int = 0
    folder: Path | None = None


def connect(limits: Limits) -> duckdb.DuckDBPyConnection:
    """Open a database in memory within the limits; close it when the job ends."""
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{limits.memory}'")
    if limits.threads:
        connection.execute(f"SET threads = {limits.threads}")
    if limits.folder is not None:
        limits.folder.mkdir(parents=True, exist_ok=True)
        connection.execute(f"SET temp_directory = '{limits.folder}'")
    return connection


def table_from_rows(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Columns, rows: Iterable[Sequence[Any]]
) -> None:
    """Make a table of these columns from rows in the same order of columns."""
    every = list(rows)
    values = zip(*every, strict=True) if every else [()] * len(columns)
    arrays = [pa.array(list(column), kind) for column, kind in zip(values, columns.values(), strict=True)]
    connection.from_arrow(pa.Table.from_arrays(arrays, names=list(columns))).create(name)


def table_from_query(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Columns, query: str, parameters: Sequence[Any] = ()
) -> None:
    """Make a table of these columns from what a query of PostgreSQL gives."""
    with postgres.cursor() as cursor:
        cursor.execute(query, list(parameters) or None)
        table_from_rows(connection, name, columns, cursor.fetchall())
