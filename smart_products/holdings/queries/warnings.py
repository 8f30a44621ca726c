"""Warnings of deliveries as a person works through them: open, or signed off by whom, when and why.

Never words a rule; that is reading/rules.py.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet

from smart_products.holdings.models import Delivery, DeliveryWarning


class WarningState(StrEnum):
    """Whether somebody has signed a warning off."""

    OPEN = "open"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class WarningView:
    """Warnings of one rule in one file, summed up; `detail` is the first one's place or value."""

    public_id: UUID
    rule: str
    file: str
    count: int
    detail: str
    signed_by: str
    signed_at: datetime | None
    reason: str


def warnings_found(*, state: WarningState | None = None, source: str = "", rule: str = "") -> QuerySet[DeliveryWarning]:
    """Return the warnings of all deliveries with these, narrowed by what is chosen."""
    rows = DeliveryWarning.objects.select_related("delivery")
    if state is not None:
        rows = rows.filter(signed_at__isnull=state is WarningState.OPEN)
    if source:
        rows = rows.filter(delivery__source=source)
    return rows.filter(rule=rule) if rule else rows


def rules_found() -> Collection[str]:
    """Return the rules of which there are warnings."""
    return list(DeliveryWarning.objects.order_by("rule").values_list("rule", flat=True).distinct())


def delivery_of(text: str) -> UUID | None:
    """Return the public id of a delivery that is named by a text; None where there is none."""
    try:
        return Delivery.objects.filter(public_id=UUID(text)).values_list("public_id", flat=True).first()
    except ValueError:
        return None


def warning_view(row: DeliveryWarning) -> WarningView:
    """Return a warning as it is shown."""
    return WarningView(
        row.public_id, row.rule, row.file, row.count, row.detail, row.signed_by or "", row.signed_at, row.reason
    )
