"""Reads of notices: what a client was told, and what could not be delivered.

Never writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from accounts.models import Client, Notice, NoticeDelivery
from accounts.rules import Channel, DeliveryState, NoticeKind


def notices_of(client: Client) -> QuerySet[Notice]:
    """Return what a client was told, the latest first; codes are not shown again."""
    return Notice.objects.filter(client=client).exclude(kind=NoticeKind.CODE).order_by("-at", "-pk")


def undelivered() -> QuerySet[NoticeDelivery]:
    """Return the deliveries that were given up and wait for a person, the latest first."""
    given_up = NoticeDelivery.objects.filter(state=DeliveryState.GIVEN_UP)
    return given_up.select_related("notice__client").order_by("-due_at", "-pk")


@dataclass(frozen=True, slots=True)
class ChannelQueue:
    """What waits on a channel, since when, and what was given up lately."""

    waiting: int
    oldest: datetime | None
    given_up: int


def channel_queues(*, since: datetime) -> dict[Channel, ChannelQueue]:
    """Return what is under way by channel, and how many deliveries were given up that were due after a time."""
    waits, lost = Q(state=DeliveryState.WAITING), Q(state=DeliveryState.GIVEN_UP, due_at__gte=since)
    rows = NoticeDelivery.objects.filter(waits | lost).order_by("channel").values_list("channel")
    counted = rows.annotate(
        waiting=Count("pk", filter=waits), oldest=Min("notice__at", filter=waits), lost=Count("pk", filter=lost)
    )
    return {Channel(channel): ChannelQueue(*counts) for channel, *counts in counted}
