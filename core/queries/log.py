"""The log of what happened, in the order in which others read it. Never writes.

Whoever has handled an event asks for what comes after it; nothing is ever put before a place that was given.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from core.models import OutboxPlace


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
    reach = Q(event__place="") if house else Q(pk__in=[])
    for path in places:
        reach |= Q(event__place__startswith=path) if path.endswith(".") else Q(pk__in=[])
    found = OutboxPlace.objects.filter(reach, event__kind__in=kinds).select_related("event")
    if after is not None:
        before = OutboxPlace.objects.filter(event__public_id=after).values_list("position", flat=True).first()
        if before is None:
            raise UnknownEvent(str(after))
        found = found.filter(position__gt=before)
    return [_view(row) for row in found.order_by("position")[:limit]]


def _view(row: OutboxPlace) -> EventView:
    event = row.event
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
