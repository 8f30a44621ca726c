"""`manage.py publish_retention`: store retention as the last close knew it, where anything changed.

The questions that readers ask first are answered with it.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from core import clock
from core.actor import system
from smart_products.statistics.operations import publish_retention
from tasks.ahead import ask_ahead


class Command(BaseCommand):
    """Publishes what `manage.py retention` would find, so that pages need only count."""

    help = "Publish retention of every product, to be counted as of any day, and what cohorts are worth at month ends."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        with tqdm(disable=True if options["json"] else None, unit="day") as bar:

            def progress(day: date, number: int, total: int) -> None:
                bar.total, bar.n = total, number
                bar.set_postfix_str(day.isoformat())

            days = publish_retention(by=system("publish_retention"), at=clock.now(), progress=progress)
            ask_ahead(progress)
        if options["json"]:
            self.stdout.write(json.dumps({"days": [day.isoformat() for day in sorted(days)]}))
        elif days:
            self.stdout.write(_("Published retention up to %(last)s.") % {"last": max(days)})
        else:
            self.stdout.write(_("Retention is published as it is known."))
