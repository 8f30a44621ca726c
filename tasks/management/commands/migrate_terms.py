"""`manage.py migrate_terms PRODUCT`: moves the contracts on one version of terms to another, one step a call.

Without a step it is a dry run and writes nothing. `--plan` keeps the batch, `--confirm` takes a second person,
`--apply` does what can be done today and can be called again after a kill, `--cancel` takes back what has not moved.
Who plans, confirms or cancels is named by `--by` and manages products for the whole house.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core import clock
from core.actor import TwoPeopleNeeded, system
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.catalogue.queries import terms_of, version_before, versions_of
from smart_products.signing import operations
from smart_products.signing.consent import Consent, MilderConsent
from smart_products.signing.models import TermsMove
from smart_products.signing.operations import MoveOpen, NotNow
from smart_products.signing.queries.terms_moves import (
    NoSuchMove,
    UnknownMove,
    counts_of,
    preview,
    terms_move,
    terms_moves,
)
from smart_products.signing.terms_moves import AfterDue, TermsMoveState
from tasks import terms_moves_text as text
from tasks.people import product_manager

STEPS = ("confirm", "apply", "cancel", "show")


class Command(BaseCommand):
    """Dry run, plan, confirm, apply, cancel and list moves of contracts to other terms."""

    help = "Move contracts to another version of terms: a dry run, unless a step is named."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the versions and the steps."""
        parser.add_argument("product", nargs="?", metavar="PRODUCT", help="code of the product")
        parser.add_argument("--source", help="source of the product, where two carry the code")
        parser.add_argument("--from", dest="before", type=int, help="version to move from (the one before)")
        parser.add_argument("--to", dest="after", type=int, help="version to move to (the one in force)")
        parser.add_argument("--consent", choices=Consent.values, help="ask for more of clients than is needed")
        parser.add_argument("--after-due", choices=AfterDue.values, default="keep", help="who does not sign (keep)")
        parser.add_argument("--on", type=date.fromisoformat, help="the day (today)")
        parser.add_argument("--by", metavar="LOGIN", help="who plans, confirms or cancels")
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
        step = parser.add_mutually_exclusive_group()
        step.add_argument("--plan", action="store_true", help="keep the batch; a colleague confirms it")
        step.add_argument("--list", action="store_true", help="list the moves, the latest first")
        for name in STEPS:
            step.add_argument(f"--{name}", type=UUID, metavar="MOVE", help=f"{name} this move")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take one step, and print what it came to."""
        step = next((name for name in ("plan", "list", *STEPS) if options[name]), "dry_run")
        try:
            getattr(self, f"_{step}")(options)
        except (TwoPeopleNeeded, MilderConsent, NoSuchMove, UnknownMove, MoveOpen, NotNow) as problem:
            raise CommandError(_words(problem)) from problem

    def _dry_run(self, options: dict[str, Any]) -> None:
        before, after = _versions(options)
        found = preview(before, after, _day(options), _wish(options))
        self._say(options, text.plain_preview(before, after, found), text.told_preview(before, after, found))

    def _plan(self, options: dict[str, Any]) -> None:
        before, after = _versions(options)
        move = operations.plan_terms_move(
            before=before, after=after, wish=_wish(options), after_due=AfterDue(options["after_due"]),
            on=_day(options), by=product_manager(options), at=clock.now(),
        )  # fmt: skip
        self._tell(move, options)

    def _confirm(self, options: dict[str, Any]) -> None:
        move = terms_move(options["confirm"])
        self._tell(operations.confirm_terms_move(move=move, by=product_manager(options), at=clock.now()), options)

    def _apply(self, options: dict[str, Any]) -> None:
        move, by, seen = terms_move(options["apply"]), system("migrate_terms"), 0

        def progress(count: int) -> None:
            nonlocal seen
            seen += count
            sys.stderr.write(f"\r{seen:,}")

        operations.run_terms_move(move=move, on=_day(options), by=by, at=clock.now(), progress=progress)
        sys.stderr.write("\n" if seen else "")
        self._tell(move, options)

    def _cancel(self, options: dict[str, Any]) -> None:
        move = terms_move(options["cancel"])
        operations.cancel_terms_move(move=move, on=_day(options), by=product_manager(options), at=clock.now())
        self._tell(move, options)

    def _show(self, options: dict[str, Any]) -> None:
        self._tell(terms_move(options["show"]), options)

    def _list(self, options: dict[str, Any]) -> None:
        moves = list(terms_moves())
        found = {"moves": [text.plain(move, counts_of(move)) for move in moves]}
        self._say(options, found, text.listed(moves) if moves else [_("No move yet.")])

    def _tell(self, move: TermsMove, options: dict[str, Any]) -> None:
        now = terms_move(move.public_id)
        counts = counts_of(now)
        self._say(options, text.plain(now, counts), text.told(now, counts))

    def _say(self, options: dict[str, Any], value: dict[str, Any], lines: Any) -> None:
        self.stdout.write(json.dumps(value, ensure_ascii=False) if options["json"] else "\n".join(lines))


def _words(problem: Exception) -> str:
    """Return in words why a step was refused."""
    state = TermsMoveState(problem.state).label if isinstance(problem, NotNow) else ""
    open_move = problem.move.public_id if isinstance(problem, MoveOpen) else ""
    words: dict[type[Exception], str] = {
        TwoPeopleNeeded: _("Who planned a move can not confirm it."),
        MilderConsent: _("The difference between the versions asks for more than that."),
        NoSuchMove: _("Nothing moves between these versions: the later one has to be in force."),
        UnknownMove: _("There is no such move."),
        MoveOpen: _("The product has a move that is not over: %(move)s.") % {"move": open_move},
        NotNow: _("The move stands at: %(state)s.") % {"state": state},
    }
    return words[type(problem)]


def _day(options: dict[str, Any]) -> date:
    day: date = options["on"] or clock.shanghai_today()
    return day


def _wish(options: dict[str, Any]) -> Consent | None:
    return Consent(options["consent"]) if options["consent"] else None


def _versions(options: dict[str, Any]) -> tuple[TermsVersion, TermsVersion]:
    """Return the version to move from and the one to move to."""
    found = Product.objects.filter(code=options["product"] or "")
    products = list((found.filter(source=options["source"]) if options["source"] else found)[:2])
    if len(products) != 1:
        raise CommandError(_("Name one product, by --source too where several carry the code."))
    by_number = {version.number: version for version in versions_of(products[0].pk)}
    standing = terms_of(products[0].pk, _day(options))
    after = by_number.get(options["after"]) if options["after"] else standing
    if after is None:
        raise CommandError(_("%(product)s has no such version.") % {"product": products[0]})
    before = by_number.get(options["before"]) if options["before"] else version_before(after)
    if before is None:
        raise CommandError(_("%(product)s has no such version.") % {"product": products[0]})
    return before, after
