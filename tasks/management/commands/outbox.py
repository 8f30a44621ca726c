"""`manage.py outbox`: events that are not absorbed, and those that wait for a person."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core import clock
from core.actor import system
from core.outbox import NothingToRelease, release
from core.queries import ReceiptView, open_receipts
from tasks.tables import table


class Command(BaseCommand):
    """Lists receipts that are open, or has a parked one tried again."""

    help = "List events of the outbox that are not absorbed, the oldest first; have a parked one tried again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--parked", action="store_true", help="only what waits for a person")
        parser.add_argument("--release", type=int, metavar="NUMBER", help="have this parked one tried again")
        parser.add_argument("--limit", type=int, default=50, help="how many (50)")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["release"] is not None:
            try:
                release(receipt_id=options["release"], by=system("outbox"), at=clock.now())
            except NothingToRelease as error:
                raise CommandError(_("There is no parked receipt of that number.")) from error
        found = open_receipts(parked=options["parked"], limit=options["limit"])
        if options["json"]:
            rows = [{**asdict(one), "at": one.at.isoformat()} for one in found]
            self.stdout.write(json.dumps({"receipts": rows}, ensure_ascii=False))
        elif found:
            head = [_("Event"), _("Subject"), _("Handler"), _("State"), _("At"), _("Number"), _("Attempts")]
            self.stdout.write("\n".join(table(head, [_row(one) for one in found], text_columns=5)))
            for one in found:
                if one.error:
                    self.stdout.write(f"{one.id}: {one.error}")
        else:
            self.stdout.write(_("Every event is absorbed."))


def _row(one: ReceiptView) -> list[str]:
    state = _("parked, waits for a person") if one.parked else _("waiting to be absorbed")
    return [one.kind, one.subject, one.handler, state, clock.shanghai_minute(one.at), str(one.id), str(one.attempts)]
