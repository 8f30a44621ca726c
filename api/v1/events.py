"""What happened, to be followed: an ordered log that is read by cursor and can be read again."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from pydantic import Field
from rest_framework.request import Request

from accounts.roles import Area
from accounts.scoping import reach_of
from api.asked import Kinds, Limit
from api.problems import Refused
from api.resource import Query, Resource, answered, says
from core.queries import UnknownEvent, events_after
from screens.plain.events import KINDS, Event
from screens.plain.shape import Shape


class EventsQuery(Query):
    """From where on, and of which kinds."""

    after: UUID | None = Field(None, description="Id of the last event that was handled; the first ones without it.")
    kind: Kinds | None = Field(None, description="Kinds wanted, separated by commas; all without it.")
    limit: Limit = 100


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
        reach = reach_of(request.user, Area.EVENTS)
        try:
            found = events_after(asked.after, kinds=kinds, places=reach.places, house=reach.house, limit=asked.limit)
        except UnknownEvent as problem:
            raise Refused("not_found", "after") from problem
        data = [Event.model_validate(one, from_attributes=True) for one in found]
        return answered(request, Events(data=data, next=data[-1].id if data else asked.after))
