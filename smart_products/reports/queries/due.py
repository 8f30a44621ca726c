"""At which days reports of a plan are due: the newest period that is over, and those that nobody made. Never writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.timezone import localtime

from smart_products.reports.models import Report, ReportPlan
from smart_products.suitability.rules.days import add_months

MONTHS = 3
"""So far back is made what was missed, counted from the newest period."""


def due_ends(plan: ReportPlan, ends: Sequence[date]) -> list[date]:
    """Return at which of the ends of its periods, ascending, a plan's reports are due, oldest first.

    The newest always is. The others are where no report was made though the plan stood, as while the service was down.
    """
    if not ends:
        return []
    newest, since = ends[-1], localtime(plan.made_at).date()
    waiting = [day for day in ends[:-1] if day >= since and day > add_months(newest, -MONTHS)]
    made = set(Report.objects.filter(plan=plan, as_of__in=waiting).values_list("as_of", flat=True))
    return [*(day for day in waiting if day not in made), newest]
