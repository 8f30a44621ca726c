"""Scheduled reports: what is due is made once and sent, and the words of the message that tells of one.

One call into the domain for each report; one that has nothing to tell holds up no other. Owns no state: a report that
is there is not made again, so a run that broke off goes on where it stopped.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from celery import shared_task
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import clock
from core.actor import Actor, system
from core.models import JobRun
from screens.report import draw
from smart_products.reports.models import Report, ReportPlan
from smart_products.reports.operations import make_report, report_due, send_next, send_report
from smart_products.reports.operations.sending import SEND
from smart_products.reports.queries import NothingToReport, due_ends, open_plans, period_ends
from smart_products.reports.states import Frequency
from tasks.attempts import Tell
from tasks.senders import hand

log = logging.getLogger(__name__)


def make_due(run: JobRun, by: Actor, tell: Tell) -> Mapping[str, Any]:
    """Make and send what is due of every plan: of the newest day, week and month that is over, and what was missed."""
    plans, made, sent = list(open_plans()), 0, 0
    ends = {one: period_ends(one) for one in Frequency}
    due = [(plan, as_of) for plan in plans for as_of in due_ends(plan, ends[Frequency(plan.frequency)])]
    for number, (plan, as_of) in enumerate(due, 1):
        try:
            _report, new, asked = report_due(plan=plan, as_of=as_of, draw=draw, by=by, at=clock.now())
        except NothingToReport:
            log.info("%s has nothing to report of %s", plan, as_of)
        else:
            made, sent = made + new, sent + len(asked)
        tell(number, len(due), "report")
    return {"plans": len(plans), "made": made, "asked": sent}


def make_again(run: JobRun, by: Actor, tell: Tell) -> Mapping[str, Any]:
    """Make and send the report of a plan and day again, if the day was published anew; the one that was sent stays."""
    plan, as_of = ReportPlan.objects.get(public_id=run.scope.partition(" ")[0]), run.business_date
    if as_of is None:
        raise NothingToReport(run.scope)
    report, new = make_report(plan=plan, as_of=as_of, draw=draw, again=True, by=by, at=clock.now())
    sent = send_report(report=report, by=by, at=clock.now()) if new else []
    return {"report": str(report.public_id), "made": int(new), "revision": report.revision, "asked": len(sent)}


def words(report: Report) -> tuple[str, str]:
    """Return subject and text of the message that says where a report lies; it holds no figure."""
    plan = report.plan
    with override(plan.language):
        name = plan.unit.name if plan.language.startswith("zh") else plan.unit.name_en or plan.unit.name
        told = {
            "unit": name,
            "day": report.as_of.isoformat(),
            "address": settings.BACKOFFICE_URL + reverse("backoffice:report", args=[report.public_id]),
        }
        return (
            _("Report of %(unit)s for %(day)s") % told,
            _("The report of %(unit)s for %(day)s is ready. Log in to read it: %(address)s") % told,
        )


def send_all() -> int:
    """See to every delivery that is due; return how many."""
    by, count, domains = system("reports"), 0, settings.REPORT_RECIPIENT_DOMAINS
    while send_next(hand=hand, words=words, domains=domains, by=by, at=clock.now()):
        count += 1
    return count


@shared_task(name=SEND)
def send() -> None:
    """Send the reports that wait."""
    send_all()
