"""`manage.py collect_facts`: delete files that nothing names any more."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from core import clock
from core.actor import system
from smart_products.statistics.operations.collect import collect_facts


class Command(BaseCommand):
    """Deletes files older than 48 hours that no delivery, data cut or publication names."""

    help = "Delete files of facts and figures older than 48 hours that nothing names any more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would be deleted")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        dry_run: bool = options["dry_run"]
        found = collect_facts(folder=settings.FACTS_DIR, by=system("collect_facts"), at=clock.now(), dry_run=dry_run)
        if options["json"]:
            said = {"dry_run": dry_run, "files": list(found.files), "bytes": found.size, "kept": found.kept}
            self.stdout.write(json.dumps(said))
            return
        words = {"files": len(found.files), "size": f"{found.size / 1e6:,.1f}", "kept": found.kept}
        if dry_run:
            self.stdout.write(_("%(files)s files (%(size)s MB) would be deleted, %(kept)s stay.") % words)
        else:
            self.stdout.write(_("%(files)s files (%(size)s MB) deleted, %(kept)s stay.") % words)
