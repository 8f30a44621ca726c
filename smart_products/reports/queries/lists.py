"""Reads of reports for those who may see them: newest first, with their plans and deliveries.

Whose reports are seen is asked by the paths of the area of reports, and fails closed. Never writes.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import Unit
from accounts.roles import Area
from accounts.scoping import paths_of
from smart_products.reports.models import Recipient, Report, ReportDelivery, ReportPlan
from smart_products.reports.states import DeliveryState


def reports_for(user: Any, *, unit: str = "", frequency: str = "") -> QuerySet[Report]:
    """Return the reports a person may open, the newest first, each with how many deliveries were sent."""
    found = Report.objects.reached(paths_of(user, Area.REPORTS)).select_related("plan__unit").defer("figures")
    if unit:
        found = found.filter(plan__unit__code=unit)
    if frequency:
        found = found.filter(plan__frequency=frequency)
    sent = Count("deliveries", filter=Q(deliveries__state=DeliveryState.SENT))
    return found.annotate(sent=sent).order_by("-as_of", "-pk")


def report_for(user: Any, public_id: UUID) -> Report | None:
    """Return a report that a person may open, with its plan and documents; None for any other."""
    reachable = Report.objects.reached(paths_of(user, Area.REPORTS))
    return reachable.select_related("plan__unit", "pdf", "workbook").filter(public_id=public_id).first()


def deliveries_of(report: Report) -> list[ReportDelivery]:
    """Return the delivery log of a report, the newest first."""
    rows = ReportDelivery.objects.filter(report=report).select_related("recipient__user")
    return list(rows.order_by("-asked_at", "-pk")[:200])


def delivery_managed(user: Any, public_id: UUID) -> ReportDelivery | None:
    """Return a delivery that a person may have sent again; None for any other."""
    reachable = ReportDelivery.objects.reached(paths_of(user, Area.MANAGE_REPORTS))
    return reachable.select_related("report").filter(public_id=public_id).first()


def plans_managed(user: Any) -> QuerySet[ReportPlan]:
    """Return the plans in force that a person manages, each with who stands or waits on its list."""
    rows = Recipient.objects.filter(withdrawn_at=None).select_related("user", "proposed_by", "confirmed_by")
    found = ReportPlan.objects.reached(paths_of(user, Area.MANAGE_REPORTS)).filter(ended_at=None)
    recipients = Prefetch("recipients", queryset=rows.order_by("pk"), to_attr="listed")
    return found.select_related("unit").prefetch_related(recipients).order_by("unit__path", "frequency", "language")


def recipient_managed(user: Any, public_id: UUID) -> Recipient | None:
    """Return a recipient whose list a person manages; None for any other."""
    reachable = Recipient.objects.reached(paths_of(user, Area.MANAGE_REPORTS))
    return reachable.select_related("plan__unit", "user").filter(public_id=public_id).first()


def units_managed(user: Any) -> QuerySet[Unit]:
    """Return the open units of which a person may plan reports."""
    return Unit.objects.reached(paths_of(user, Area.MANAGE_REPORTS)).filter(closed_on=None).order_by("path")


def open_plans() -> QuerySet[ReportPlan]:
    """Return every plan that is in force, of the whole house: for jobs alone."""
    return ReportPlan.objects.filter(ended_at=None).select_related("unit").order_by("pk")
