"""`manage.py storage list|set`: how long what is stored, what has passed its time, and another period."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core import clock
from core.actor import system
from core.models import StoragePeriod
from core.operations import TooShort, set_storage_period
from tasks.storage import passed
from tasks.tables import table


class Command(BaseCommand):
    """Lists storage periods with what has passed them, or sets one. Deletes nothing."""

    help = "List how long records are stored, by which rule, and what has passed its time; or set a period."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        listed = actions.add_parser("list", help="every kind of records")
        change = actions.add_parser("set", help="store a kind of records for another time")
        change.add_argument("kind")
        change.add_argument("--months", type=int, required=True)
        change.add_argument("--source", required=True, help="the rule that says so")
        for one in (listed, change):
            one.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "set":
            self._set(options["kind"], options["months"], options["source"])
        found = passed(clock.shanghai_today())
        if options["json"]:
            self.stdout.write(json.dumps({"kinds": [one.plain() for one in found]}, ensure_ascii=False))
            return
        head = [_("Kind"), _("Rule"), _("Oldest"), _("Months"), _("Past their time")]
        rows = [
            [one.period.kind, one.period.source, str(one.oldest or ""), str(one.period.months), str(one.rows)]
            for one in found
        ]
        self.stdout.write("\n".join(table(head, rows, text_columns=3)))

    def _set(self, kind: str, months: int, source: str) -> None:
        try:
            set_storage_period(kind=kind, months=months, source=source, by=system("storage"), at=clock.now())
        except StoragePeriod.DoesNotExist as error:
            raise CommandError(_("There is no kind of records %s.") % kind) from error
        except TooShort as error:
            raise CommandError(_("The law demands at least %s months.") % error.least) from error
