"""What a feed said and was set aside comes in once nothing signed here stands against it.

Called when a contract ends. Never changes what was signed here, and never what a person has decided.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q

from smart_products.signing.models import AsideChoice, Contract, SetAside, Subscription


def readmit(contract: Contract, at: datetime) -> None:
    """Take in the rows set aside for a contract that no longer overlap anything; they are cleared."""
    for row in SetAside.objects.select_for_update().filter(
        client=contract.client, product=contract.product, account=contract.account, choice=""
    ):
        if not overlaps(row):
            take_in(row)
            row.choice, row.decided_at, row.decided_by = AsideChoice.CLEARED, at, "signing"
            row.save()


def overlaps(row: SetAside) -> bool:
    """Return whether any subscription is in force on a day on which the row says so too."""
    if row.end is not None and row.end <= row.start:
        return False
    same = Subscription.objects.filter(client=row.client_id, product=row.product_id, account=row.account_id)
    later = same.filter(Q(end=None) | Q(end__gt=row.start) & Q(end__gt=F("start")))
    return (later if row.end is None else later.filter(start__lt=row.end)).exists()


def take_in(row: SetAside) -> Subscription:
    """Make a subscription of its source from a row."""
    return Subscription.objects.create(
        source=row.source,
        code=row.code,
        client_id=row.client_id,
        product_id=row.product_id,
        account_id=row.account_id,
        start=row.start,
        end=row.end,
        end_reason=row.end_reason,
        inferred=row.inferred,
        recorded_at=row.recorded_at,
    )
