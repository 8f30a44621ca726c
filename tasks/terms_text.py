"""Terms for a terminal and as JSON: versions in a list, one version whole, and faults in words.

Owns how a version is told; takes what the catalogue answered and asks nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from smart_products.catalogue.lint import Finding
from smart_products.catalogue.models import TermsVersion
from smart_products.catalogue.queries import ProductTerms
from smart_products.catalogue.rules import PhraseReason
from smart_products.catalogue.states import TermsState
from smart_products.catalogue.strict import Fault, TermsError
from smart_products.catalogue.terms import Terms, leaves
from tasks.tables import table

SHORT = 12


def plain(version: TermsVersion) -> dict[str, Any]:
    """Return what is kept about a version, without its terms."""
    people = {verb: getattr(version, f"{verb}_by") for verb in ("drafted", "proposed", "published", "discarded")}
    return {
        "product": version.product.code,
        "source": version.product.source,
        "number": version.number,
        "state": version.state,
        "valid_from": version.valid_from.isoformat() if version.valid_from else None,
        "valid_until": version.valid_until.isoformat() if version.valid_until else None,
        "digest": version.digest,
        **{f"{verb}_by": None if person is None else person.get_username() for verb, person in people.items()},
    }


def plain_finding(found: Finding) -> dict[str, Any]:
    """Return a banned phrase as a JSON value."""
    return {
        "phrase": found.phrase,
        "path": found.path,
        "language": found.language,
        "reason": found.reason,
        "excerpt": found.excerpt,
    }


def plain_product(one: ProductTerms) -> dict[str, Any]:
    """Return a product of the list as a JSON value."""
    return {
        "product": one.product.code,
        "source": one.product.source,
        "family": one.product.family.code,
        **{
            key: None if version is None else plain(version)
            for key, version in (("in_force", one.standing), ("coming", one.coming), ("open", one.open))
        },
    }


def listed(found: Iterable[ProductTerms]) -> list[str]:
    """Return the lines of the list."""
    head = [_("Product"), _("Family"), _("In force"), _("From"), _("Not published yet"), _("Digest")]
    return table(head, [_row(one) for one in found], text_columns=len(head))


def _row(one: ProductTerms) -> list[str]:
    standing, waiting = one.standing or one.coming, one.open
    return [
        one.product.code,
        one.product.family.code,
        str(standing.number) if standing else "",
        standing.valid_from.isoformat() if standing and standing.valid_from else "",
        f"{waiting.number} {TermsState(waiting.state).label}" if waiting else "",
        standing.digest[:SHORT] if standing else "",
    ]


def told(version: TermsVersion) -> str:
    """Return a version on one line."""
    begins = f" {version.valid_from}" if version.valid_from else ""
    return f"{version.product.code} {version.number}: {TermsState(version.state).label}{begins} {version.digest}"


def whole(terms: Terms) -> Iterator[str]:
    """Yield a line for each part of terms; texts of several lines stand below their path."""
    for path, value in leaves(terms.plain()):
        text = "" if value is None else str(value)
        yield f"{path}: {text}" if "\n" not in text else f"{path}:\n{text}"


def fault(one: Fault) -> str:
    """Return a fault in words: its path and the rule."""
    return f"{one.path or '-'}: {one.rule.label}"


def faults(problem: TermsError) -> str:
    """Return every fault on a line of its own."""
    return "\n".join(fault(one) for one in problem.faults)


def banned(findings: Iterable[Finding]) -> str:
    """Return banned phrases with path, reason and what stands around them, a line each."""
    return "\n".join(f"{one.path}: {one.phrase} ({PhraseReason(one.reason).label}): {one.excerpt}" for one in findings)
