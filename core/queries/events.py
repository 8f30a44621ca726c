"""Reads of the audit log: its events as an auditor asks for them, and which of them wait for their place in a chain.

A question brings the places that may be seen as plain values, and fails closed: without any there is nothing. Pages go
from the newest to the oldest by time and number, so that no page costs more than another.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, F, Func, Q, QuerySet, Value

from core.models import AuditBatch, AuditEvent, AuditHead


@dataclass(frozen=True, slots=True)
class AuditQuestion:
    """What is asked for; empty means anything."""

    places: Sequence[str] = ()
    """Paths of units: events there and below."""
    house: bool = False
    """Whether events of the house, of no unit, are asked for too."""
    who: str = ""
    action: str = ""
    subject: str = ""
    clients: Sequence[str] = ()
    """Clients as source and code."""
    first: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditCursor:
    """Where a page ended: the time and the number of its last event."""

    at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class AuditView:
    """An event; `number` is its place in its chain, None while it waits for one."""

    id: int
    at: datetime
    is_person: bool
    who: str
    action: str
    subject_kind: str
    subject_key: str
    details: Mapping[str, Any]
    place: str
    client: str
    number: int | None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of events, and where the next one begins; None at the end."""

    rows: Sequence[AuditView]
    next: AuditCursor | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the chains have come: events without a place yet, and the last sealed head."""

    waiting: int
    sealed: date | None
    links: int
    """Links that the last head covers."""


def audit_events(question: AuditQuestion, *, limit: int, after: AuditCursor | None = None) -> AuditPage:
    """Return the events of a question, the newest first, `limit` of them behind a cursor."""
    rows = _asked(question).select_related("link").order_by("-at", "-pk")
    if after is not None:
        # The first condition is the second one's for the index alone.
        rows = rows.filter(Q(at__lte=after.at), Q(at__lt=after.at) | Q(pk__lt=after.id))
    found = list(rows[: limit + 1])
    shown = [_view(row) for row in found[:limit]]
    return AuditPage(shown, AuditCursor(shown[-1].at, shown[-1].id) if len(found) > limit else None)


def audit_standing() -> Standing:
    """Return how far the chains have come."""
    head = AuditHead.objects.order_by("-day").first()
    last = AuditBatch.objects.order_by("-pk").first()
    waiting = fresh_events(last, last.cluster if last else 0).count()
    return Standing(waiting, head.day if head else None, head.links if head else 0)


def people_behind(*, action: str, field: str, values: Collection[str]) -> dict[str, str]:
    """Return who last did something, by what stands in a field of its details; of acts of the house alone."""
    rows = AuditEvent.objects.filter(action=action, place="", **{f"details__{field}__in": list(values)})
    return {row.details[field]: row.actor_name for row in rows.order_by("pk")} if values else {}


def last_audit_head() -> date | None:
    """Return the day of the last sealed head."""
    return AuditHead.objects.order_by("-day").values_list("day", flat=True).first()


def fresh_events(last: AuditBatch | None, cluster: int) -> QuerySet[AuditEvent]:
    """Return the committed events without a link that the last batch did not see, in the order of their transactions.

    A batch of another server says nothing: then all events without a link are fresh.
    """
    rows = AuditEvent.objects.filter(link=None).order_by("transaction_id", "pk")
    if last is None or last.cluster != cluster:
        return rows
    begin = Func(Value(last.snapshot), template="pg_snapshot_xmin(%(expressions)s::pg_snapshot)")
    return rows.filter(~seen_by(last), transaction_id__gte=begin)


def seen_by(batch: AuditBatch) -> Q:
    """Return the condition that an event was visible when a batch was linked; its own transaction went on."""
    seen = Func(
        F("transaction_id"),
        Value(batch.snapshot),
        template="pg_visible_in_snapshot(%(expressions)s::pg_snapshot)",
        output_field=BooleanField(),
    )
    return Q(seen) & ~Q(transaction_id=batch.transaction_id)


def _asked(question: AuditQuestion) -> QuerySet[AuditEvent]:
    reach = Q(pk__in=())
    for place in question.places:
        if place.endswith("."):
            reach |= Q(place__startswith=place)
    if question.house:
        reach |= Q(place="")
    rows = AuditEvent.objects.filter(reach)
    exact = {"actor_name": question.who, "action": question.action, "subject_key": question.subject}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if question.clients:
        rows = rows.filter(client__in=question.clients)
    if question.first is not None:
        rows = rows.filter(at__gte=question.first)
    if question.until is not None:
        rows = rows.filter(at__lt=question.until)
    return rows


def _view(row: AuditEvent) -> AuditView:
    link = getattr(row, "link", None)
    return AuditView(
        id=row.pk,
        at=row.at,
        is_person=row.user_id is not None,
        who=row.actor_name,
        action=row.action,
        subject_kind=row.subject_kind,
        subject_key=row.subject_key,
        details=row.details,
        place=row.place,
        client=row.client,
        number=link.number if link else None,
    )
