"""What is known outside a delivery, as the tables that the strict reading asks for.

Owns the copy of codes from PostgreSQL into a DuckDB connection. Never writes.
"""

from __future__ import annotations

import tempfile
from datetime import date

import duckdb
from django.db import connection as postgres

from core.models import CalendarDay

_TABLES = {
    "known_units": (
        """SELECT u.code, p.code FROM accounts_unit u LEFT JOIN accounts_unit p ON p.id = u.parent_id
        WHERE u.source = %(source)s""",
        "{'code': 'VARCHAR', 'parent': 'VARCHAR'}",
    ),
    "known_clients": (
        "SELECT code FROM accounts_client WHERE source = %(source)s",
        "{'code': 'VARCHAR'}",
    ),
    "account_rows": (
        """SELECT a.code, a.id, a.opened_on, a.closed_on, c.code FROM accounts_assetaccount a
        LEFT JOIN accounts_client c ON c.id = a.client_id WHERE a.source = %(source)s AND a.client_id IS NOT NULL""",
        """{'code': 'VARCHAR', 'account_id': 'BIGINT', 'opened_on': 'DATE', 'closed_on': 'DATE',
        'client_code': 'VARCHAR'}""",
    ),
    "known_products": (
        "SELECT code FROM catalogue_product WHERE source = %(source)s",
        "{'code': 'VARCHAR'}",
    ),
    "known_families": (
        "SELECT code FROM catalogue_family WHERE source = %(source)s",
        "{'code': 'VARCHAR'}",
    ),
}


def load_universe(connection: duckdb.DuckDBPyConnection, source: str, first: date, last: date) -> None:
    """Make the tables of known codes of a source, and the trading days from `first` to `last`."""
    for table, (query, columns) in _TABLES.items():
        _copy(connection, table, query, columns, source)
    connection.execute(
        "CREATE TABLE account_codes AS SELECT code, account_id, opened_on, closed_on FROM account_rows; "
        "CREATE TABLE account_clients AS SELECT code, client_code FROM account_rows; DROP TABLE account_rows"
    )
    days = CalendarDay.objects.filter(trading=True, day__range=(first, last)).values_list("day")
    connection.execute("CREATE TABLE trading_days (day DATE)")
    if days:
        connection.executemany("INSERT INTO trading_days VALUES (?)", [list(day) for day in days])


def number_accounts(connection: duckdb.DuckDBPyConnection, source: str) -> None:
    """Read the account codes anew and add those this delivery itself brings, so that holdings can be joined."""
    query, columns = (
        "SELECT code, id FROM accounts_assetaccount WHERE source = %(source)s",
        "{'code': 'VARCHAR', 'account_id': 'BIGINT'}",
    )
    _copy(connection, "account_numbers", query, columns, source)
    connection.execute(
        "INSERT INTO account_codes SELECT n.code, n.account_id, f.opened_on, f.closed_on FROM account_numbers AS n "
        "JOIN feed_accounts AS f ON f.account = n.code ANTI JOIN account_codes AS k ON k.code = n.code; "
        "DROP TABLE account_numbers"
    )


def _copy(connection: duckdb.DuckDBPyConnection, table: str, query: str, columns: str, source: str) -> None:
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        with (
            postgres.cursor() as cursor,
            cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)", {"source": source}) as copy,
        ):
            for block in copy:
                file.write(block)
        file.flush()
        connection.execute(
            f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM read_csv('{file.name}', header = false, "
            f"auto_detect = false, delim = ',', quote = '\"', escape = '\"', columns = {columns})"
        )
