"""`manage.py serve`: bring the portal's copy of accounts' values in step with what is published."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from core import clock
from core.actor import system
from smart_products.holdings.operations import serve_months
from smart_products.statistics.queries.members import served_files


class Command(BaseCommand):
    """Writes only the days and months whose files changed since they were served."""

    help = "Bring the portal's copy of accounts' values in step with what is published."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="write every month, whatever was served before")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        with tqdm(disable=True if options["json"] else None, unit="month") as bar:

            def progress(month: date, number: int, total: int) -> None:
                bar.total, bar.n = total, number
                bar.set_postfix_str(f"{month:%Y-%m}")

            served = serve_months(
                months=served_files(),
                by=system("serve"),
                at=clock.now(),
                anew=options["anew"],
                progress=progress,
            )
        if options["json"]:
            found = {
                "months": [month.isoformat() for month in served.months],
                "days": [day.isoformat() for day in served.days],
                "rows": served.rows,
            }
            self.stdout.write(json.dumps(found))
        elif not served.months and not served.days:
            self.stdout.write(_("The portal's copy is in step already."))
        else:
            words = {"months": len(served.months), "days": len(served.days), "rows": f"{served.rows:,}"}
            self.stdout.write(_("Served %(months)s closed months and %(days)s days, %(rows)s rows.") % words)
