"""A report that is due is made and asked to be sent, both or neither: a run that breaks off leaves none unsent."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from core.actor import Actor
from smart_products.reports.models import Report, ReportDelivery, ReportPlan
from smart_products.reports.operations.making import Draw, make_report
from smart_products.reports.operations.sending import send_report


@transaction.atomic
def report_due(
    *, plan: ReportPlan, as_of: date, draw: Draw, again: bool = False, by: Actor, at: datetime
) -> tuple[Report, bool, list[ReportDelivery]]:
    """Return the report of a plan for a day, whether it is new, and the deliveries that were asked for.

    Raises what `make_report` does; `again` as there.
    """
    report, new = make_report(plan=plan, as_of=as_of, draw=draw, again=again, by=by, at=at)
    return report, new, send_report(report=report, by=by, at=at)
