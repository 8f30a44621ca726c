"""`manage.py close`: close and publish every delivered day that needs it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from core import clock
from core.actor import system
from core.queries import job_run_named
from smart_products.statistics.operations import CloseResult, TooManyDays, close
from tasks import chores


class Command(BaseCommand):
    """Closes days in order; what is closed already and has unchanged inputs is left alone."""

    help = "Close and publish every delivered day that needs it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("date", nargs="?", type=date.fromisoformat, help="close up to and including this day")
        parser.add_argument(
            "--from", dest="since", type=date.fromisoformat, help="earlier days that need it are closed too"
        )
        parser.add_argument("--to", dest="until", type=date.fromisoformat, help="the last day to close")
        parser.add_argument("--confirm", action="store_true", help="also when very many published days are restated")
        parser.add_argument(
            "--background", action="store_true", help="leave it to the worker; `jobs` shows how far it is"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        until: date | None = options["date"] or options["until"]
        if options["background"]:
            self._ask(until, confirm=options["confirm"], as_json=options["json"])
            return
        with tqdm(disable=True if options["json"] else None, unit="day") as bar:

            def progress(day: date, number: int, total: int) -> None:
                bar.total, bar.n = total, number
                bar.set_postfix_str(day.isoformat())

            try:
                result = close(
                    by=system("close"),
                    at=clock.now(),
                    until=until,
                    confirm=options["confirm"],
                    progress=progress,
                )
            except TooManyDays as error:
                raise CommandError(
                    _("%(days)s published days would be closed again, more than %(limit)s. Add --confirm.")
                    % {"days": error.days, "limit": error.limit}
                ) from error
        if options["json"]:
            self.stdout.write(json.dumps(_plain(result), ensure_ascii=False))
        else:
            self._tell(result)
            self._warn(result)

    def _ask(self, until: date | None, *, confirm: bool, as_json: bool) -> None:
        if until is not None:
            raise CommandError(_("In the background every delivered day is closed: name no date."))
        request = chores.request_backfill if confirm else chores.request_close
        number = request(system("close"))
        run = None if number is None else str(job_run_named(number))
        if as_json:
            self.stdout.write(json.dumps({"run": run}))
        else:
            self.stdout.write(
                _("Asked for, as job run %(run)s.") % {"run": run} if run else _("Nothing is delivered yet.")
            )

    def _warn(self, result: CloseResult) -> None:
        for group in result.aside.groups:
            named = ", ".join(" ".join(one) for one in group.first)
            words = {"accounts": group.accounts, "reason": group.reason.label, "named": named}
            self.stderr.write(_("%(accounts)s accounts set aside, %(reason)s: %(named)s") % words)

    def _tell(self, result: CloseResult) -> None:
        if not result.days:
            self.stdout.write(_("Every delivered day is closed already."))
            return
        words = {
            "days": len(result.days),
            "first": result.days[0],
            "last": result.days[-1],
            "again": result.restated,
        }
        self.stdout.write(_("Closed %(days)s days, %(first)s to %(last)s; %(again)s of them again.") % words)


def _plain(result: CloseResult) -> dict[str, Any]:
    return {
        "days": [day.isoformat() for day in result.days],
        "restated": result.restated,
        "months": [day.isoformat() for day in result.months],
        "cut": result.cut,
        "aside": chores.plain_aside(result.aside),
    }
