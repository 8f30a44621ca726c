"""`manage.py publications`: what was published, when, and from which cut; of one day, what changed between versions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core import clock
from screens.plain.publications import publication
from smart_products.statistics.queries import (
    Differences,
    NotPublished,
    PublicationView,
    UnknownScope,
    differences,
    publications,
    versions_of,
)
from tasks import differences_text
from tasks.tables import table


class Command(BaseCommand):
    """Lists the newest publications of days, or all versions of one day and what differs between two of them."""

    help = "List the newest publications; of one day its versions, and what made the difference between two of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("day", nargs="?", type=date.fromisoformat, help="the versions of this day")
        parser.add_argument("--from", dest="earlier", type=int, help="version to compare; default: the last but one")
        parser.add_argument("--to", dest="later", type=int, help="version to compare it with; default: the last")
        parser.add_argument("--node", default="matrix", help="code of a product or family; default: the matrix")
        parser.add_argument("--unit", help="code of a unit; default: headquarters")
        parser.add_argument("--tier", help="asset tier, t1 to t5")
        parser.add_argument("--channel", help="acquisition channel")
        parser.add_argument("--limit", type=int, default=20, help="how many publications, or accounts (20)")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        day: date | None = options["day"]
        found = publications(limit=options["limit"]) if day is None else versions_of(day)
        if day is not None and not found:
            raise CommandError(_("%(day)s is not published.") % {"day": day})
        compared = day is not None and (len(found) > 1 or options["earlier"] is not None)
        differing = self._differences(day, options) if day is not None and compared else None
        if options["json"]:
            said: dict[str, Any] = {"publications": [publication(one).model_dump(mode="json") for one in found]}
            if day is not None:
                said["differences"] = differences_text.plain(differing) if differing else None
            self.stdout.write(json.dumps(said, ensure_ascii=False))
            return
        if not found:
            self.stdout.write(_("Nothing is published yet."))
            return
        self.stdout.write("\n".join(_table(found)))
        if differing:
            self.stdout.write("\n".join(["", *differences_text.lines(differing)]))

    def _differences(self, day: date, options: dict[str, Any]) -> Differences:
        words = ("earlier", "later", "node", "unit", "tier", "channel", "limit")
        try:
            return differences(as_of=day, **{word: options[word] for word in words})
        except NotPublished as error:
            raise CommandError(_("%(day)s has no such version.") % {"day": day}) from error
        except UnknownScope as error:
            told = {"kind": error.kind, "code": error.code}
            raise CommandError(_("Unknown %(kind)s: %(code)s") % told) from error


def _table(found: Sequence[PublicationView]) -> list[str]:
    head = [_("Day"), _("State"), _("Data cut"), _("Version"), _("Published at"), _("Deliveries")]
    rows = [
        [
            one.as_of.isoformat(),
            _("current") if one.current else _("replaced"),
            one.cut.digest[:12],
            str(one.version),
            clock.shanghai_minute(one.published_at),
            ", ".join(f"{facts.source} #{facts.sequence}" for facts in one.cut.facts),
        ]
        for one in found
    ]
    return table(head, rows, text_columns=3)
