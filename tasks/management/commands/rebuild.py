"""`manage.py rebuild`: compute published days from their facts once more, and say or mend what differs."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from core import clock
from core.actor import system
from smart_products.statistics.operations import RebuildResult, rebuild


class Command(BaseCommand):
    """Checks what is published against the facts; without --check it publishes anew what differs."""

    help = "Compute published days again from their facts, and report or close again what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="since", type=date.fromisoformat, help="the first day; default: all")
        parser.add_argument("--to", dest="until", type=date.fromisoformat, help="the last day; default: all")
        parser.add_argument(
            "--check", action="store_true", help="only report; without it days that differ, or all named, are closed"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        check: bool = options["check"]
        with tqdm(disable=True if options["json"] else None, unit="day") as bar:

            def progress(day: date, number: int, total: int) -> None:
                bar.total, bar.n = total, number
                bar.set_postfix_str(day.isoformat())

            found = rebuild(
                by=system("rebuild"),
                at=clock.now(),
                since=options["since"],
                until=options["until"],
                check=check,
                progress=progress,
            )
        if options["json"]:
            self.stdout.write(json.dumps(_plain(found), ensure_ascii=False))
        else:
            self._tell(found)
        if check and found.differences:
            days = len({one.day for one in found.differences})
            raise CommandError(_("%(days)s days differ from what their facts give.") % {"days": days})

    def _tell(self, found: RebuildResult) -> None:
        for one in found.differences:
            self.stdout.write(f"{one.day} {one.grain} {one.kind}: {one.rows}\n{one.first}")
        words = {"days": len(found.days), "months": len(found.months), "cuts": found.cuts}
        self.stdout.write(_("Computed %(days)s days and %(months)s months again, from %(cuts)s data cuts.") % words)
        if not found.differences:
            self.stdout.write(_("Everything is as published."))
        if found.closed is not None:
            self.stdout.write(_("%(days)s days have a new version.") % {"days": len(found.closed.days)})


def _plain(found: RebuildResult) -> dict[str, Any]:
    return {
        "days": [day.isoformat() for day in found.days],
        "months": [day.isoformat() for day in found.months],
        "cuts": found.cuts,
        "differences": [
            {
                "day": one.day.isoformat(),
                "grain": one.grain,
                "kind": one.kind,
                "rows": one.rows,
                "first": one.first.splitlines(),
            }
            for one in found.differences
        ],
        "closed": None if found.closed is None else [day.isoformat() for day in found.closed.days],
    }
