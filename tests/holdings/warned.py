"""Deliveries as their judgement leaves them: with warnings that wait for a person."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from core.actor import system
from smart_products.holdings.models import Delivery, DeliveryWarning
from smart_products.holdings.operations.warnings import note_warnings

AT = datetime(2025, 1, 5, 9, 0, tzinfo=UTC)


def told(rule: str, value: str = "") -> dict[str, object]:
    return {"file": "holdings.csv", "line": None, "column": "account", "rule": rule, "value": value}


def delivered(*warnings: dict[str, object], sequence: int = 1) -> Delivery:
    """A delivery as its judgement leaves it."""
    row = Delivery.objects.create(
        source="core", business_date=AT.date(), valid_from=AT.date(), sequence=sequence, state="accepted",
        files_digest=f"{sequence}", folder_name="1", received_at=AT, warnings=list(warnings),
    )  # fmt: skip
    note_warnings(delivery=row, by=system("test"), at=AT)
    return row


def ids(*deliveries: Delivery) -> list[UUID]:
    return [row.public_id for row in DeliveryWarning.objects.filter(delivery__in=deliveries).order_by("pk")]
