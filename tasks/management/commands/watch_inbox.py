"""`manage.py watch_inbox`: take in what waits in the inbox, now or for as long as it runs."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core import clock
from core.actor import system
from smart_products.holdings.operations import Outcome
from tasks import chores, inbox


class Command(BaseCommand):
    """Does by hand what the worker does every minute: deliver, put away, and ask for the close."""

    help = "Take in the folders of the inbox; exit 1 when one is refused (with --once)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="look once and end; otherwise until Ctrl-C")
        parser.add_argument(
            "--quiet", type=float, default=inbox.QUIET.total_seconds(), help="seconds without a change (5)"
        )
        parser.add_argument("--every", type=float, default=10.0, help="seconds between two looks (10)")
        parser.add_argument("--json", action="store_true", help="print one JSON object a look on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = timedelta(seconds=options["quiet"])
        try:
            while True:
                refused = self._look(quiet, as_json=options["json"], always=options["once"])
                if options["once"]:
                    break
                time.sleep(options["every"])
        except KeyboardInterrupt:
            return
        if refused:
            raise CommandError(_("At least one delivery was refused."), returncode=1)

    def _look(self, quiet: timedelta, *, as_json: bool, always: bool) -> bool:
        """Take in every folder that waits; return whether one was refused."""
        by = system("watch_inbox")
        found = inbox.waiting(settings.INBOX_DIR, clock.now(), quiet=quiet)
        said = []
        for one in found:
            taken = inbox.take(one.folder, today=clock.shanghai_today(), by=by, at=clock.now())
            if taken is None:
                continue
            outcome, place = taken
            said.append(_plain(outcome, f"{place.parent.name}/{place.name}"))
            if not as_json:
                words = {"folder": outcome.folder, "place": said[-1]["place"]}
                self.stdout.write(_("%(folder)s: judged, now in %(place)s") % words)
        run = chores.request_close(by) if found else None
        if as_json and (found or always):
            self.stdout.write(json.dumps({"folders": said, "close": run}, ensure_ascii=False))
        elif always and not found:
            self.stdout.write(_("No complete folder waits in the inbox."))
        return any(one["state"] == "rejected" for one in said)


def _plain(outcome: Outcome, place: str) -> dict[str, Any]:
    return {
        "folder": outcome.folder,
        "state": outcome.state,
        "place": place,
        "errors": [
            {"file": row.file, "line": row.line, "column": row.column, "rule": row.rule, "value": row.value}
            for row in outcome.errors
        ],
    }
