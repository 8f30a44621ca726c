"""`manage.py seal_head`: seal the end of the chain of evidence outside the database, once a day."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core import clock
from core.actor import system
from core.anchors import HeadContradicts
from smart_products.signing.operations import seal_head
from smart_products.signing.seals.configured import sealer


class Command(BaseCommand):
    """Writes today's head to ANCHOR_DIR; asked again, it does nothing."""

    help = "Seal the end of the chain of evidence outside the database, as today's head."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.now()
        try:
            head = seal_head(day=clock.shanghai_today(), sealer=sealer(at), by=system("seal_head"), at=at)
        except HeadContradicts as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            said = None if head is None else {"day": str(head.day), "position": head.position, "digest": head.digest}
            self.stdout.write(json.dumps({"head": said}))
        elif head is None:
            self.stdout.write(_("There is no evidence yet."))
        else:
            words = {"day": head.day, "position": head.position}
            self.stdout.write(_("The head of %(day)s is sealed at position %(position)s.") % words)
