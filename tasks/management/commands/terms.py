"""`manage.py terms list|show|check|draft|propose|send-back|publish|discard|retire`: terms of products by hand.

Who acts is named by `--by`: an active login that manages products for the whole house. The rules are those of the
catalogue's operations: who drafted or proposed a version can not publish it. A fault names file, path and rule.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.queries import acting, user_by_name
from accounts.roles import Area
from accounts.scoping import areas
from core import clock
from core.actor import Actor
from smart_products.catalogue import operations, queries
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.catalogue.operations import BannedWords, NothingOffered, TooEarly, TwoPeopleNeeded
from smart_products.catalogue.states import OPEN, IllegalMove, TermsState
from smart_products.catalogue.strict import TermsError
from smart_products.catalogue.terms import Terms
from tasks import terms_text

MOVES = ("propose", "send-back", "publish", "discard")


class TwiceNamed(ValueError):
    """A JSON object names one key twice."""


class Command(BaseCommand):
    """List, show, check, draft, propose, publish, discard and retire terms."""

    help = "Terms of products: list, show, check, draft, propose, send-back, publish, discard, retire."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be done, and with what."""
        acts = parser.add_subparsers(dest="act", required=True)
        for act in ("list", "show", "check", "draft", *MOVES, "retire"):
            one = acts.add_parser(act)
            one.add_argument("--json", action="store_true", help="print one JSON object on stdout")
            if act in {"check", "draft"}:
                one.add_argument("file", type=Path, metavar="FILE", help="terms as JSON, as `terms show --json` prints")
            if act == "draft":
                one.add_argument("--product", required=True, metavar="CODE")
            elif act not in {"list", "check"}:
                one.add_argument("product", metavar="PRODUCT", help="code of the product")
            if act not in {"list", "check"}:
                one.add_argument("--source", help="source of the product, where two carry the code")
            if act == "show":
                one.add_argument("--number", type=int, help="the version (the one in force, or the newest)")
            if act in {"list", "publish", "retire"}:
                one.add_argument("--on", type=date.fromisoformat, help="the day (today)")
            if act not in {"list", "show", "check"}:
                one.add_argument("--by", required=True, metavar="LOGIN", help="who acts")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and print a line or one object."""
        try:
            getattr(self, f"_{options['act'].replace('-', '_')}")(options)
        except TermsError as problem:
            raise CommandError(_prefixed(options, terms_text.faults(problem))) from problem
        except BannedWords as problem:
            raise CommandError(_("Banned phrases:") + "\n" + terms_text.banned(problem.findings)) from problem
        except TwoPeopleNeeded as problem:
            raise CommandError(_("Who drafted or proposed a version can not publish it.")) from problem
        except TooEarly as problem:
            raise CommandError(_("It can hold from %(day)s at the earliest.") % {"day": problem.earliest}) from problem
        except NothingOffered as problem:
            raise CommandError(_("Nothing is offered that could end on this day.")) from problem
        except IllegalMove as problem:
            words = {"old": TermsState(problem.old).label, "new": TermsState(problem.new).label}
            raise CommandError(_("The version is “%(old)s” and can not become “%(new)s”.") % words) from problem

    def _list(self, options: dict[str, Any]) -> None:
        found = queries.product_terms(options["on"] or clock.shanghai_today())
        if options["json"]:
            self._print({"products": [terms_text.plain_product(one) for one in found]})
        else:
            self.stdout.write("\n".join(terms_text.listed(found)))

    def _show(self, options: dict[str, Any]) -> None:
        version = _chosen(_product(options), options["number"])
        terms = queries.read_terms(version)
        if options["json"]:
            findings = [terms_text.plain_finding(one) for one in queries.banned_words(terms)]
            self._print({**terms_text.plain(version), "terms": terms.plain(), "banned": findings})
        else:
            self.stdout.write("\n".join([terms_text.told(version), *terms_text.whole(terms)]))

    def _check(self, options: dict[str, Any]) -> None:
        terms = _read(options["file"])
        findings = queries.banned_words(terms)
        if findings:
            raise BannedWords(findings)
        if options["json"]:
            self._print({"digest": terms.digest()})
        else:
            self.stdout.write(terms.digest())

    def _draft(self, options: dict[str, Any]) -> None:
        by, product, terms = _person(options), _product(options), _read(options["file"])
        held = TermsVersion.objects.filter(product=product, state=TermsState.DRAFT).first()
        if held is not None:
            self._tell(operations.redraft_terms(version=held, terms=terms, by=by, at=clock.now()), options)
            return
        try:
            version = operations.draft_terms(product=product, terms=terms, by=by, at=clock.now())
        except operations.VersionOpen as problem:
            words = {"number": problem.version.number}
            raise CommandError(_("Version %(number)s waits for a colleague: send it back first.") % words) from problem
        self._tell(version, options)

    def _propose(self, options: dict[str, Any]) -> None:
        by, version = _person(options), _open(options)
        self._tell(operations.propose_terms(version=version, by=by, at=clock.now()), options)

    def _send_back(self, options: dict[str, Any]) -> None:
        by, version = _person(options), _open(options)
        self._tell(operations.send_back_terms(version=version, by=by, at=clock.now()), options)

    def _publish(self, options: dict[str, Any]) -> None:
        by, version = _person(options), _open(options)
        day = options["on"] or clock.shanghai_today()
        self._tell(operations.publish_terms(version=version, valid_from=day, by=by, at=clock.now()), options)

    def _discard(self, options: dict[str, Any]) -> None:
        by, version = _person(options), _open(options)
        self._tell(operations.discard_terms(version=version, by=by, at=clock.now()), options)

    def _retire(self, options: dict[str, Any]) -> None:
        by, product = _person(options), _product(options)
        day = options["on"] or clock.shanghai_today()
        ended = operations.retire_product(product=product, on=day, by=by, at=clock.now())
        if options["json"]:
            self._print({"product": product.code, "on": day.isoformat(), "versions": [one.number for one in ended]})
        else:
            self.stdout.write(_("%(product)s is offered no more from %(day)s.") % {"product": product, "day": day})

    def _tell(self, version: TermsVersion, options: dict[str, Any]) -> None:
        if options["json"]:
            self._print(terms_text.plain(version))
        else:
            self.stdout.write(terms_text.told(version))

    def _print(self, value: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(value, ensure_ascii=False))


def _person(options: dict[str, Any]) -> Actor:
    user = user_by_name(options["by"])
    if user is None or Area.MANAGE_TERMS not in areas(user):
        raise CommandError(_("%(name)s does not manage products for the whole house.") % {"name": options["by"]})
    return acting(user)


def _product(options: dict[str, Any]) -> Product:
    found = Product.objects.filter(code=options["product"])
    if options["source"]:
        found = found.filter(source=options["source"])
    products = list(found[:2])
    if not products:
        raise CommandError(_("There is no product %(code)s.") % {"code": options["product"]})
    if len(products) > 1:
        raise CommandError(_("Several sources have a product %(code)s: name one by --source.") % {"code": products[0]})
    return products[0]


def _open(options: dict[str, Any]) -> TermsVersion:
    version = next((one for one in queries.versions_of(_product(options).pk) if one.state in OPEN), None)
    if version is None:
        raise CommandError(_("%(product)s has no draft and no proposal.") % {"product": options["product"]})
    return version


def _chosen(product: Product, number: int | None) -> TermsVersion:
    versions = queries.versions_of(product.pk)
    if number is not None:
        versions = [version for version in versions if version.number == number]
    else:
        in_force = queries.terms_of(product.pk, clock.shanghai_today())
        versions = [in_force] if in_force is not None else versions
    if not versions:
        raise CommandError(_("%(product)s has no such version.") % {"product": product})
    return versions[0]


def _read(file: Path) -> Terms:
    """Return the terms in a file; it may be what `show --json` printed, with the terms inside."""
    try:
        value = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=_once)
    except OSError as problem:
        raise CommandError(f"{file}: {problem.strerror}") from problem
    except (ValueError, RecursionError) as problem:
        raise CommandError(_("%(file)s is no JSON: %(problem)s") % {"file": file, "problem": problem}) from problem
    if isinstance(value, dict) and isinstance(value.get("terms"), dict):
        value = value["terms"]
    return Terms.read(value)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        raise TwiceNamed(next(name for name in names if names.count(name) > 1))
    return found


def _prefixed(options: dict[str, Any], lines: str) -> str:
    file = options.get("file")
    return "\n".join(f"{file}: {line}" for line in lines.splitlines()) if file else lines
