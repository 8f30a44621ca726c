"""What is known outside a delivery, as the tables that the strict reading asks for.

Owns the copy of codes from PostgreSQL into a DuckDB connection; only what the files of a delivery can refer to is
copied, the rest stands empty. Never writes to PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import duckdb

from core.columnar import DAY, LONG, TEXT, Columns, table_from_query, table_from_rows
from core.models import CalendarDay


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of known codes: its query by source, its columns, and the kinds of files that refer to it."""

    query: str
    columns: Columns
    kinds: frozenset[str]


_TABLES = {
    "known_units": _Table(
        """SELECT u.code, p.code FROM accounts_unit u LEFT JOIN accounts_unit p ON p.id = u.parent_id
        WHERE u.source = %s""",
        {"code": TEXT, "parent": TEXT},
        frozenset({"units", "clients"}),
    ),
    "known_clients": _Table(
        "SELECT code FROM accounts_client WHERE source = %s",
        {"code": TEXT},
        frozenset({"accounts", "subscriptions"}),
    ),
    "account_rows": _Table(
        """SELECT a.code, a.id, a.opened_on, a.closed_on, c.code FROM accounts_assetaccount a
        JOIN accounts_client c ON c.id = a.client_id WHERE a.source = %s""",
        {"code": TEXT, "account_id": LONG, "opened_on": DAY, "closed_on": DAY, "client_code": TEXT},
        frozenset({"accounts", "subscriptions", "holdings"}),
    ),
    "known_products": _Table(
        "SELECT code FROM catalogue_product WHERE source = %s",
        {"code": TEXT},
        frozenset({"products", "subscriptions"}),
    ),
    "known_families": _Table(
        "SELECT code FROM catalogue_family WHERE source = %s",
        {"code": TEXT},
        frozenset({"products"}),
    ),
}
_NUMBERS = _Table(
    "SELECT code, id FROM accounts_assetaccount WHERE source = %s", {"code": TEXT, "account_id": LONG}, frozenset()
)


def load_universe(
    connection: duckdb.DuckDBPyConnection, source: str, kinds: Collection[str], first: date, last: date
) -> None:
    """Make the tables of known codes that files of these kinds refer to, and the trading days of the delivery."""
    for name, table in _TABLES.items():
        if table.kinds & set(kinds):
            table_from_query(connection, name, table.columns, table.query, [source])
        else:
            table_from_rows(connection, name, table.columns, ())
    connection.execute(
        "CREATE TABLE account_codes AS SELECT code, account_id, opened_on, closed_on FROM account_rows; "
        "CREATE TABLE account_clients AS SELECT code, client_code FROM account_rows; DROP TABLE account_rows"
    )
    days = CalendarDay.objects.filter(trading=True, day__range=(first, last)).values_list("day")
    table_from_rows(connection, "trading_days", {"day": DAY}, days)


def number_accounts(connection: duckdb.DuckDBPyConnection, source: str) -> None:
    """Add to the known accounts those that this delivery itself brings, with the numbers they were given."""
    table_from_query(connection, "account_numbers", _NUMBERS.columns, _NUMBERS.query, [source])
    connection.execute(
        "INSERT INTO account_codes SELECT n.code, n.account_id, f.opened_on, f.closed_on FROM account_numbers AS n "
        "JOIN feed_accounts AS f ON f.account = n.code ANTI JOIN account_codes AS k ON k.code = n.code; "
        "DROP TABLE account_numbers"
    )
