"""`manage.py publish_retention`: store retention as of the newest day and each month end, where anything changed."""

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


class Command(BaseCommand):
    """Publishes the same counts that `manage.py retention` gives, so that pages need not count."""

    help = "Publish retention of every product, unit, tier and channel as of the newest day and each month end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        with tqdm(disable=True if options["json"] else None, unit="day") as bar:

            def progress(day: date, number: int, total: int) -> None:
                bar.total, bar.n = total, number
                bar.set_postfix_str(day.isoformat())

            days = publish_retention(by=system("publish_retention"), at=clock.now(), progress=progress)
        if options["json"]:
            self.stdout.write(json.dumps({"days": [day.isoformat() for day in sorted(days)]}))
        elif days:
            words = {"count": len(days), "first": min(days), "last": max(days)}
            self.stdout.write(_("Published retention as of %(count)s days, %(first)s to %(last)s.") % words)
        else:
            self.stdout.write(_("Retention is published as it is known."))
