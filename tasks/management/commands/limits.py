"""`manage.py limits`: the limits as they hold, and what they are set to before a house has two administrators.

From then on one proposes another value on the page, and another confirms it.
"""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.queries import administrators
from core import clock
from core.actor import system
from core.limits import LIMITS, OutOfBounds
from core.operations import NothingNew, set_up_setting
from core.queries import limit, settings_agreed

ENOUGH = 2
"""Administrators of the whole house: one proposes, the other confirms."""


class Command(BaseCommand):
    """List the limits, or set one up."""

    help = "List the limits as they hold, or set one up while the house has no two administrators."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what to do and the form of the answer."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help="every limit as it holds")
        setting = acts.add_parser("set", help="set a limit up")
        setting.add_argument("key", choices=sorted(LIMITS))
        setting.add_argument("value")
        setting.add_argument("reason")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the limits as they hold then."""
        if options["act"] == "set":
            _set(options["key"], options["value"], options["reason"])
        agreed = settings_agreed()
        rows = [
            {
                "key": key,
                "value": format(limit(key).normalize(), "f"),
                "unit": known.unit.value,
                "by": " + ".join(name for name in (agreed[key].proposer, agreed[key].confirmer) if name)
                if key in agreed
                else "",
            }
            for key, known in LIMITS.items()
        ]
        if options["json"]:
            self.stdout.write(json.dumps({"limits": rows}, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write("  ".join(value for value in row.values() if value))


def _set(key: str, value: str, reason: str) -> None:
    if administrators().count() >= ENOUGH:
        raise CommandError(_("There are two administrators: one proposes it on the page, the other confirms it."))
    try:
        set_up_setting(key=key, value=value, reason=reason, by=system("limits"), at=clock.now())
    except OutOfBounds:
        bounds = {"least": str(LIMITS[key].least), "most": str(LIMITS[key].most)}
        raise CommandError(_("The value has to lie between %(least)s and %(most)s.") % bounds) from None
    except NothingNew:
        return
