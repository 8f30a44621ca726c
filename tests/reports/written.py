"""Reports written by hand over the small organisation: no publication is needed to send one, or to show it."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

from django.conf import settings

from accounts.models import Unit
from core import clock
from core.files import store_bytes
from screens.report import draw
from smart_products.reports.figures import Figures, Place, Ranked, Source, Span, Tenure, frozen
from smart_products.reports.models import Report, ReportPlan
from smart_products.reports.operations import make_plan
from smart_products.reports.states import Frequency, Language
from smart_products.signing.models import Document
from smart_products.statistics.retention import Cohort, CohortCell, NDay
from tests.accounts.organisation import BY
from tests.backoffice import samples

DAY = date(2024, 12, 31)


def figures(code: str = "B1", frequency: Frequency = Frequency.MONTHLY) -> Figures:
    """Figures of a unit, with one unit below it."""
    found = samples.matrix()
    below = Ranked(Place("O11", "outlet", "甲", ""), found.slices[0])
    span = Span(found.since, found.rows, found.overlap, (below,), ())
    cohort = Cohort(date(2024, 11, 1), 40, (CohortCell(date(2024, 11, 29), 36), CohortCell(DAY, 30)))
    return Figures(
        frequency=frequency.value,
        place=Place(code, "branch", "一分", "First branch"),
        as_of=DAY,
        period=span,
        year=span,
        line=found.line,
        tenure=Tenure((cohort,), (NDay(30, 40, 30, 31),), 50, 20, 320),
        source=Source(2, datetime(2025, 1, 5, 18, 10, tzinfo=UTC), "close", "3fa96bd201aa9911", None),
        yearly=True,
    )


def report(code: str = "B1", frequency: Frequency = Frequency.MONTHLY, language: Language = Language.CHINESE) -> Report:
    """A report of a unit by its code, with its bytes in the store."""
    unit = Unit.objects.get(code=code)
    plan: ReportPlan = make_plan(unit=unit, frequency=frequency, language=language, by=BY, at=clock.now())
    held = figures(code, frequency)
    drawn = draw(held, language)
    return Report.objects.create(
        plan=plan, as_of=held.as_of, since=held.period.since, revision=1, version=2, cut=held.source.cut,
        figures=frozen(held), pdf=_kept(drawn.pdf), workbook=_kept(drawn.workbook), rendered_at=clock.now(),
    )  # fmt: skip


def _kept(data: bytes) -> Document:
    name = store_bytes(data, settings.DOCUMENTS_DIR)
    assert name == hashlib.sha256(data).hexdigest()
    defaults = {"kind": "report", "media_type": "application/pdf", "size": len(data), "stored_at": clock.now()}
    return Document.objects.get_or_create(sha256=name, defaults=defaults)[0]
