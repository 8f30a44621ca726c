"""`manage.py publications`: what was published, when, and from which cut."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from core import clock
from smart_products.statistics.queries import PublicationView, publications
from tasks.tables import table


class Command(BaseCommand):
    """Lists the newest publications of days, newest first."""

    help = "List the newest publications of days."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=20, help="how many (20)")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        found = publications(limit=options["limit"])
        if options["json"]:
            self.stdout.write(json.dumps({"publications": [_plain(one) for one in found]}))
            return
        if not found:
            self.stdout.write(_("Nothing is published yet."))
            return
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
        self.stdout.write("\n".join(table(head, rows, text_columns=3)))


def _plain(one: PublicationView) -> dict[str, Any]:
    until = one.cut.recorded_until
    return {
        "as_of": one.as_of.isoformat(),
        "version": one.version,
        "current": one.current,
        "published_at": one.published_at.isoformat(),
        "cut": {
            "digest": one.cut.digest,
            "created_at": one.cut.created_at.isoformat(),
            "recorded_until": until.isoformat() if until else None,
        },
        "deliveries": [
            {
                "source": facts.source,
                "sequence": facts.sequence,
                "rows": facts.rows,
                "refused_rows": facts.refused_rows,
                "received_at": facts.received_at.isoformat(),
            }
            for facts in one.cut.facts
        ],
    }
