"""The log of what happened, in the order in which others read it. Never writes.

Whoever has handled an event asks for what comes after it; nothing is ever put before a place that was given.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from core.models import OutboxEvent, OutboxPlace


class UnknownEvent(LookupError):
    """No event of the log has this id."""


@dataclass(frozen=True, slots=True)
class EventView:
    """An event as others read it."""

    id: UUID
    kind: str
    schema_version: int
    subject_kind: str
    subject_key: str
    business_date: date
    at: datetime
    payload: dict[str, Any]


def events_after(
    after: UUID | None, *, kinds: Collection[str], places: Collection[str], house: bool, limit: int
) -> list[EventView]:
    """Return the next events of these kinds after one (None: from the beginning), at most `limit`.

    Those of units at and below `places`, paths that end with a separator; those of the house where `house` says so.
    Raises UnknownEvent.
    """
    position = 0
    if after is not None:
        before = OutboxPlace.objects.filter(event__public_id=after).values_list("position", flat=True).first()
        if before is None:
            raise UnknownEvent(str(after))
        position = before
    found = places_after(position, kinds=kinds, places=places, house=house)
    return [view_of(row.event) for row in found.select_related("event")[:limit]]


def places_after(
    position: int, *, kinds: Collection[str], places: Collection[str], house: bool
) -> QuerySet[OutboxPlace]:
    """Return the places behind one, in order, of events of these kinds and within this reach."""
    reach = Q(event__place="") if house else Q(pk__in=[])
    for path in places:
        reach |= Q(event__place__startswith=path) if path.endswith(".") else Q(pk__in=[])
    return OutboxPlace.objects.filter(reach, position__gt=position, event__kind__in=kinds).order_by("position")


def events_about(subject_kind: str, subject_key: str, *, kinds: Collection[str]) -> list[EventView]:
    """Return what happened to a subject, of these kinds, in order."""
    found = OutboxEvent.objects.filter(subject_kind=subject_kind, subject_key=subject_key, kind__in=kinds)
    return [view_of(one) for one in found.order_by("pk")]


def last_position() -> int:
    """Return the last place that was given; 0 for an empty log. Whoever reads up to it misses none before it."""
    return OutboxPlace.objects.aggregate(last=Max("position"))["last"] or 0


def view_of(event: OutboxEvent) -> EventView:
    """Return an event as others read it."""
    return EventView(
        id=event.public_id,
        kind=event.kind,
        schema_version=event.schema_version,
        subject_kind=event.subject_kind,
        subject_key=event.subject_key,
        business_date=event.business_date,
        at=event.at,
        payload=event.payload,
    )
