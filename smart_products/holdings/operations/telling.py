"""What is told of a delivery that was taken in: on record, and to those who follow what happens."""

from __future__ import annotations

from datetime import datetime

from core.actor import Actor
from core.audit import record
from core.outbox import emit
from smart_products.holdings.models import Delivery
from smart_products.holdings.reading.manifest import Manifest


def tell(delivery: Delivery, manifest: Manifest, *, by: Actor, at: datetime) -> None:
    """Write the audit row of a delivery and the event for others, in the transaction that takes it in."""
    record(
        action="deliver",
        subject_kind="delivery",
        subject_key=str(delivery.public_id),
        details={
            "source": manifest.source,
            "business_date": str(manifest.business_date),
            "rows": delivery.rows,
            "refused": delivery.refused_rows,
            "files_digest": manifest.digest,
        },
        by=by,
        at=at,
    )
    emit(
        kind="delivered",
        subject_kind="delivery",
        subject_key=manifest.source,
        business_date=manifest.business_date,
        payload={
            "delivery": str(delivery.public_id),
            "source": manifest.source,
            "sequence": manifest.sequence,
            "days": {"from": manifest.first, "to": manifest.business_date},
            "rows": delivery.rows,
            "refused": delivery.refused_rows,
        },
        at=at,
    )
