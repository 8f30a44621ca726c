"""`manage.py import_calendar [FILE]`: fills the trading calendar.

Without a file it takes the Shanghai exchange from its first day; with one, a broker's own days
(`day,trading,working`), which may correct or extend what is there.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core import calendar, clock
from core.actor import system
from core.calendar_file import CalendarFileError
from core.operations import CalendarHole, import_calendar
from tasks.calendars import file_rows, seed_rows


class Command(BaseCommand):
    """Import calendar days, and say how long they last."""

    help = "Fill the trading calendar: the Shanghai exchange, or the days of FILE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the optional file and --json."""
        parser.add_argument("file", nargs="?", type=Path, help="CSV: day,trading,working")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, print one line or one object; a refused file exits 1 with its errors by line."""
        file: Path | None = options["file"]
        try:
            rows = seed_rows() if file is None else file_rows(file)
            merged = import_calendar(rows=rows, by=system("import_calendar"), at=clock.now())
        except (CalendarFileError, CalendarHole) as error:
            raise CommandError(str(error)) from error
        ends = calendar.reach()
        left = calendar.days_left(clock.shanghai_today())
        if left < calendar.ALARM_DAYS:
            self.stderr.write(self.style.WARNING(_("The calendar ends in %(days)s days.") % {"days": left}))
        first, last = ends or (None, None)
        if options["json"]:
            found = {**merged.counts(), "first": str(first), "last": str(last), "days_left": left}
            self.stdout.write(json.dumps(found))
        else:
            line = _("Calendar from %(first)s to %(last)s: %(inserted)s days added, %(updated)s corrected.")
            counts = {"inserted": merged.inserted, "updated": merged.updated}
            self.stdout.write(line % {"first": first, "last": last, **counts})
