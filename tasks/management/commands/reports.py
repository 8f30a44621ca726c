"""`manage.py reports list|plan|render|send|resend`: reports from the command line, for the whole house.

A plan made here has no recipients: two people name them on the page. Never shows a figure.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import Unit
from core import clock
from core.actor import system
from screens.report import draw
from smart_products.reports.models import Report, ReportDelivery, ReportPlan
from smart_products.reports.operations import make_plan, report_due, send_again
from smart_products.reports.queries import NothingToReport, due_ends, open_plans, period_ends
from smart_products.reports.states import Frequency, Language
from tasks import reports_text
from tasks.reports import send_all

BY = system("reports")


class Command(BaseCommand):
    """Lists, plans, makes and sends reports."""

    help = "List reports, plan them for a unit, make what is due or one again, send what waits, or the same again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
        acts = parser.add_subparsers(dest="act", required=True)
        listing = acts.add_parser("list", help="the newest reports")
        listing.add_argument("--limit", type=int, default=50, help="how many (50)")
        plan = acts.add_parser("plan", help="plan reports of a unit")
        plan.add_argument("unit", help="the unit's code")
        plan.add_argument("--frequency", choices=Frequency.values, required=True)
        plan.add_argument("--language", choices=Language.values, default=Language.CHINESE.value)
        render = acts.add_parser(
            "render", help="make what is due or was missed of every plan, and ask for it to be sent"
        )
        render.add_argument("--as-of", type=date.fromisoformat, metavar="DAY", help="this day alone")
        render.add_argument("--again", action="store_true", help="also where the day was published anew since")
        acts.add_parser("send", help="send what waits")
        resend = acts.add_parser("resend", help="send the deliveries of a report once more")
        resend.add_argument("report", type=UUID)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = getattr(self, f"_{options['act']}")(**options)
        except (ObjectDoesNotExist, NothingToReport) as error:
            raise CommandError(_("There is nothing of that name: %(error)s") % {"error": error}) from error
        if isinstance(found, int):
            words = _("%(count)s deliveries were seen to.") % {"count": found}
            self.stdout.write(json.dumps({"sent": found}) if options["json"] else words)
        elif options["json"]:
            self.stdout.write(json.dumps({"reports": [reports_text.plain(one) for one in found]}, ensure_ascii=False))
        elif found:
            self.stdout.write("\n".join(reports_text.lines(found)))
        else:
            self.stdout.write(_("There are no reports."))

    def _list(self, *, limit: int, **_options: Any) -> list[Report]:
        rows = Report.objects.select_related("plan__unit").defer("figures")
        return list(rows.order_by("-as_of", "-pk")[:limit])

    def _plan(self, *, unit: str, frequency: str, language: str, **_options: Any) -> list[Report]:
        place = Unit.objects.get(code=unit)
        made: ReportPlan = make_plan(
            unit=place, frequency=Frequency(frequency), language=Language(language), by=BY, at=clock.now()
        )
        return list(made.reports.select_related("plan__unit").order_by("-as_of", "-pk")[:50])

    def _render(self, *, as_of: date | None, again: bool, **_options: Any) -> list[Report]:
        made = []
        for plan in open_plans():
            ends = period_ends(Frequency(plan.frequency))
            for day in due_ends(plan, ends) if as_of is None else [one for one in ends if one == as_of]:
                report, _new, _asked = report_due(plan=plan, as_of=day, draw=draw, again=again, by=BY, at=clock.now())
                made.append(report)
        return made

    def _send(self, **_options: Any) -> int:
        return send_all()

    def _resend(self, *, report: UUID, **_options: Any) -> int:
        held = Report.objects.get(public_id=report)
        newest = ReportDelivery.objects.filter(report=held).order_by("recipient", "-number").distinct("recipient")
        for row in newest:
            send_again(delivery=row, by=BY, at=clock.now())
        return send_all()
