"""`manage.py matrix`: the published product matrix with its growth points."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from screens.plain.matrix import matrix as plain
from smart_products.statistics.queries import Structure, matrix
from tasks import matrix_text
from tasks.published import PublishedCommand, refusals, scope


class Command(PublishedCommand):
    """Prints what is published; nothing is computed here."""

    help = "Print the published product matrix: clients, signed assets, and why they grew."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--since", type=date.fromisoformat, help="compare with this day; default: a year earlier")
        parser.add_argument("--node", help="code of a product or family, or `matrix`: that node alone")
        parser.add_argument(
            "--structure",
            type=Structure,
            choices=list(Structure),
            default=Structure.WAS,
            help="units as they were on each day, or on all days as they are now",
        )
        parser.add_argument("--by", default="", choices=["unit", "outlet", "tier", "channel"], help="one row a slice")

    def handle(self, *args: Any, **options: Any) -> None:
        with refusals(options["publication"]):
            found = matrix(
                **scope(options),
                since=options["since"],
                by=options["by"],
                node=options["node"],
                structure=options["structure"],
            )
        if options["json"]:
            self.stdout.write(plain(found, slices=bool(options["by"])).model_dump_json())
            return
        if options["by"]:
            found = replace(found, rows=found.slices)
        self.stdout.write("\n".join(matrix_text.lines(found, options["by"])))
        if found.warnings:
            days = ", ".join(found.warnings)
            self.stderr.write(_("Trading days of the period without facts: %(days)s") % {"days": days})
