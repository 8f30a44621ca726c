"""A report is made: figures frozen, drawn once, their bytes kept by hash.

Owns `Report`. The same plan, day and publication is made once, whoever asks and how often. A restated day makes nothing
by itself: the next report tells it, or somebody asks for this one again. What was made never changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from core.actor import Actor
from core.audit import Concern, record
from smart_products.reports.figures import Figures, frozen, thawed
from smart_products.reports.models import Report, ReportPlan
from smart_products.reports.operations.plans import check_manages
from smart_products.reports.queries import figures_of
from smart_products.reports.states import Frequency
from smart_products.signing.operations import store_document

PDF, WORKBOOK = "application/pdf", "application/zip"
"""Kinds of bytes as the store of documents calls them; a workbook is a ZIP archive of parts."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The bytes of a report."""

    pdf: bytes
    workbook: bytes


Draw = Callable[[Figures, str], Drawn]
"""Draws figures in a language; equal figures give equal bytes. A face brings it: how a figure is written is its own."""


@transaction.atomic
def make_report(
    *, plan: ReportPlan, as_of: date, draw: Draw, again: bool = False, by: Actor, at: datetime
) -> tuple[Report, bool]:
    """Make the report of a plan for a day and return it with whether it is new.

    One that is there is returned as it is, unless it is asked for `again` and the day was published anew since: then
    there is another revision beside it. Raises BeyondReach for a person who does not manage reports of the unit,
    NothingToReport, BeyondUnit, and what statistics raise for a day that is not published.
    """
    held = ReportPlan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan.pk)
    check_manages(held.unit, by, at)
    made = Report.objects.filter(plan=held, as_of=as_of).order_by("-revision").first()
    if made is not None and not again:
        return made, False
    figures = figures_of(unit=held.unit, frequency=Frequency(held.frequency), as_of=as_of)
    same = Report.objects.filter(plan=held, as_of=as_of, version=figures.source.version).first()
    if same is not None:
        return same, False
    kept = frozen(figures)
    drawn = draw(thawed(kept), held.language)
    report = Report.objects.create(
        plan=held,
        as_of=as_of,
        since=figures.period.since,
        revision=1 + (made.revision if made else 0),
        version=figures.source.version,
        cut=figures.source.cut,
        figures=kept,
        pdf=store_document(data=drawn.pdf, kind="report", media_type=PDF, by=by, at=at),
        workbook=store_document(data=drawn.workbook, kind="report", media_type=WORKBOOK, by=by, at=at),
        rendered_at=at,
    )
    _record(report, by, at)
    return report, True


def _record(report: Report, by: Actor, at: datetime) -> None:
    plan = report.plan
    details = {
        "as_of": report.as_of,
        "version": report.version,
        "revision": report.revision,
        "pdf": report.pdf_id,
        "workbook": report.workbook_id,
    }
    key, place = str(report.public_id), Concern(plan.unit.path)
    record(action="make_report", subject_kind="report", subject_key=key, details=details, by=by, at=at, concern=place)
