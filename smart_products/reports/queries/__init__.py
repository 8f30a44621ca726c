"""The reads of reports: one door to what stands in this package."""

from __future__ import annotations

from smart_products.reports.queries.due import due_ends
from smart_products.reports.queries.lists import (
    deliveries_of,
    delivery_managed,
    open_plans,
    plans_managed,
    recipient_managed,
    report_for,
    reports_for,
    units_managed,
)
from smart_products.reports.queries.reading import BeyondUnit, NothingToReport, figures_of, period_ends

__all__ = [
    "BeyondUnit",
    "NothingToReport",
    "deliveries_of",
    "delivery_managed",
    "due_ends",
    "figures_of",
    "open_plans",
    "period_ends",
    "plans_managed",
    "recipient_managed",
    "report_for",
    "reports_for",
    "units_managed",
]
