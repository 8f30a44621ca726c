"""`manage.py catalogue add|phrases|ban|unban`: products of our own, and the phrases that no text for clients may hold.

Who acts is named by `--by`: an active login that manages products for the whole house. A product is offered once terms
of it are published; a phrase counts from the next check on, and is never deleted: it is switched off.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core import clock
from smart_products.catalogue import operations, queries
from smart_products.catalogue.models import BannedPhrase, Family
from smart_products.catalogue.operations import CodeTaken, TooManyProducts
from smart_products.catalogue.rules import Language, PhraseReason, RegulatoryClass, RiskLevel
from tasks.people import product_manager
from tasks.tables import table


class Command(BaseCommand):
    """Make a product of our own; list, ban and allow phrases."""

    help = "Products of our own, and banned phrases: add, phrases, ban, unban."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be done, and with what."""
        acts = parser.add_subparsers(dest="act", required=True)
        each = {act: acts.add_parser(act) for act in ("add", "phrases", "ban", "unban")}
        add = each["add"]
        add.add_argument("code", metavar="CODE", help="of the new product; no other product or family has it")
        add.add_argument("--family", required=True, metavar="CODE")
        add.add_argument("--name", required=True, help="in Chinese")
        add.add_argument("--name-en", required=True, help="in English")
        add.add_argument("--risk-level", required=True, choices=RiskLevel.values)
        add.add_argument("--regulatory-class", required=True, choices=RegulatoryClass.values)
        add.add_argument("--on", type=date.fromisoformat, help="the first day it is known (today)")
        for act in ("ban", "unban"):
            each[act].add_argument("phrase", metavar="PHRASE")
            each[act].add_argument("--language", required=True, choices=Language.values)
        each["ban"].add_argument("--reason", required=True, choices=PhraseReason.values)
        for act, one in each.items():
            one.add_argument("--json", action="store_true", help="print one JSON object on stdout")
            if act != "phrases":
                one.add_argument("--by", required=True, metavar="LOGIN", help="who acts")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and print a line, a table or one object."""
        {"add": self._add, "phrases": self._phrases, "ban": self._ban, "unban": self._unban}[options["act"]](options)

    def _add(self, options: dict[str, Any]) -> None:
        by, family = product_manager(options), Family.objects.filter(code=options["family"]).first()
        if family is None:
            raise CommandError(_("There is no family %(code)s.") % {"code": options["family"]})
        told = {name: options[name] for name in ("code", "name", "name_en", "risk_level", "regulatory_class")}
        day = options["on"] or clock.shanghai_today()
        try:
            product = operations.create_product(**told, family=family, valid_from=day, by=by, at=clock.now())
        except CodeTaken as problem:
            raise CommandError(_("The code %(code)s is taken.") % {"code": options["code"]}) from problem
        except TooManyProducts as problem:
            raise CommandError(_("There is no room for another product.")) from problem
        self._print(options, {**told, "family": family.code, "public_id": str(product.public_id)}, product.code)

    def _phrases(self, options: dict[str, Any]) -> None:
        rows = [_plain(one) for one in queries.banned_phrases()]
        lines = table(
            [_("Language"), _("Phrase"), _("Reason"), _("In use")],
            [[row["language"], row["phrase"], row["reason"], _("yes") if row["active"] else _("no")] for row in rows],
            text_columns=4,
        )
        self._print(options, {"phrases": rows}, "\n".join(lines))

    def _ban(self, options: dict[str, Any]) -> None:
        self._keep(options, PhraseReason(options["reason"]), active=True)

    def _unban(self, options: dict[str, Any]) -> None:
        held = BannedPhrase.objects.filter(language=options["language"], phrase=options["phrase"]).first()
        if held is None:
            raise CommandError(_("The phrase “%(phrase)s” is not banned.") % {"phrase": options["phrase"]})
        self._keep(options, PhraseReason(held.reason), active=False)

    def _keep(self, options: dict[str, Any], reason: PhraseReason, *, active: bool) -> None:
        kept = operations.keep_phrase(
            language=Language(options["language"]), phrase=options["phrase"], reason=reason, active=active,
            by=product_manager(options), at=clock.now(),
        )  # fmt: skip
        self._print(options, _plain(kept), kept.phrase)

    def _print(self, options: dict[str, Any], value: object, line: str) -> None:
        self.stdout.write(json.dumps(value, ensure_ascii=False) if options["json"] else line)


def _plain(phrase: BannedPhrase) -> dict[str, Any]:
    names = ("language", "phrase", "reason", "active")
    return {name: getattr(phrase, name) for name in names}
