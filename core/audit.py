"""The audit log: one row for everything that matters, written with it or not at all.

Owns the writing of `AuditEvent`. It insists on the caller's transaction, so that an
act and its record can not part; the database refuses to change or remove a row.
Never holds personal data: keys and counts, not names.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.actor import Actor
from core.models import AuditEvent


class NoTransaction(RuntimeError):
    """An operation tried to write outside a transaction."""


def require_transaction(at: datetime) -> None:
    """Raise NoTransaction outside a transaction, and ValueError for a time without a zone."""
    if not transaction.get_connection().in_atomic_block:
        raise NoTransaction("what is recorded must be in the transaction of what it records")
    if timezone.is_naive(at):
        raise ValueError("`at` needs a time zone")


def record(
    *,
    action: str,
    subject_kind: str,
    subject_key: str,
    details: Mapping[str, Any],
    by: Actor,
    at: datetime,
) -> AuditEvent:
    """Add one row to the audit log and return it.

    `action` is a verb ("merge"), the subject a kind and the key a person knows it by.
    Raises NoTransaction outside a transaction.
    """
    require_transaction(at)
    return AuditEvent.objects.create(
        at=at,
        actor_kind=by.kind,
        actor_name=by.name,
        user_id=by.user_id,
        action=action,
        subject_kind=subject_kind,
        subject_key=subject_key,
        details=dict(details),
    )
