"""Tables of the connection that a delivery is read into: whether they stand, and their removal.

Owns the catalogue look-ups and the two lists of breaches, `refused` and `warned` (file, line,
column, rule, value). Never knows what a table means.
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from smart_products.holdings.reading.faults import Refusal

Connection = duckdb.DuckDBPyConnection

LISTED = 10_000
"""Breaches that are handed over as objects; the tables hold them all."""


def exists(connection: Connection, table: str) -> bool:
    """Whether a table or view of this name stands in the connection."""
    # A tenth of the time of a look-up in the information schema, of which a small file needs thirty.
    try:
        connection.execute(f"SELECT 1 FROM {table} LIMIT 0")
    except duckdb.CatalogException:
        return False
    return True


def column_exists(connection: Connection, table: str, column: str) -> bool:
    """Whether a table of this name has a column of that name."""
    found = connection.execute(
        "SELECT count(*) FROM information_schema.columns WHERE table_name = ? AND column_name = ?",
        [table, column],
    ).fetchone()
    return bool(found and found[0])


def drop(connection: Connection, table: str) -> None:
    """Remove a table or view, if it stands."""
    try:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    except duckdb.CatalogException:
        connection.execute(f"DROP VIEW {table}")


def count(connection: Connection, statement: str) -> int:
    """Return the one number a statement gives; 0 for none."""
    row = connection.execute(statement).fetchone()
    return int(row[0] or 0) if row else 0


def open_lists(connection: Connection, file: str) -> None:
    """Make `refused` and `warned` if they do not stand, and forget what they hold of a file."""
    for table in ("refused", "warned"):
        connection.execute(
            f'CREATE TABLE IF NOT EXISTS {table} (file VARCHAR, line BIGINT, "column" VARCHAR, '
            "rule VARCHAR, value VARCHAR)"
        )
    forget(connection, file)


def forget(connection: Connection, file: str, *, keep: Collection[str] = ()) -> None:
    """Empty both lists of a file's breaches, but for the rules in `keep`."""
    for table in ("refused", "warned"):
        connection.execute(
            f"DELETE FROM {table} WHERE file = ? AND NOT list_contains(?::VARCHAR[], rule)",
            [file, list(keep)],
        )


def warn(connection: Connection, warning: Refusal) -> None:
    """Add one warning."""
    connection.execute(
        "INSERT INTO warned VALUES (?, ?, ?, ?, ?)",
        [warning.file, warning.line, warning.column, warning.rule, warning.value],
    )


def listed(connection: Connection, table: str, file: str) -> tuple[Refusal, ...]:
    """Return the breaches of a file in the order of its lines, LISTED at most."""
    rows = connection.execute(
        f'SELECT file, line, "column", rule, value FROM {table} WHERE file = ? '
        f'ORDER BY line NULLS FIRST, "column", rule LIMIT {LISTED}',
        [file],
    ).fetchall()
    return tuple(Refusal(*row) for row in rows)
