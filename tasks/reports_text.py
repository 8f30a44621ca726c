"""Reports in lines of text, and the plans of a generated broker.

Words alone, but for the plans of the demo, which set its lists up without a second person.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.queries import demo_units, user_by_name
from core import clock
from core.actor import Actor
from smart_products.reports.models import Report, ReportPlan
from smart_products.reports.operations import make_plan, set_up_recipient
from smart_products.reports.states import Frequency, Language
from tasks.tables import table

DEMO = (
    (0, Frequency.MONTHLY, Language.CHINESE, ("head_office", "administrator")),
    (1, Frequency.DAILY, Language.CHINESE, ("branch",)),
)
"""The unit (root or branch), how often, the language, and the logins on the list."""


def plan_demo(by: Actor, at: datetime) -> list[ReportPlan]:
    """Plan a monthly report of the house and a daily one of a branch, for the demo logins."""
    units, plans = demo_units(), []
    if units is None:
        return []
    for place, frequency, language, names in DEMO:
        plan = make_plan(unit=units[place], frequency=frequency, language=language, by=by, at=at)
        for user in (one for name in names if (one := user_by_name(name)) is not None):
            set_up_recipient(plan=plan, user=user, by=by, at=at)
        plans.append(plan)
    return plans


def plain(report: Report) -> dict[str, Any]:
    """Return a report as JSON values."""
    plan = report.plan
    return {
        "report": str(report.public_id),
        "unit": plan.unit.code,
        "frequency": plan.frequency,
        "language": plan.language,
        "as_of": report.as_of.isoformat(),
        "version": report.version,
        "revision": report.revision,
        "pdf": report.pdf_id,
        "workbook": report.workbook_id,
    }


def lines(reports: Iterable[Report]) -> list[str]:
    """Return reports as a table."""
    head = [_("Report"), _("Unit"), _("How often"), _("Day"), _("Made"), _("Version"), _("Revision")]
    rows = [
        [
            *(str(one.public_id), one.plan.unit.code, str(Frequency(one.plan.frequency).label), one.as_of.isoformat()),
            *(clock.shanghai_minute(one.rendered_at), str(one.version), str(one.revision)),
        ]
        for one in reports
    ]
    return table(head, rows, text_columns=5)
