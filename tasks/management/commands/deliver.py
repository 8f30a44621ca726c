"""`manage.py deliver DIR`: take in every delivery found in DIR."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from core import clock
from core.actor import system
from smart_products.holdings.operations import Outcome, deliver
from smart_products.holdings.queries import delivery_folders
from smart_products.holdings.reading.rules import RULES


class Command(BaseCommand):
    """Takes in one delivery folder, or each one in a folder of folders, in the order of their dates."""

    help = "Take in every delivery found in DIR; exit 1 when one is refused."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dir", type=Path)
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["dir"]
        if not folder.is_dir():
            raise CommandError(_("%(folder)s is no folder.") % {"folder": folder})
        found = delivery_folders(folder)
        outcomes = []
        for one in tqdm(found, disable=None, unit="delivery"):
            outcome = deliver(folder=one, today=clock.shanghai_today(), by=system("deliver"), at=clock.now())
            outcomes.append(outcome)
            if not options["json"]:
                self._tell(outcome)
        if options["json"]:
            self.stdout.write(json.dumps({"deliveries": [_plain(outcome) for outcome in outcomes]}, ensure_ascii=False))
        if any(outcome.state == "rejected" for outcome in outcomes):
            raise CommandError(_("At least one delivery was refused."), returncode=1)

    def _tell(self, outcome: Outcome) -> None:
        if outcome.delivery is None or outcome.state == "repeated":
            self.stdout.write(_("%(folder)s: known already, nothing to do") % {"folder": outcome.folder})
            return
        row = outcome.delivery
        words = {"folder": outcome.folder, "rows": f"{row.rows:,}", "refused": f"{row.refused_rows:,}"}
        if outcome.state == "accepted":
            self.stdout.write(_("%(folder)s: accepted, %(rows)s rows, %(refused)s in quarantine") % words)
            return
        self.stdout.write(_("%(folder)s: refused") % words)
        for refusal in outcome.errors[:20]:
            rule = RULES.get(refusal.rule)
            place = refusal.file if refusal.line is None else f"{refusal.file}:{refusal.line}"
            title = f"{rule.title} - {rule.explanation}" if rule else refusal.rule
            self.stdout.write(f"  {place} {refusal.column} [{refusal.rule}] {title} {refusal.value}".rstrip())


def _plain(outcome: Outcome) -> dict[str, Any]:
    row = outcome.delivery
    return {
        "folder": outcome.folder,
        "state": outcome.state,
        "source": row.source if row else None,
        "business_date": row.business_date.isoformat() if row and row.business_date else None,
        "sequence": row.sequence if row else None,
        "rows": row.rows if row else 0,
        "refused_rows": row.refused_rows if row else 0,
        "warnings": row.warnings if row else [],
        "errors": [
            {"file": one.file, "line": one.line, "column": one.column, "rule": one.rule, "value": one.value}
            for one in outcome.errors
        ],
    }
