"""What happened, to be followed: an ordered log that is read by cursor and can be read again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from pydantic import Field
from rest_framework.request import Request

from accounts.roles import Area
from accounts.scoping import grants, paths_of
from api.problems import Refused
from api.resource import Query, Resource, answered, says
from core.queries import UnknownEvent, events_after
from screens.plain.shape import Shape

KINDS = {
    "signed": "A contract was signed.",
    "withdrawn": "A contract was withdrawn within its cooling-off period.",
    "cooling_off_ended": "The cooling-off period of a contract is over.",
    "paused": "A contract was paused.",
    "resumed": "A pause is over.",
    "suspended": "The service of a contract was suspended.",
    "released": "A suspension is over.",
    "renewed": "A contract was renewed.",
    "expiring": "A contract is about to end.",
    "expired": "A contract ended with its time.",
    "terminated": "A contract was ended.",
    "rematched": "A contract was matched again.",
    "risk_class_changed": "The class of a client changed.",
    "terms_published": "Terms of a product were published.",
    "product_regraded": "A product has another risk level.",
    "product_retired": "A product is no longer offered.",
    "delivered": "A delivery of a feed was taken in.",
    "published": "A day was published for the first time.",
    "restated": "A day was published in another version.",
}
"""The kinds of the log, each with what it means. Others are the house's own and never stand in it."""
MOST = 500


class EventsQuery(Query):
    """From where on, and of which kinds."""

    after: UUID | None = Field(None, description="Id of the last event that was handled; the first ones without it.")
    kind: str | None = Field(None, max_length=1000, description="Kinds wanted, separated by commas; all without it.")
    limit: int = Field(100, ge=1, le=MOST)


class Event(Shape):
    """Something that happened. Ids never repeat: whoever keeps those it handled handles each once."""

    id: UUID
    kind: str = Field(examples=["signed"])
    schema_version: int
    subject_kind: str = Field(description="Events of one subject stand in their order.", examples=["contract"])
    subject_key: str
    business_date: date
    at: datetime
    payload: dict[str, Any]


class Events(Shape):
    """The next events, in order."""

    data: list[Event]
    next: UUID | None = Field(description="What to ask `after` next time; null while nothing was read at all.")


class Log(Resource):
    """The log of events."""

    area = Area.EVENTS

    @says("events_list", Events, query=EventsQuery, tag="events")
    def get(self, request: Request) -> HttpResponse:
        """Read what happened after an event: those of one's units, and those of the house from its top."""
        asked = self.query(request, EventsQuery)
        kinds = set(KINDS) if asked.kind is None else set(asked.kind.split(","))
        if not kinds <= KINDS.keys():
            raise Refused("invalid", ", ".join(sorted(kinds - KINDS.keys())))
        house = any(grant.unit.parent_id is None for grant in grants(request.user))
        places = paths_of(request.user, Area.EVENTS)
        try:
            found = events_after(asked.after, kinds=kinds, places=places, house=house, limit=asked.limit)
        except UnknownEvent as problem:
            raise Refused("not_found", "after") from problem
        data = [Event.model_validate(one, from_attributes=True) for one in found]
        return answered(request, Events(data=data, next=data[-1].id if data else asked.after))
