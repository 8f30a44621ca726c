"""`manage.py verify_evidence FILE`: judge a pack from itself alone; exit 1 names the broken part."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from screens.plain import evidence as plain
from smart_products.signing.evidence.verifying import verify
from smart_products.signing.seals.trust import Anchors, TrustError, read_anchors
from tasks.evidence_text import report_lines


class Command(BaseCommand):
    """Needs no database, no service, no secret and no settings of an instance."""

    help = "Judge an evidence pack from itself alone; without --trust, fingerprints are for you to compare."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the pack")
        parser.add_argument("--trust", type=Path, help="a file of trust (evidence trust FILE writes one): these count")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            pack = options["file"].read_bytes()
            trust: Anchors | None = read_anchors(options["trust"].read_bytes()) if options["trust"] else None
        except OSError as error:
            raise CommandError(_("%(file)s can not be read: %(error)s") % _told(error)) from error
        except TrustError as error:
            raise CommandError(str(error)) from error
        report = verify(pack, trust=trust)
        if options["json"]:
            self.stdout.write(plain.pack(report).model_dump_json())
        else:
            self.stdout.write("\n".join(report_lines(report)))
        if not report.ok:
            sys.exit(1)


def _told(error: OSError) -> dict[str, str]:
    return {"file": str(error.filename), "error": str(error.strerror)}
