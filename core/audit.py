"""The audit log: one row for everything that matters, written with it or not at all.

Owns the writing of `AuditEvent`. It insists on the caller's transaction, so that an
act and its record can not part; the database refuses to change or remove a row.
Never holds personal data: keys and counts, not names. Whom an event concerns comes as plain values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.actor import Actor
from core.models import AuditEvent

READ = "read"
"""The action of everything that shows sensitive data and changes nothing."""


class NoTransaction(RuntimeError):
    """Something was done outside a transaction that has no meaning without one."""


@dataclass(frozen=True, slots=True)
class Concern:
    """Whom an event concerns: the path of the unit as it is then, and the client as source and code.

    Both are empty where it concerns the house.
    """

    place: str = ""
    client: str = ""


HOUSE = Concern()


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
    concern: Concern = HOUSE,
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
        place=concern.place,
        client=concern.client,
    )


def record_read(
    *,
    subject_kind: str,
    subject_key: str,
    details: Mapping[str, Any],
    by: Actor,
    at: datetime,
    concern: Concern = HOUSE,
) -> AuditEvent:
    """Add to the audit log that sensitive data were shown or handed out: one INSERT in the transaction of the request.

    `details` say which fields, by which filters, how many rows; never what they held.
    """
    return record(
        action=READ,
        subject_kind=subject_kind,
        subject_key=subject_key,
        details=details,
        by=by,
        at=at,
        concern=concern,
    )
