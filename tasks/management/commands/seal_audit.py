"""`manage.py seal_audit`: link what was committed, and seal the ends of the chains of audit outside the database."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core import clock
from core.actor import system
from core.anchors import HeadContradicts
from tasks.proofs import seal_audit_of


class Command(BaseCommand):
    """Writes today's head to ANCHOR_DIR; asked again, it links what is new and seals nothing."""

    help = "Link the events of audit, and seal the ends of their chains outside the database as today's head."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            head = seal_audit_of(clock.shanghai_today(), by=system("seal_audit"), at=clock.now())
        except HeadContradicts as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            said = None if head is None else {"day": str(head.day), "links": head.links, "file": head.file}
            self.stdout.write(json.dumps({"head": said}))
        elif head is None:
            self.stdout.write(_("Nothing has been recorded yet."))
        else:
            words = {"day": head.day, "links": head.links}
            self.stdout.write(_("The head of %(day)s is sealed over %(links)s links.") % words)
