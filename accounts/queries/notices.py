"""Reads of notices: what a client was told, and what could not be delivered.

Never writes.
"""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import Client, Notice, NoticeDelivery
from accounts.rules import DeliveryState, NoticeKind


def notices_of(client: Client) -> QuerySet[Notice]:
    """Return what a client was told, the latest first; codes are not shown again."""
    return Notice.objects.filter(client=client).exclude(kind=NoticeKind.CODE).order_by("-at", "-pk")


def undelivered() -> QuerySet[NoticeDelivery]:
    """Return the deliveries that were given up and wait for a person, the latest first."""
    given_up = NoticeDelivery.objects.filter(state=DeliveryState.GIVEN_UP)
    return given_up.select_related("notice__client").order_by("-due_at", "-pk")
