"""`manage.py retention`: cohorts, N-day retention, survival, and the log-rank test between two populations."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core.calendar import CalendarGap
from smart_products.statistics.queries import NotPublished, UnknownScope, retention, retention_by
from smart_products.statistics.retention import GAP, Basis
from tasks import populations, retention_text


class Command(BaseCommand):
    """Counts from what is known of subscriptions; nothing is stored."""

    help = "Print who stayed: cohorts, N-day retention, survival, and the log-rank test between populations."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let --version name the version of the figures, as the published interface says, not Django's."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--node", default="matrix", help="code of a product or family; default: the matrix")
        parser.add_argument("--as-of", type=date.fromisoformat, help="the day to describe; default: the latest")
        parser.add_argument(
            "--basis", default=Basis.SIGNED, type=Basis, choices=list(Basis), help="signings that count"
        )
        parser.add_argument("--unit", help="code of a unit; default: headquarters")
        parser.add_argument("--tier", help="asset tier, t1 to t5")
        parser.add_argument("--channel", help="acquisition channel")
        parser.add_argument("--by", default="", choices=["unit", "outlet", "tier", "channel"], help="one row a slice")
        parser.add_argument("--population", type=Path, help="a file of clients, a code a line: these alone")
        parser.add_argument("--against", type=Path, help="a file of clients: the log-rank test against them")
        parser.add_argument("--from", dest="since", type=date.fromisoformat, help="first signings from this day on")
        parser.add_argument("--to", dest="until", type=date.fromisoformat, help="first signings up to this day")
        parser.add_argument("--gap", type=int, default=GAP, help="fewer days between two stretches make one spell")
        parser.add_argument("--version", dest="publication", type=int, help="version of the day; default: the current")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        asked: dict[str, Any] = {
            name: options[name]
            for name in ("as_of", "node", "basis", "unit", "tier", "channel", "since", "until", "gap")
        } | {"version": options["publication"]}
        people: dict[str, Any] = {
            name: populations.read(options[name]) for name in ("population", "against") if options[name]
        }
        if options["by"] and people:
            raise CommandError(_("--by goes with no population."))
        try:
            if options["by"]:
                slices = retention_by(by=options["by"], **asked)
                told = {"by": options["by"], "slices": [retention_text.plain(each) for each in slices]}
                text = retention_text.slice_lines(slices, options["by"])
            else:
                found = retention(**asked, **people)
                told, text = retention_text.plain(found), retention_text.lines(found)
        except NotPublished as error:
            raise CommandError(_not_published(error, options["publication"])) from error
        except UnknownScope as error:
            words = {"kind": error.kind, "code": error.code}
            raise CommandError(_("Unknown %(kind)s: %(code)s") % words) from error
        except CalendarGap as gap:
            raise CommandError(str(gap)) from gap
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, allow_nan=False))
        else:
            self.stdout.write("\n".join(text))


def _not_published(error: NotPublished, version: int | None) -> str:
    if error.day is None:
        return _("Nothing is published yet: name a day with --as-of.")
    words = {"version": version, "latest": error.latest or "-"}
    return _("Version %(version)s is not published; the latest published day is %(latest)s.") % words
