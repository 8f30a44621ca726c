"""`manage.py matrix`: the published product matrix with its growth points."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from smart_products.statistics.queries import NotPublished, Structure, UnknownScope, matrix
from tasks import matrix_text


class Command(BaseCommand):
    """Prints what is published; nothing is computed here."""

    help = "Print the published product matrix: clients, signed assets, and why they grew."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let --version name the version of the figures, as the published interface says, not Django's."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", type=date.fromisoformat, help="the day to describe; default: the latest")
        parser.add_argument("--since", type=date.fromisoformat, help="compare with this day; default: a year earlier")
        parser.add_argument("--node", help="code of a product or family, or `matrix`: that node alone")
        parser.add_argument("--unit", help="code of a unit; default: headquarters")
        parser.add_argument("--tier", help="asset tier, t1 to t5")
        parser.add_argument("--channel", help="acquisition channel")
        parser.add_argument(
            "--structure",
            type=Structure,
            choices=list(Structure),
            default=Structure.WAS,
            help="units as they were on each day, or on all days as they are now",
        )
        parser.add_argument("--by", default="", choices=["unit", "outlet", "tier", "channel"], help="one row a slice")
        parser.add_argument("--version", dest="publication", type=int, help="version of the day; default: the current")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = matrix(
                as_of=options["as_of"],
                since=options["since"],
                unit=options["unit"],
                tier=options["tier"],
                channel=options["channel"],
                by=options["by"],
                node=options["node"],
                version=options["publication"],
                structure=options["structure"],
            )
        except NotPublished as error:
            words = {"day": error.day or "", "version": options["publication"], "latest": error.latest or "-"}
            if error.day is None and words["version"] is None:
                told = _("Nothing is published yet.")
            elif words["version"] is None:
                told = _("%(day)s is not published; the latest published day is %(latest)s.") % words
            else:
                told = _("Version %(version)s is not published; the latest published day is %(latest)s.") % words
            raise CommandError(told) from error
        except UnknownScope as error:
            words = {"kind": error.kind, "code": error.code}
            raise CommandError(_("Unknown %(kind)s: %(code)s") % words) from error
        if options["json"]:
            self.stdout.write(json.dumps(matrix_text.plain(found), ensure_ascii=False, allow_nan=False))
            return
        self.stdout.write("\n".join(matrix_text.lines(found, options["by"])))
        if found.warnings:
            days = ", ".join(found.warnings)
            self.stderr.write(_("Trading days of the period without facts: %(days)s") % {"days": days})
