"""Statements for the close: the files in sql/ with their parameters filled in.

Owns how a statement file becomes a statement, and which days of a file count. A parameter is a date, a number, a truth
value or a fragment of ours (names of columns and tables), never outside text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import duckdb

from core.columnar import DAY, TEXT, table_from_rows

SQL = Path(__file__).parent / "sql"
PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+[a-z0-9_]*)")
FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)


Value = date | bool | int | str


@cache
def _text(name: str) -> str:
    lines = (SQL / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("--"))


def literal(value: Value) -> str:
    """Write a parameter into a statement; a str must be a fragment of ours (names), never data."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date):
        return f"DATE '{value.isoformat().zfill(10)}'"
    return str(value)


def render(name: str, parameters: Mapping[str, Value]) -> str:
    """Return the text of a statement file with its parameters filled in. Raises KeyError for a missing one."""
    return PARAMETER.sub(lambda match: literal(parameters[match[1]]), _text(name))


def run(
    connection: duckdb.DuckDBPyConnection, names: Iterable[str], parameters: Mapping[str, Value] | None = None
) -> None:
    """Execute statement files in order."""
    for name in names:
        connection.execute(render(name, parameters or {}))


def read_parquet(paths: Iterable[Path]) -> str:
    """Return the table expression that reads these files."""
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{names}], hive_partitioning = false)"


def read_days(
    connection: duckdb.DuckDBPyConnection, files: Mapping[date, Path], *, column: str = "day", counted: str = "counted"
) -> str:
    """Return the table expression of some days, from files that hold others as well: of each the days it stands for.

    Which day stands in which file goes into the table `counted`: read the expression before that name is used again.
    """
    rows = [(str(path), day) for day, path in files.items()]
    table_from_rows(connection, counted, {"filename": TEXT, column: DAY}, rows)
    source = read_parquet(sorted(set(files.values())))[:-1] + ", filename = true)"
    return f"(SELECT * EXCLUDE (filename) FROM {source} SEMI JOIN {counted} USING (filename, {column}))"


def sums(columns: Iterable[str]) -> str:
    """Return `sum(c) AS c` for each column."""
    return ", ".join(f"CAST(sum({column}) AS BIGINT) AS {column}" for column in columns)
