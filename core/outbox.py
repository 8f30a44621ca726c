"""The outbox: what happened, written in the transaction in which it happened, for others to absorb later.

Owns the writing of `OutboxEvent` and `OutboxReceipt`. An event is delivered at least once and absorbed once by each
handler: the receipt is in the transaction of the handler's work. Events of one subject are absorbed in their order.
Never knows what a kind means or who handles it: the face that dispatches brings the handlers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from core.audit import require_transaction
from core.messages import send_after_commit
from core.models import OutboxEvent, OutboxReceipt

DISPATCH = "tasks.outbox.dispatch"
"""The task that sees to what is open; a beat sends it too, for messages that were lost."""

SCHEMA_VERSION = 1

UNSORTED = ""
"""The handler of an event's first receipt: nobody yet."""


def emit(
    *,
    kind: str,
    subject_kind: str,
    subject_key: str,
    business_date: date,
    payload: Mapping[str, Any],
    at: datetime,
) -> OutboxEvent:
    """Add an event to the outbox in the caller's transaction, and have it dispatched after commit.

    The subject is a kind and the key a person knows it by; the payload holds codes, ids and amounts, never a person's
    name, number or code of proof. Raises NoTransaction outside a transaction.
    """
    require_transaction(at)
    event = OutboxEvent.objects.create(
        kind=kind,
        subject_kind=subject_kind,
        subject_key=subject_key,
        business_date=business_date,
        at=at,
        schema_version=SCHEMA_VERSION,
        payload=dict(payload),
    )
    OutboxReceipt.objects.create(event=event, handler=UNSORTED, due_at=at)
    send_after_commit(DISPATCH)
    return event
