"""`manage.py load_demo FOLDER ...`: a generated broker, from empty tables to its matrix, in one process.

Owns the order of the commands that `make demo` shows; each of them can be typed alone. Refuses a database that holds
somebody's deliveries, and never deletes a file.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core import clock
from core.actor import system
from smart_products.holdings.queries import newest_delivery
from smart_products.suitability.operations import seed_suitability
from tasks import chores
from tasks.reports_text import plan_demo


class Command(BaseCommand):
    """Generate, deliver, close, make logins, publish terms, and print the matrix."""

    help = "Load a generated broker into an empty database, with logins and terms, and print its matrix."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the broker, where its feed goes, and where the logins are written."""
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the generated feed goes")
        parser.add_argument("--clients", type=int, required=True)
        parser.add_argument("--days", type=int, required=True)
        parser.add_argument("--seed", type=int, required=True)
        parser.add_argument("--loaded", action="store_true", help="this broker is delivered already")
        parser.add_argument("--again", action="store_true", help="a load of this broker has broken off: go on")
        parser.add_argument(
            "--logins", type=Path, required=True, help="an empty file for the logins, readable by you alone"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the commands one after another, each announced by a line."""
        if settings.PRODUCTION:
            raise CommandError(_("A generated broker is refused in production."))
        if not (options["loaded"] or options["again"]) and newest_delivery() is not None:
            raise CommandError(_("The database holds deliveries: a generated broker needs an empty one."))
        if options["logins"].is_symlink() or options["logins"].stat().st_mode & 0o077:
            raise CommandError(
                _("Others can read %(path)s: logins are not written there.") % {"path": options["logins"]}
            )
        call_command("import_calendar")
        if not options["loaded"]:
            self._deliver(**options)
        self._say("close")
        call_command("close")
        call_command("serve")
        by, at, today = system("load_demo"), clock.now(), clock.shanghai_today()
        seed_suitability(valid_from=today, on=today, by=by, at=at)
        chores.request_retention(by)  # the worker publishes it while the pages are looked at
        logins = io.StringIO()
        call_command("create_demo_logins", stdout=logins)
        plan_demo(by, at)  # made once retention is published
        options["logins"].write_text(logins.getvalue(), encoding="utf-8")
        self._say("publish_demo_terms")
        call_command("publish_demo_terms", stdout=io.StringIO())
        call_command("matrix")

    def _deliver(self, *, folder: Path, clients: int, days: int, seed: int, **_others: Any) -> None:
        self._say(f"generate_broker --clients {clients} --days {days} --seed {seed}")
        call_command("generate_broker", folder, clients=clients, days=days, seed=seed)
        self._say("deliver")
        call_command("deliver", folder)
        call_command("name_family", file=folder / "truth.json")

    def _say(self, what: str) -> None:
        self.stdout.write(f"> {what}")
        self.stdout.flush()
