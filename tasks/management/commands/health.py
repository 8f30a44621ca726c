"""`manage.py health`: how the service stands; exits 1 where something wants an act, for a monitor to watch."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from core import clock
from smart_products.health.queries import health
from smart_products.health.rules import Check, State, worst
from smart_products.health.words import said, state_words
from tasks.tables import table


class Command(BaseCommand):
    """Prints every check with its state; the page of operations shows the same."""

    help = "Tell how feeds, close, queues, calendar, disks, sealed heads and senders stand; exit 1 to act."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        found = health(today=clock.shanghai_today(), at=clock.now())
        state = worst(one.state for one in found)
        if options["json"]:
            told = {"state": state, "checks": [_plain(one) for one in found]}
            self.stdout.write(json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_lines(found)))
        if state is State.ACT:
            sys.exit(1)


def _lines(found: list[Check]) -> list[str]:
    words = [said(one) for one in found]
    rows = [[told.title, state_words(one.state), told.found] for one, told in zip(found, words, strict=True)]
    return [
        *table([_("What"), _("State"), _("Found")], rows, text_columns=3),
        *(f"{told.title}: {told.todo}" for told in words if told.todo),
    ]


def _plain(one: Check) -> dict[str, Any]:
    return {"code": one.code, "subject": one.subject, "state": one.state, **one.values}
