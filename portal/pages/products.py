"""Products as a client meets them: by fit, with reasons, and in plain words what each costs and how it ends.

Turns terms and verdicts into text of one language. Never judges: suitability does, with the rules of the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from screens import formats
from screens import terms as terms_words
from smart_products.catalogue.models import TermsVersion
from smart_products.catalogue.queries import read_terms
from smart_products.catalogue.rules import FeePeriod
from smart_products.catalogue.terms import Terms
from smart_products.suitability.rules import Outcome, Rules, Standing, Verdict, judge

ORDER = (Outcome.FIT, Outcome.WARNING, Outcome.REFUSED)


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a product fits the client, in words, and why."""

    outcome: str
    title: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A product in the list."""

    public_id: UUID
    name: str
    summary: str
    marks: tuple[str, ...]
    cost: str
    fit: Fit
    signed: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Products of one outcome."""

    outcome: str
    title: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper of the product, with the minutes that reading it takes at least."""

    kind: str
    title: str
    minutes: int


@dataclass(frozen=True, slots=True)
class ProductPage:
    """The page of one product, in the order in which a client asks."""

    public_id: UUID
    name: str
    does: tuple[str, ...]
    marks: tuple[str, ...]
    suits: tuple[str, ...]
    fit: Fit
    costs: tuple[tuple[str, str], ...]
    example: str
    risks: tuple[str, ...]
    leaving: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    papers: tuple[PaperLine, ...]
    number: int
    valid_from: str
    digest: str
    signed: bool


def titles() -> dict[str, tuple[str, str]]:
    """Return of each outcome the title of its group, and the title of a product's reasons."""
    return {
        Outcome.FIT: (_("These fit you"), _("It fits you")),
        Outcome.WARNING: (_("Riskier than your class"), _("It is riskier than your class")),
        Outcome.REFUSED: (_("You can not sign these now"), _("You can not sign it now")),
    }


def fit(verdict: Verdict, rules: Rules, language: str) -> Fit:
    """Return a verdict in the words of the rules by which it was found."""
    reasons = tuple(text.in_language(language) for text in verdict.words(rules))
    return Fit(verdict.outcome, titles()[Outcome(verdict.outcome)][1], reasons)


def groups(
    versions: Sequence[TermsVersion],
    standing: Standing,
    rules: Rules,
    on: date,
    language: str,
    signed: frozenset[int],
) -> tuple[Group, ...]:
    """Return the products on offer by fit, the fitting first; empty groups are left out."""
    cards: dict[str, list[Card]] = {outcome: [] for outcome in ORDER}
    for version in versions:
        terms = read_terms(version)
        verdict = judge(standing, terms.risk_level, terms.regulatory_class, rules, on)
        cards[Outcome(verdict.outcome)].append(
            Card(
                public_id=version.product.public_id,
                name=terms.name.in_language(language),
                summary=terms.summary.in_language(language),
                marks=terms_words.marks(terms),
                cost=_cost(terms, language),
                fit=fit(verdict, rules, language),
                signed=version.product_id in signed,
            )
        )
    named = titles()
    return tuple(Group(outcome, named[outcome][0], tuple(cards[outcome])) for outcome in ORDER if cards[outcome])


def page(
    version: TermsVersion, standing: Standing, rules: Rules, on: date, language: str, *, signed: bool
) -> ProductPage:
    """Return the page of a product by its terms in force."""
    terms = read_terms(version)
    verdict = judge(standing, terms.risk_level, terms.regulatory_class, rules, on)
    return ProductPage(
        public_id=version.product.public_id,
        name=terms.name.in_language(language),
        does=_paragraphs(terms.does.in_language(language)),
        marks=terms_words.marks(terms),
        suits=_paragraphs(terms.suits.in_language(language)),
        fit=fit(verdict, rules, language),
        costs=terms_words.costs(terms, language),
        example=_example(terms, language),
        risks=tuple(risk.in_language(language) for risk in terms.risks),
        leaving=_paragraphs(terms.leaving.in_language(language)),
        facts=terms_words.facts(terms),
        papers=tuple(
            PaperLine(paper.kind, paper.title.in_language(language), max(1, -(-paper.reading_seconds // 60)))
            for paper in terms.papers
        ),
        number=version.number,
        valid_from=version.valid_from.isoformat() if version.valid_from else "",
        digest=version.digest,
        signed=signed,
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line.strip())


def _cost(terms: Terms, language: str) -> str:
    paid = [fee for fee in terms.fees if fee.paid]
    if not paid:
        return _("Free of charge")
    return " + ".join(terms_words.price(fee, language) for fee in paid)


def _example(terms: Terms, language: str) -> str:
    """Return what a year costs on 10,000 yuan of signed assets; nothing for what is free."""
    times = {FeePeriod.ONCE: 1, FeePeriod.MONTH: 12, FeePeriod.QUARTER: 4, FeePeriod.YEAR: 1}
    whole = 10_000_00
    parts = [
        (fee.amount_fen or whole * (fee.rate_ppm or 0) // 1_000_000) * times[FeePeriod(fee.period)]
        for fee in terms.fees
        if fee.paid
    ]
    if not parts:
        return ""
    pattern = formats.scales(language)[-1].pattern
    shares = {"amount": pattern.format(formats.exact(sum(parts))), "assets": pattern.format(formats.exact(whole))}
    share = formats.rate(sum(parts) / whole, digits=2)
    return _("With %(assets)s of signed assets: %(amount)s in the first year, which is %(share)s.") % {
        **shares,
        "share": share,
    }
