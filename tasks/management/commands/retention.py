"""`manage.py retention`: cohorts, N-day retention, survival, and the log-rank test between two populations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from core.calendar import CalendarGap
from screens.plain.retention import retention as plain
from smart_products.statistics.queries import retention, retention_by
from smart_products.statistics.retention import GAP, Basis
from tasks import populations, retention_text
from tasks.published import PublishedCommand, refusals, scope


class Command(PublishedCommand):
    """Counts from what is known of subscriptions; nothing is stored."""

    help = "Print who stayed: cohorts, N-day retention, survival, and the log-rank test between populations."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--node", default="matrix", help="code of a product or family; default: the matrix")
        parser.add_argument(
            "--basis", default=Basis.SIGNED, type=Basis, choices=list(Basis), help="signings that count"
        )
        parser.add_argument("--by", default="", choices=["unit", "outlet", "tier", "channel"], help="one row a slice")
        parser.add_argument("--population", type=Path, help="a file of clients, a code a line: these alone")
        parser.add_argument("--against", type=Path, help="a file of clients: the log-rank test against them")
        parser.add_argument("--from", dest="since", type=date.fromisoformat, help="first signings from this day on")
        parser.add_argument("--to", dest="until", type=date.fromisoformat, help="first signings up to this day")
        parser.add_argument("--gap", type=int, default=GAP, help="fewer days between two stretches make one spell")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = scope(options) | {name: options[name] for name in ("node", "basis", "since", "until", "gap")}
        people: dict[str, Any] = {
            name: populations.read(options[name]) for name in ("population", "against") if options[name]
        }
        if options["by"] and people:
            raise CommandError(_("--by goes with no population."))
        with refusals(options["publication"]), _beyond_calendar():
            if options["by"]:
                slices = retention_by(by=options["by"], values=options["json"], **asked)
                told = {"by": options["by"], "slices": [plain(each).model_dump(mode="json") for each in slices]}
                text = retention_text.slice_lines(slices, options["by"])
            else:
                found = retention(**asked, **people)
                told, text = plain(found).model_dump(mode="json"), retention_text.lines(found)
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, allow_nan=False))
        else:
            self.stdout.write("\n".join(text))


@contextmanager
def _beyond_calendar() -> Iterator[None]:
    """Say by a CommandError which day the calendar does not hold."""
    try:
        yield
    except CalendarGap as gap:
        raise CommandError(str(gap)) from gap
