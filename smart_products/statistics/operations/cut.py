"""The data cut: what was known of subscriptions, placements, accounts and structure, frozen as files.

Owns the copy from PostgreSQL to Parquet that a close reads. Equal contents give equal files and one cut.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path

import duckdb
from django.db import connection as postgres
from django.db import transaction

from core.actor import Actor
from core.audit import record
from core.files import store_parquet
from smart_products.statistics.known import PARTS, SHAPES, ask
from smart_products.statistics.models import Channel, DataCut


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
    files = {}
    for part in PARTS:
        ask(connection, part)
        files[part] = store_parquet(connection, SHAPES[part], folder)
    connection.execute("DROP TABLE raw")
    digest = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
    cut, created = DataCut.objects.get_or_create(
        digest=digest, defaults={"created_at": at, "recorded_until": recorded_until, "files": files}
    )
    if created:
        record(action="take", subject_kind="data_cut", subject_key=digest, details=files, by=by, at=at)
    return cut


def _name_channels() -> None:
    """Give a number to each channel that a client has and that has none yet."""
    with postgres.cursor() as cursor:
        cursor.execute(
            "INSERT INTO statistics_channel (code) SELECT DISTINCT channel FROM accounts_clientversion "
            "WHERE channel NOT IN (SELECT code FROM statistics_channel) ORDER BY channel ON CONFLICT DO NOTHING"
        )
    assert Channel.objects.count() < 4096, "a slice holds 4,096 channels"  # noqa: S101
