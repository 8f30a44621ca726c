"""The data cut: what was known of subscriptions, placements, accounts and structure, frozen as files.

Owns the copy from PostgreSQL to Parquet that a close reads. Equal contents give equal files and one cut.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

import duckdb
from django.db import connection as postgres
from django.db import transaction

from accounts.structure import outlet_edges
from core.actor import Actor
from core.audit import record
from core.columnar import DAY, LONG, SMALL, TEXT, WHOLE, Columns, table_from_query, table_from_rows
from core.files import path_of, store_parquet
from smart_products.catalogue.queries import families, products
from smart_products.signing.intervals import EFFECTIVE_INTERVALS
from smart_products.statistics.engine import LAST_DAY, read_parquet
from smart_products.statistics.models import Channel, DataCut
from smart_products.statistics.nodes import node_masks

PLACEMENTS = """
SELECT v.client_id, v.valid_from, v.outlet_id, ch.id
FROM accounts_clientversion v JOIN statistics_channel ch ON ch.code = v.channel
WHERE v.outlet_id IS NOT NULL
"""
ACCOUNTS = """
SELECT a.id, a.client_id, a.source, a.opened_on, a.closed_on
FROM accounts_assetaccount a
WHERE a.client_id IS NOT NULL AND EXISTS (SELECT FROM accounts_clientversion v WHERE v.client_id = a.client_id)
"""

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
}
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


@transaction.atomic
def take_cut(
    *,
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    recorded_until: datetime | None,
    by: Actor,
    at: datetime,
) -> DataCut:
    """Freeze master data as known now and return its cut; an unchanged state gives the cut there is.

    `folder` is where files of facts lie.
    """
    _name_channels()
    queries = {"intervals": EFFECTIVE_INTERVALS, "placements": PLACEMENTS, "accounts": ACCOUNTS}
    files = {name: _freeze(connection, name, query, folder) for name, query in queries.items()}
    files["edges"] = _freeze_rows(connection, COLUMNS["edges"], outlet_edges(), folder)
    masks = node_masks(families(), products())
    files["nodes"] = _freeze_rows(connection, COLUMNS["nodes"], masks, folder)
    digest = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
    cut, created = DataCut.objects.get_or_create(
        digest=digest, defaults={"created_at": at, "recorded_until": recorded_until, "files": files}
    )
    if created:
        record(action="take", subject_kind="data_cut", subject_key=digest, details=files, by=by, at=at)
    return cut


def load_cut(connection: duckdb.DuckDBPyConnection, cut: DataCut, folder: Path) -> None:
    """Make the tables of a cut: cut_intervals, cut_placements, cut_accounts, cut_events, edges and nodes."""
    for name, table in (
        ("intervals", "cut_intervals"),
        ("placements", "cut_placements"),
        ("edges", "edges"),
        ("nodes", "nodes"),
    ):
        source = read_parquet([path_of(folder, cut.files[name])])
        connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM {source}")
    accounts = read_parquet([path_of(folder, cut.files["accounts"])])
    connection.execute(
        f"""CREATE OR REPLACE TABLE cut_accounts AS
        SELECT a.account_id, a.client_id, a.source, a.source_name, a.opened_on, a.closed_on,
          greatest(least(a.opened_on, coalesce(i.started, a.opened_on)), DATE '0001-01-02') AS arrives
        FROM {accounts} AS a
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


def _name_channels() -> None:
    """Give a number to each channel that a client has and that has none yet."""
    with postgres.cursor() as cursor:
        cursor.execute(
            "INSERT INTO statistics_channel (code) SELECT DISTINCT channel FROM accounts_clientversion "
            "WHERE channel NOT IN (SELECT code FROM statistics_channel) ORDER BY channel ON CONFLICT DO NOTHING"
        )
    assert Channel.objects.count() < 4096, "a slice holds 4,096 channels"  # noqa: S101


def _freeze(connection: duckdb.DuckDBPyConnection, name: str, query: str, folder: Path) -> str:
    table_from_query(connection, "raw", COLUMNS[name], query)
    stored = store_parquet(connection, SHAPES[name], folder)
    connection.execute("DROP TABLE raw")
    return stored


def _freeze_rows(
    connection: duckdb.DuckDBPyConnection, columns: Columns, rows: Iterable[tuple[int | date, ...]], folder: Path
) -> str:
    table_from_rows(connection, "raw", columns, rows)
    stored = store_parquet(connection, "SELECT * FROM raw ORDER BY ALL", folder)
    connection.execute("DROP TABLE raw")
    return stored
