"""`manage.py deliver DIR`: take in every delivery found in DIR."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from core import clock
from core.actor import system
from smart_products.holdings.operations import Outcome, deliver
from smart_products.holdings.queries import Refusal, delivery_folders, quarantine
from tasks.breaches import told

LISTED = 1_000
"""Refused rows that are looked at; the feed page shows them all."""


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
        if not found:
            raise CommandError(_("%(folder)s holds no delivery: no manifest.json.") % {"folder": folder})
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
        else:
            self.stdout.write(_("%(folder)s: refused") % words)
        warnings = [Refusal(**warning) for warning in row.warnings]
        for line in told([*outcome.errors, *quarantine(row.public_id, limit=LISTED), *warnings]):
            self.stdout.write(f"  {line}")


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
        "errors": [asdict(one) for one in outcome.errors],
        "quarantine": [asdict(one) for one in quarantine(row.public_id, limit=LISTED)] if row else [],
    }
