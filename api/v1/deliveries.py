"""Deliveries of feeds as they were judged: their files and totals, what was refused, and why."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.http import Http404, HttpResponse
from pydantic import Field
from rest_framework.request import Request

from accounts.roles import Area
from api.asked import SourceCode
from api.pages import Paged, cursor_of, page, place_of
from api.problems import Fault, Refused, breach
from api.resource import Resource, answered, says
from screens.plain.shape import Count, Shape
from screens.reads import note_read
from smart_products.holdings import queries
from smart_products.holdings.queries import UnknownDelivery

TAG = "deliveries"
ORDER = ("-received_at", "-public_id")


class State(StrEnum):
    """How a delivery was judged."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


class DeliveriesQuery(Paged):
    """Which deliveries."""

    state: State | None = Field(None, description="Those that stand so alone.")
    source: SourceCode | None = Field(None, description="Code of a source.")


class Delivery(Shape):
    """A delivery as it was judged. A folder without a readable manifest has neither days nor a source."""

    id: UUID
    source: str
    business_date: date | None
    first: date | None = Field(description="The first day of a history load.")
    sequence: int
    state: str = Field(description="`superseded` once all its days are held by a later one.")
    received_at: datetime
    rows: Count
    quarantined: Count = Field(description="Rows that were refused.")
    warnings: Count
    folder: str


class Deliveries(Shape):
    """Deliveries, the latest received first."""

    data: list[Delivery]
    next: str | None


class Total(Shape):
    """A control total as declared and as counted."""

    column: str
    declared: str
    counted: str
    agrees: bool


class File(Shape):
    """A file of a delivery."""

    name: str
    kind: str
    format: str
    encoding: str
    mode: str
    rows: Count
    accepted: Count
    quarantined: Count
    sha256: str
    totals: list[Total]


class Warned(Shape):
    """Warnings of one rule in one file, summed up."""

    rule: str
    file: str
    count: Count
    detail: str
    signed_at: datetime | None = Field(description="When somebody signed them off.")


class DeliveryWhole(Delivery):
    """A delivery with its files, its warnings, and why it was rejected if it was."""

    files: list[File]
    found: list[Warned]
    errors: list[Fault]


class RefusedRow(Shape):
    """A row that was set aside."""

    file: str
    line: int | None
    column: str | None
    rule: str
    value: str | None
    detail: str


class QuarantineRows(Shape):
    """Rows that were set aside, by file and line."""

    data: list[RefusedRow]
    next: str | None


class All(Resource):
    """The deliveries."""

    area = Area.FEEDS

    @says("deliveries_list", Deliveries, query=DeliveriesQuery, tag=TAG)
    def get(self, request: Request) -> HttpResponse:
        """List deliveries, the latest received first."""
        asked = self.query(request, DeliveriesQuery)
        found = queries.deliveries_judged(state=asked.state or "", source=asked.source or "")
        rows, following = page(found, ORDER, asked)
        told = [_told(queries.view_of(one)) for one in rows]
        return answered(request, Deliveries(data=told, next=following))


class One(Resource):
    """A delivery."""

    area = Area.FEEDS

    @says("delivery_read", DeliveryWhole, tag=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read how a delivery was judged: its files with their totals, its warnings and errors."""
        try:
            found = queries.delivery(public_id)
        except UnknownDelivery as problem:
            raise Http404 from problem
        told = DeliveryWhole(
            **_told(found.delivery).model_dump(),
            files=[File.model_validate(one, from_attributes=True) for one in found.files],
            found=[Warned.model_validate(one, from_attributes=True) for one in found.warnings],
            errors=[breach(one) for one in found.errors],
        )
        return answered(request, told)


class Quarantine(Resource):
    """The rows of a delivery that were refused."""

    area = Area.FEEDS

    @says("delivery_quarantine", QuarantineRows, query=Paged, tag=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """List the rows that were set aside, with rule and value, by file and line."""
        asked = self.query(request, Paged)
        offset = _offset(asked.cursor)
        try:
            found = queries.quarantine(public_id, limit=asked.limit + 1, offset=offset)
        except UnknownDelivery as problem:
            raise Http404 from problem
        shown = found[: asked.limit]
        if shown:
            note_read(request, "quarantine", str(public_id), {"rows": len(shown), "as": "api"})
        following = cursor_of(str(offset + asked.limit)) if len(found) > asked.limit else None
        return answered(request, QuarantineRows(data=[_refused(one) for one in shown], next=following))


def _offset(cursor: str | None) -> int:
    """Return how many rows come before a page: a file that never changes is not searched, but counted."""
    place = place_of(cursor) or "0"
    if not (place.isascii() and place.isdigit() and len(place) < 10):
        raise Refused("invalid", "cursor")
    return int(place)


def _told(view: queries.DeliveryView) -> Delivery:
    return Delivery(
        id=view.public_id,
        source=view.source,
        business_date=view.business_date,
        first=view.first,
        sequence=view.sequence,
        state=view.state,
        received_at=view.received_at,
        rows=view.rows,
        quarantined=view.quarantined,
        warnings=view.warnings,
        folder=view.folder,
    )


def _refused(found: queries.Refusal) -> RefusedRow:
    return RefusedRow(
        file=found.file,
        line=found.line,
        column=found.column,
        rule=found.rule,
        value=found.value,
        detail=breach(found).detail,
    )
