"""Reports of one's units: the figures as they were frozen, and the files as they were rendered."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.text import get_valid_filename
from pydantic import Field
from rest_framework.request import Request

from accounts.roles import Area
from api.asked import UnitCode
from api.files import PDF, FileResource, file, gives
from api.pages import Paged, page
from api.resource import Resource, answered, says
from screens.downloads import WORKBOOK
from screens.plain import matrix as plain
from screens.plain.shape import Shape
from screens.reads import note_read
from smart_products.reports import models, queries
from smart_products.reports.figures import thawed
from smart_products.reports.states import Frequency
from smart_products.signing.queries import read_document

TAG = "reports"
ORDER = ("-as_of", "-public_id")


class ReportsQuery(Paged):
    """Which reports."""

    unit: UnitCode | None = Field(None, description="Code of a unit.")
    frequency: Frequency | None = None


class Report(Shape):
    """A report: what one publication told of a unit, frozen."""

    id: UUID
    unit: str
    frequency: str
    language: str
    as_of: date
    since: date | None
    revision: int
    version: int = Field(description="Version of the day's publication from which every figure was read.")
    rendered_at: datetime


class Reports(Shape):
    """Reports, the newest first."""

    data: list[Report]
    next: str | None


class ReportWhole(Report):
    """A report with the rows of the matrix that it shows, as they were frozen."""

    rows: list[plain.MatrixRow]


class All(Resource):
    """The reports of one's units."""

    area = Area.REPORTS

    @says("reports_list", Reports, query=ReportsQuery, tag=TAG)
    def get(self, request: Request) -> HttpResponse:
        """List the reports of one's units, the newest first."""
        asked = self.query(request, ReportsQuery)
        found = queries.reports_for(request.user, unit=asked.unit or "", frequency=asked.frequency or "")
        rows, following = page(found, ORDER, asked)
        return answered(request, Reports(data=[_told(one) for one in rows], next=following))


class One(Resource):
    """A report."""

    area = Area.REPORTS

    @says("report_read", ReportWhole, tag=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read a report with the figures of its period, as they were sent."""
        held = _called(request, public_id, "api")
        period = thawed(held.figures).period
        rows = [plain.row(one, seen=period.since is not None) for one in period.rows]
        return answered(request, ReportWhole(**_told(held).model_dump(), rows=rows))


class Paper(FileResource):
    """A report as a paper."""

    area = Area.REPORTS

    @gives("report_pdf", PDF, tag=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read the paper that was sent, byte for byte."""
        held = _called(request, public_id, "pdf")
        return file(read_document(held.pdf_id), PDF, f"{_name(held)}.pdf")


class Workbook(FileResource):
    """A report as a workbook."""

    area = Area.REPORTS

    @gives("report_xlsx", WORKBOOK, tag=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read the workbook that was sent, byte for byte."""
        held = _called(request, public_id, "xlsx")
        return file(read_document(held.workbook_id), WORKBOOK, f"{_name(held)}.xlsx")


def _called(request: Request, public_id: UUID, form: str) -> models.Report:
    """Return a report of one's units, and record that it is read. Raises Http404."""
    found = queries.report_for(request.user, public_id)
    if found is None:
        raise Http404
    note_read(request, "report", str(found.public_id), {"as": form}, place=found.plan.unit.path)
    return found


def _told(one: models.Report) -> Report:
    return Report(
        id=one.public_id,
        unit=one.plan.unit.code,
        frequency=one.plan.frequency,
        language=one.plan.language,
        as_of=one.as_of,
        since=one.since,
        revision=one.revision,
        version=one.version,
        rendered_at=one.rendered_at,
    )


def _name(held: models.Report) -> str:
    return get_valid_filename(f"{held.plan.unit.code}-{held.plan.frequency}-{held.as_of}-r{held.revision}")
