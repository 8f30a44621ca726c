"""`manage.py transitions`: where the clients of each product went over a period, and whence they came."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import CommandParser

from screens.plain.overlap import transitions as plain
from smart_products.statistics.queries import transitions
from tasks import overlap_text
from tasks.published import PublishedCommand, refusals, scope


class Command(PublishedCommand):
    """Prints transitions between products, with *outside* and *kept others*, and those who came from outside."""

    help = "Print where the clients of each product went over a period: other products, outside, or what they had."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--since", type=date.fromisoformat, required=True, help="the day at which the period starts"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with refusals(options["publication"]):
            found = transitions(**scope(options), since=options["since"])
        if options["json"]:
            self.stdout.write(plain(found).model_dump_json())
            return
        self.stdout.write("\n".join(overlap_text.lines_transitions(found)))
