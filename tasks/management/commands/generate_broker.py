"""Generate a broker as a feed: histories to load, with planted truths beside them.

Owns the arguments and the printing; the broker itself comes from `demo`. The trading days are
those of the calendar table. Never loads what it wrote: that is `deliver`.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from core.calendar import CalendarGap, trading_days
from demo.broker import generate

LAST_DAY = date(2024, 12, 31)
DAYS_IN_FULL = 485
"""Two years of trading days."""


class Command(BaseCommand):
    """`manage.py generate_broker DIR --clients N --days D --seed S [--daily K] [--json]`."""

    help = "Write a generated broker as feed deliveries below DIR, with planted truths in truth.json."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("folder", type=Path, metavar="DIR", help="an empty or new folder")
        parser.add_argument("--clients", type=int, default=20_000, help="clients retained on the last day")
        parser.add_argument("--days", type=int, default=DAYS_IN_FULL, help="trading days, ending on 2024-12-31")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same broker")
        parser.add_argument("--daily", type=int, default=0, help="last days that come as deliveries of their own")
        parser.add_argument("--json", action="store_true", help="print truth.json alone")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the broker and print what came out."""
        folder: Path = options["folder"]
        days = _days(options["days"])
        with tqdm(total=len(days), disable=None, unit="day") as bar:
            try:
                truth = generate(
                    folder=folder,
                    clients=options["clients"],
                    trading_days=days,
                    seed=options["seed"],
                    daily=options["daily"],
                    progress=lambda _done, _total: bar.update(),
                )
            except (ValueError, FileExistsError) as error:
                raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(truth.document(), ensure_ascii=False))
            return
        came = truth.realised
        self.stdout.write(
            _("Generated broker in %(folder)s: %(clients)s retained clients, signed assets CNY %(assets)s.")
            % {"folder": folder, "clients": f"{came['retained_clients']:,}", "assets": came["signed_assets"]}
        )


def _days(count: int) -> list[date]:
    """Return the last `count` trading days up to LAST_DAY, or raise CommandError."""
    if count < 2:
        raise CommandError(_("--days must be at least 2."))
    try:
        days = trading_days(LAST_DAY - timedelta(days=2 * count + 30), LAST_DAY)
    except CalendarGap as gap:
        raise CommandError(str(gap)) from gap
    return days[-count:]
