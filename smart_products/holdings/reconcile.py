"""Reconciliation of a delivery with the source's previous fact day: who vanished, who appeared, what jumped.

Owns these comparisons. They are warnings for a person to look at, except that too many missing accounts refuse the
delivery. Never writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import duckdb

from smart_products.holdings.facts import DayFile
from smart_products.holdings.models import DayFacts
from smart_products.holdings.reading.faults import FeedError, Refusal
from smart_products.holdings.reading.manifest import Manifest

JUMP_SHARE = 0.5
"""A value that changed by more than this share of itself, flow apart, is worth a look ..."""
JUMP_FEN = 100_000_00
"""... when it is also more than this amount."""


def reconcile(
    connection: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    days: Sequence[DayFile],
    folder: Path,
    limit: Decimal,
) -> list[Refusal]:
    """Compare each day with the fact day before it; return warnings.

    Raises FeedError (missing_accounts) when more than `limit` of a day's open accounts lack a row the day after.
    """
    if not days:
        return []
    entry = manifest.entry("holdings")
    file = entry.name if entry else "holdings"
    before = (
        DayFacts.objects.filter(source=manifest.source, day__lt=manifest.first).order_by("-day", "-sequence").first()
    )
    warnings: list[Refusal] = []
    last, last_rows = (folder / before.file, before.rows) if before else (None, 0)
    for number, day in enumerate(days):
        if last is not None and (number == 0 or day.rows < last_rows * (1 - limit / 2)):
            warnings += _compare(connection, file, last, day, limit, tell=number == 0)
        last, last_rows = day.path, day.rows
    return warnings


def _compare(
    connection: duckdb.DuckDBPyConnection, file: str, last: Path, day: DayFile, limit: Decimal, *, tell: bool
) -> list[Refusal]:
    listed, missing, appeared, jumped = connection.execute(
        f"""SELECT count(b.account_id), count(b.account_id) FILTER (WHERE n.account_id IS NULL),
          count(n.account_id) FILTER (WHERE b.account_id IS NULL),
          count(*) FILTER (
            WHERE abs(n.value - b.value - n.net_flow) > greatest({JUMP_FEN}, {JUMP_SHARE} * abs(b.value)))
        FROM (SELECT f.* FROM read_parquet('{last}') AS f LEFT JOIN account_codes AS a USING (account_id)
              WHERE a.closed_on IS NULL OR a.closed_on > DATE '{day.day}') AS b
        FULL JOIN read_parquet('{day.path}') AS n USING (account_id)"""
    ).fetchone() or (0, 0, 0, 0)
    if missing > limit * listed:
        raise FeedError([Refusal(file, None, "account", "missing_accounts", f"{day.day}: {missing} / {listed}")])
    if not tell:
        return []
    found = (("accounts_vanished", missing), ("accounts_appeared", appeared), ("values_jumped", jumped))
    return [Refusal(file, None, "account", rule, str(count)) for rule, count in found if count]
