"""`manage.py verify_audit`: judge the chains of audit against their sealed heads; exit 1 names the broken row."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from core import clock
from core.chaining import Break
from core.queries import Judgement
from tasks.proofs import judge_audit


class Command(BaseCommand):
    """Walks every chain, every event and every head; writes nothing."""

    help = "Judge the chains of audit, one a unit, against the events and the sealed heads; name what is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        told = judge_audit(clock.now())
        if options["json"]:
            self.stdout.write(json.dumps(_plain(told), ensure_ascii=False))
        else:
            self.stdout.write("\n".join([*(_line(one) for one in told.breaks), *_said(told)]))
        if not told.whole:
            sys.exit(1)


def _plain(told: Judgement) -> dict[str, Any]:
    return {
        "ok": told.whole,
        "breaks": [one.plain() for one in told.breaks],
        "chains": told.chains,
        "links": told.links,
        "waiting": told.waiting,
        "heads": told.heads,
        "sealed": told.sealed.isoformat() if told.sealed else None,
    }


def _line(one: Break) -> str:
    """Return a break as a line: where, by which rule, in words."""
    where = []
    if one.place is not None:
        where.append(_("chain of unit %s") % one.place if one.place else _("chain of the house"))
    if one.number is not None:
        where.append(_("link %s") % one.number)
    if one.event is not None:
        where.append(_("event %s") % one.event)
    if one.head is not None:
        where.append(_("head of %s") % one.head)
    return f"{', '.join(where)} [{one.rule}]: {one.words}"


def _said(told: Judgement) -> list[str]:
    words = {"chains": told.chains, "links": told.links, "heads": told.heads}
    lines = [
        _("The log of audit is whole: %(links)s links in %(chains)s chains, under %(heads)s sealed heads.") % words
        if told.whole
        else _("The log of audit is broken.")
    ]
    if told.sealed:
        lines.append(_("The last head was sealed on %s.") % told.sealed)
    if told.waiting:
        lines.append(_("%s events were written since and are not linked yet.") % told.waiting)
    return lines
