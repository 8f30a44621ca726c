"""Merging master data: what all deliveries of a source say together, into the rooms that own it.

Owns the order of the merges (units before clients before accounts before products before subscriptions) and the
record of what was merged last. Each room writes its own tables.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from accounts.operations import AccountRow, ClientRow, UnitRow, merge_accounts, merge_clients, merge_units
from core.actor import Actor
from core.files import path_of, store_parquet
from smart_products.catalogue.operations import ProductRow, merge_products
from smart_products.holdings.models import DeliveryFile, MasterState
from smart_products.holdings.resolve import KINDS, Statement, compare, resolve, set_aside
from smart_products.holdings.states import DeliveryState, FileMode
from smart_products.signing.operations import SubscriptionRow, merge_subscriptions

Merge = Callable[..., object]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _subscription(row: tuple[Any, ...]) -> SubscriptionRow:
    return SubscriptionRow._make((*row[:-1], EPOCH + timedelta(microseconds=row[-1])))


_MERGES: dict[str, tuple[Merge, Callable[[tuple[Any, ...]], object]]] = {
    "units": (merge_units, UnitRow._make),
    "clients": (merge_clients, ClientRow._make),
    "accounts": (merge_accounts, AccountRow._make),
    "products": (merge_products, ProductRow._make),
    "subscriptions": (merge_subscriptions, _subscription),
}


def merge_masters(
    *,
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    source: str,
    kinds: Collection[str],
    by: Actor,
    at: datetime,
) -> list[tuple[str, str]]:
    """Resolve these kinds of a source anew and merge what differs; return (code, place) of subscriptions set aside.

    `folder` is where files lie. Must run in the transaction that accepts a delivery.
    """
    aside: list[tuple[str, str]] = []
    for kind in KINDS:
        if kind not in kinds:
            continue
        resolve(connection, kind, _statements(folder, source, kind))
        state = MasterState.objects.filter(source=source, kind=kind).first()
        last = path_of(folder, state.file) if state else None
        difference = compare(connection, kind, last)
        merge, row = _MERGES[kind]
        removed = [key[0] if len(key) == 1 else key for key in difference.removed]
        if difference.changed or removed:
            merge(source=source, upserts=map(row, difference.changed), removed=removed, by=by, at=at)
        stored = store_parquet(connection, "SELECT * FROM resolved", folder)
        MasterState.objects.update_or_create(source=source, kind=kind, defaults={"file": stored, "resolved_at": at})
        if kind == "subscriptions":
            aside = [
                (code, f"{client} {product} {account} {start}")
                for code, client, product, account, start in set_aside(connection)
            ]
    return aside


def _statements(folder: Path, source: str, kind: str) -> list[Statement]:
    files = DeliveryFile.objects.filter(
        delivery__source=source, delivery__state=DeliveryState.ACCEPTED, kind=kind
    ).select_related("delivery")
    return [
        Statement(
            path=path_of(folder, file.statements),
            business_date=file.delivery.business_date,
            valid_from=file.delivery.valid_from,
            sequence=file.delivery.sequence,
            full=file.mode == FileMode.FULL,
            recorded_at=file.delivery.received_at,
        )
        for file in files
        if file.delivery.business_date and file.delivery.valid_from
    ]
