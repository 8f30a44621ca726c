"""What the commands that print published figures have in common: words of the slice, and what they say of unknown ones.

Owns the options --as-of, --unit, --tier, --channel, --version and --json, and the words in which a command refuses.
Never asks the domain anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from smart_products.statistics.queries import NotPublished, UnknownScope


class PublishedCommand(BaseCommand):
    """A command that prints what is published of a day in one slice; nothing is computed in it."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let --version name the version of the figures, as the published interface says, not Django's."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options of the slice; a command adds its own."""
        parser.add_argument("--as-of", type=date.fromisoformat, help="the day to describe; default: the latest")
        parser.add_argument("--unit", help="code of a unit; default: headquarters")
        parser.add_argument("--tier", help="asset tier, t1 to t5")
        parser.add_argument("--channel", help="acquisition channel")
        parser.add_argument("--version", dest="publication", type=int, help="version of the day; default: the current")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")


def scope(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options of the slice as the queries take them."""
    return {"version": options["publication"], **{name: options[name] for name in ("as_of", "unit", "tier", "channel")}}


@contextmanager
def refusals(version: int | None) -> Iterator[None]:
    """Say in words, by a CommandError, which day, version or code is not there."""
    try:
        yield
    except NotPublished as error:
        words = {"day": error.day or "", "version": version, "latest": error.latest or "-"}
        if error.day is None and version is None:
            told = _("Nothing is published yet.")
        elif version is None:
            told = _("%(day)s is not published; the latest published day is %(latest)s.") % words
        else:
            told = _("Version %(version)s is not published; the latest published day is %(latest)s.") % words
        raise CommandError(told) from error
    except UnknownScope as error:
        raise CommandError(_("Unknown %(kind)s: %(code)s") % {"kind": error.kind, "code": error.code}) from error
