"""`manage.py jobs`: what was asked for, how far it is, and what waits for a person."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from core import clock
from core.queries import JobRunView, job_runs
from core.states import JobState
from tasks.tables import table

UNFINISHED = (JobState.REQUESTED, JobState.RUNNING, JobState.FAILED, JobState.PARKED)


class Command(BaseCommand):
    """Lists job runs, the newest first, with their progress."""

    help = "List job runs with their state and progress, the newest first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--unfinished", action="store_true", help="only what waits, runs, failed or is parked")
        parser.add_argument("--limit", type=int, default=20, help="how many (20)")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        found = job_runs(limit=options["limit"], states=UNFINISHED if options["unfinished"] else tuple(JobState))
        if options["json"]:
            self.stdout.write(json.dumps({"jobs": [_plain(one) for one in found]}, ensure_ascii=False))
            return
        if not found:
            self.stdout.write(_("No job run to show."))
            return
        head = [_("Job"), _("Day"), _("State"), _("Requested at"), _("Number"), _("Attempts"), _("Progress")]
        self.stdout.write("\n".join(table(head, [_row(one) for one in found], text_columns=4)))
        for one in found:
            if one.error:
                self.stdout.write(f"{one.id}: {one.error}")


def _row(one: JobRunView) -> list[str]:
    progress = one.progress
    return [
        one.job,
        one.business_date.isoformat() if one.business_date else "",
        str(one.state.label),
        clock.shanghai_minute(one.requested_at),
        str(one.id),
        str(one.attempts),
        f"{progress.done} / {progress.total} {_units()[progress.unit]}" if progress else "",
    ]


def _units() -> dict[str, str]:
    return {"day": _("days"), "report": _("reports")}


def _plain(one: JobRunView) -> dict[str, Any]:
    progress = one.progress
    return {
        "id": str(one.id),
        "job": one.job,
        "business_date": one.business_date.isoformat() if one.business_date else None,
        "state": one.state.value,
        "attempts": one.attempts,
        "requested_at": one.requested_at.isoformat(),
        "finished_at": one.finished_at.isoformat() if one.finished_at else None,
        "progress": None
        if progress is None
        else {"done": progress.done, "total": progress.total, "unit": progress.unit},
        "error": one.error,
    }
