"""DuckDB beside PostgreSQL: a bounded connection in memory, and tables from what a query gives.

Owns the way from rows to columns: as lists for a few, by COPY for many. Never knows what the rows mean.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from django.db import connection as postgres
from django.db import transaction
from django.db.backends.utils import CursorWrapper

TEXT, DAY = "VARCHAR", "DATE"
LONG, WHOLE, SMALL = "BIGINT", "INTEGER", "SMALLINT"

Columns = Mapping[str, str]
"""Names of columns and their types in DuckDB."""


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
    """Make a table of these columns from rows in the same order of columns; one of that name is replaced."""
    every = list(rows)
    connection.execute(
        f"CREATE OR REPLACE TABLE {name} ({', '.join(f'{column} {kind}' for column, kind in columns.items())})"
    )
    if every:
        lists = ", ".join(f"unnest(CAST(? AS {kind}[]))" for kind in columns.values())
        connection.execute(f"INSERT INTO {name} SELECT {lists}", [list(part) for part in zip(*every, strict=True)])


def table_from_query(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Columns, query: str, parameters: Sequence[Any] = ()
) -> None:
    """Make a table of these columns from what a query of PostgreSQL gives.

    The rows travel as text through a temporary file; an empty text stays apart from none.
    """
    types = ", ".join(f"'{column}': '{kind}'" for column, kind in columns.items())
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        with (
            postgres.cursor() as cursor,
            _whole_sets(cursor),
            cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)", parameters) as copy,
        ):
            for block in copy:
                file.write(block)
        file.flush()
        connection.execute(
            f"CREATE TABLE {name} AS FROM read_csv('{file.name}', auto_detect = false, header = false, delim = ',', "
            "quote = '\"', escape = '\"', new_line = '\\n', nullstr = '', allow_quoted_nulls = false, "
            f"columns = {{{types}}})"
        )


@contextmanager
def _whole_sets(cursor: CursorWrapper) -> Iterator[None]:
    """Keep the planner from joining whole tables row by row: one that was just loaded has no statistics yet.

    Such a plan once took 12 minutes for a copy of half a second.
    """
    with transaction.atomic():
        cursor.execute("SELECT current_setting('enable_nestloop')")
        (usual,) = cursor.fetchone()
        cursor.execute("SELECT set_config('enable_nestloop', 'off', true)")
        yield
        cursor.execute("SELECT set_config('enable_nestloop', %s, true)", [usual])
