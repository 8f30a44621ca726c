"""The audit log: what was done and read, by whom, of whom. To look is recorded as well."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.http import Http404, HttpResponse
from pydantic import Field
from rest_framework.request import Request

from accounts.queries import audit_question, units_within
from accounts.roles import Area
from accounts.scoping import reach_of
from api.asked import CODE, Day, Earlier, SubjectKey, UnitCode
from api.pages import Paged
from api.problems import Refused
from api.resource import Resource, answered, says
from core import clock
from core.queries import AuditCursor, AuditView, audit_events
from core.secrecy import closed, opened
from screens.plain.shape import Shape
from screens.reads import note_read

HOUSE = "-"
USE = "cursors of audit"
EPOCH = datetime.fromtimestamp(0, UTC)


class AuditQuery(Paged):
    """Which events; what is not named asks for any."""

    who: str | None = Field(
        None, max_length=CODE, examples=["operations"], description="User name, or the name of a job."
    )
    action: str | None = Field(
        None, max_length=CODE, examples=["read"], description="Code of an act; `read` for looks."
    )
    subject: SubjectKey | None = Field(None, description="Key of what was acted on.")
    client: str | None = Field(
        None, max_length=CODE, examples=["C000001"], description="Code of a client whom it concerns."
    )
    unit: UnitCode | None = Field(None, description="Code of a unit, and below; `-` for the house alone.")
    since: Earlier | None = Field(None, description="The first day.")
    until: Day | None = Field(None, description="The last day.")


class AuditEvent(Shape):
    """Something that was done or read."""

    at: datetime
    who: str
    person: bool = Field(description="Whether a person did it, and not a job.")
    action: str
    subject_kind: str
    subject_key: str
    details: dict[str, Any]
    unit: str | None = Field(description="Code of the unit that it concerns; null for the house, or one that is gone.")
    client: str | None
    number: int | None = Field(description="Place in the chain of its unit; null while it waits for one.")


class AuditEvents(Shape):
    """Events, the newest first."""

    data: list[AuditEvent]
    next: str | None


class Log(Resource):
    """The audit log."""

    area = Area.AUDIT

    @says("audit_list", AuditEvents, query=AuditQuery, tag="audit")
    def get(self, request: Request) -> HttpResponse:
        """Search what was done and read at and below the units one audits, the newest first."""
        asked = self.query(request, AuditQuery)
        reach = reach_of(request.user, Area.AUDIT)
        units = {one.code: one.path for one in units_within(request.user, reach, clock.shanghai_today())}
        house_alone = asked.unit == HOUSE and reach.house
        if asked.unit is not None and asked.unit not in units and not house_alone:
            raise Http404
        path = None if house_alone or asked.unit is None else units[asked.unit]
        question = audit_question(
            reach,
            path=path,
            house_alone=house_alone,
            who=asked.who or "",
            action=asked.action or "",
            subject=asked.subject or "",
            client=asked.client or "",
            first=clock.shanghai_midnight(asked.since) if asked.since else None,
            until=clock.shanghai_midnight(asked.until + timedelta(days=1)) if asked.until else None,
        )
        found = audit_events(question, limit=asked.limit, after=_place(asked.cursor))
        filters = asked.model_dump(mode="json", exclude_none=True, exclude={"cursor", "limit"})
        place = path or ("" if reach.house else reach.places[0])
        note_read(request, "audit", "events", {"filters": filters, "rows": len(found.rows), "as": "api"}, place=place)
        codes = {path: code for code, path in units.items()}
        told = AuditEvents(data=[_told(one, codes) for one in found.rows], next=_cursor(found.next))
        return answered(request, told)


def _told(one: AuditView, codes: Mapping[str, str]) -> AuditEvent:
    return AuditEvent(
        at=one.at,
        who=one.who,
        person=one.is_person,
        action=one.action,
        subject_kind=one.subject_kind,
        subject_key=one.subject_key,
        details=dict(one.details),
        unit=codes.get(one.place),
        client=one.client or None,
        number=one.number,
    )


def _cursor(place: AuditCursor | None) -> str | None:
    """Return a place as text that tells nobody the number of an event."""
    if place is None:
        return None
    micros = (place.at - EPOCH) // timedelta(microseconds=1)
    return closed(f"{micros} {place.id}".encode(), USE).decode()


def _place(cursor: str | None) -> AuditCursor | None:
    if cursor is None:
        return None
    try:
        micros, number = opened(cursor.encode(), USE).decode().split(" ")
    except (InvalidToken, ValueError) as problem:
        raise Refused("invalid", "cursor") from problem
    return AuditCursor(EPOCH + timedelta(microseconds=int(micros)), int(number))
