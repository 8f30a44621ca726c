"""What is known of subscriptions, placements, accounts, structure and nodes, as tables for statistics.

Owns the shape of these tables, from PostgreSQL as it stands or from the files of a data cut. Never stores anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
from django.db import connection as postgres

from accounts.structure import outlet_edges
from core.columnar import DAY, LONG, SMALL, TEXT, WHOLE, Columns, table_from_query, table_from_rows
from core.files import path_of
from smart_products.catalogue.queries import families, products
from smart_products.signing.intervals import EFFECTIVE_INTERVALS
from smart_products.statistics.engine import LAST_DAY, read_parquet
from smart_products.statistics.models import DataCut
from smart_products.statistics.nodes import node_masks

CHANNELS = """
SELECT code, id FROM statistics_channel
UNION ALL
SELECT channel, CAST(-row_number() OVER (ORDER BY channel) AS SMALLINT)
FROM (SELECT DISTINCT channel FROM accounts_clientversion) AS v
WHERE channel NOT IN (SELECT code FROM statistics_channel)
"""
"""Channels by code with their numbers; one without, before the first close, has one below 0 for the while."""

QUERIES: Mapping[str, str] = {
    "intervals": EFFECTIVE_INTERVALS,
    "placements": f"""
SELECT v.client_id, v.valid_from, v.outlet_id, ch.id
FROM accounts_clientversion v JOIN ({CHANNELS}) AS ch ON ch.code = v.channel
WHERE v.outlet_id IS NOT NULL
""",
    "accounts": """
SELECT a.id, a.client_id, a.source, a.opened_on, a.closed_on
FROM accounts_assetaccount a
WHERE a.client_id IS NOT NULL AND EXISTS (SELECT FROM accounts_clientversion v WHERE v.client_id = a.client_id)
""",
}
"""What PostgreSQL is asked."""

SHAPES: Mapping[str, str] = {
    "intervals": f"""
SELECT client_id, account_id, CAST(1 AS BIGINT) << bit AS power, started, coalesce(ended, DATE '{LAST_DAY}') AS ended,
  coalesce(reason, 3) AS reason
FROM raw ORDER BY client_id, account_id, started, bit""",
    "placements": f"""
SELECT client_id,
  CASE WHEN row_number() OVER w = 1 THEN DATE '0001-01-01' ELSE valid_from END AS valid_from,
  coalesce(lead(valid_from) OVER w, DATE '{LAST_DAY}') AS valid_to, outlet, channel
FROM raw WINDOW w AS (PARTITION BY client_id ORDER BY valid_from) ORDER BY client_id, valid_from""",
    "accounts": f"""
SELECT account_id, client_id, CAST(dense_rank() OVER (ORDER BY first_account) - 1 AS SMALLINT) AS source,
  source AS source_name,
  coalesce(opened_on, DATE '0001-01-01') AS opened_on, coalesce(closed_on, DATE '{LAST_DAY}') AS closed_on
FROM (SELECT *, min(account_id) OVER (PARTITION BY source) AS first_account FROM raw) AS known
ORDER BY account_id""",
    "edges": "SELECT * FROM raw ORDER BY ALL",
    "nodes": "SELECT * FROM raw ORDER BY ALL",
}
"""Each part from the table `raw`, in the shape in which it is frozen."""

COLUMNS: Mapping[str, Columns] = {
    "intervals": {
        "client_id": LONG,
        "account_id": LONG,
        "bit": WHOLE,
        "started": DAY,
        "ended": DAY,
        "reason": SMALL,
    },
    "placements": {"client_id": LONG, "valid_from": DAY, "outlet": WHOLE, "channel": SMALL},
    "accounts": {"account_id": LONG, "client_id": LONG, "source": TEXT, "opened_on": DAY, "closed_on": DAY},
    "edges": {"outlet": WHOLE, "ancestor": WHOLE, "valid_from": DAY, "valid_to": DAY},
    "nodes": {"node": SMALL, "mask": LONG},
}

PARTS = tuple(SHAPES)
TABLES: Mapping[str, str] = {
    "intervals": "cut_intervals",
    "placements": "cut_placements",
    "accounts": "known_accounts",
    "edges": "edges",
    "nodes": "nodes",
}


def channel_numbers() -> dict[str, int]:
    """Return the channels that clients have or had, with their numbers."""
    with postgres.cursor() as cursor:
        cursor.execute(CHANNELS)
        return dict(cursor.fetchall())


def ask(connection: duckdb.DuckDBPyConnection, part: str) -> None:
    """Make the table `raw` of a part from PostgreSQL as it stands now."""
    connection.execute("DROP TABLE IF EXISTS raw")
    if part == "edges":
        table_from_rows(connection, "raw", COLUMNS[part], outlet_edges())
    elif part == "nodes":
        table_from_rows(connection, "raw", COLUMNS[part], node_masks(families(), products()))
    else:
        table_from_query(connection, "raw", COLUMNS[part], QUERIES[part])


def load(connection: duckdb.DuckDBPyConnection, cut: DataCut | None, folder: Path, *parts: str) -> None:
    """Make the tables of these parts: from the files of a cut, or from what is known now."""
    for part in parts:
        if cut is None:
            ask(connection, part)
            source = f"({SHAPES[part]})"
        else:
            source = read_parquet([path_of(folder, cut.files[part])])
        connection.execute(f"CREATE OR REPLACE TABLE {TABLES[part]} AS SELECT * FROM {source}")


def load_whole(connection: duckdb.DuckDBPyConnection, cut: DataCut, folder: Path) -> None:
    """Make all tables of a cut, with the accounts' days of arrival, and all days on which something happens."""
    load(connection, cut, folder, *PARTS)
    connection.execute(
        """CREATE OR REPLACE TABLE cut_accounts AS
        SELECT a.account_id, a.client_id, a.source, a.source_name, a.opened_on, a.closed_on,
          greatest(least(a.opened_on, coalesce(i.started, a.opened_on)), DATE '0001-01-02') AS arrives
        FROM known_accounts AS a
        LEFT JOIN (SELECT account_id, min(started) AS started FROM cut_intervals GROUP BY account_id) AS i
          USING (account_id)
        ORDER BY a.account_id"""
    )
    connection.execute(
        """CREATE OR REPLACE TABLE cut_events AS
        SELECT client_id, started AS happens FROM cut_intervals
        UNION ALL SELECT client_id, ended FROM cut_intervals WHERE ended < DATE '9999-12-31'
        UNION ALL SELECT client_id, valid_from FROM cut_placements WHERE valid_from > DATE '0001-01-01'
        UNION ALL SELECT client_id, opened_on FROM cut_accounts
        UNION ALL SELECT client_id, arrives FROM cut_accounts
        UNION ALL SELECT client_id, closed_on FROM cut_accounts WHERE closed_on < DATE '9999-12-31'"""
    )
