"""`manage.py sign_generated DIR`: part of a generated broker's clients sign, with evidence and all.

For a generated broker alone; production refuses it. What signing needs and is not there yet is brought in first: the
questionnaire and rules that come with the software, demo logins, and terms of every product.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.queries import user_by_name
from core import clock
from smart_products.catalogue.queries import terms_in_force
from smart_products.holdings.queries import newest_delivery
from smart_products.signing.models import Contract
from smart_products.signing.operations import seal_head
from smart_products.signing.seals.configured import sealer
from smart_products.suitability.operations import seed_suitability
from tasks.generated_signers import BY, ask
from tasks.management.commands.publish_demo_terms import AUTHOR

CLIENTS = 25


class Command(BaseCommand):
    """Has clients sign through the operations of the portal, and seals the head of the chain."""

    help = "Have part of a generated broker's clients sign a product each; a second run has nobody sign twice."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the broker and how many of its clients sign."""
        parser.add_argument("folder", type=Path, metavar="DIR", help="where generate_broker wrote the delivered broker")
        parser.add_argument("--clients", type=int, default=CLIENTS, help="how many clients are asked to sign")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        """Have them sign, and print who signed what."""
        if settings.PRODUCTION:
            raise CommandError(_("A generated broker is refused in production."))
        source = _source(options["folder"])
        if newest_delivery() is None:
            raise CommandError(_("There are no units yet: deliver a feed first."))
        _prepare()
        at = clock.now()
        by_platform = sealer(at)
        signed: list[Contract] = []
        before, nothing = 0, list[str]()
        for one in ask(source=source, count=options["clients"], sealer=by_platform):
            if one.contract is None:
                nothing.append(one.client.code)
            elif one.now:
                signed.append(one.contract)
            else:
                before += 1
        head = seal_head(day=clock.shanghai_today(), sealer=by_platform, by=BY, at=clock.now())
        if options["json"]:
            said = {
                "signed": [_plain(one) for one in signed],
                "signed_before": before,
                "nothing_fits": nothing,
                "head": head and {"day": head.day.isoformat(), "position": head.position, "digest": head.digest},
            }
            self.stdout.write(json.dumps(said, ensure_ascii=False))
            return
        words = {"signed": len(signed), "before": before, "nothing": len(nothing)}
        self.stdout.write(
            _("%(signed)s clients signed, %(before)s had signed before, nothing fits %(nothing)s.") % words
        )


def _source(folder: Path) -> str:
    """Return the source that a generated broker's feed names."""
    try:
        truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        return str(truth["source"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(_("%(folder)s holds no generated broker.") % {"folder": folder}) from error


def _prepare() -> None:
    """Bring in what signing needs, where it is missing."""
    today = clock.shanghai_today()
    seed_suitability(valid_from=today, on=today, by=BY, at=clock.now())
    if user_by_name(AUTHOR) is None:
        call_command("create_demo_logins", stdout=io.StringIO())
    if not terms_in_force(today):
        call_command("publish_demo_terms", stdout=io.StringIO())


def _plain(contract: Contract) -> dict[str, Any]:
    return {
        "client": contract.client.code,
        "subscription": contract.number,
        "product": contract.product.code,
        "account": contract.account.code,
        "outcome": contract.outcome,
        "signed_on": contract.signed_on and contract.signed_on.isoformat(),
        "state": contract.state,
    }
