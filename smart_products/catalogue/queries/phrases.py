"""Reads of the lint's lists, and the lint of terms by the lists as they stand. Never writes."""

from __future__ import annotations

from core.reading import remembered
from smart_products.catalogue.lint import Context, Finding, Phrase, lint
from smart_products.catalogue.models import BannedPhrase, PhraseContext
from smart_products.catalogue.terms import Terms


@remembered
def lint_lists() -> tuple[tuple[Phrase, ...], tuple[Context, ...]]:
    """Return the active phrases and contexts."""
    phrases = BannedPhrase.objects.filter(active=True).order_by("language", "phrase")
    contexts = PhraseContext.objects.filter(active=True).order_by("language", "wording")
    return (
        tuple(Phrase(row.phrase, row.language, row.reason) for row in phrases),
        tuple(Context(row.wording, row.excuses) for row in contexts),
    )


def banned_phrases() -> list[BannedPhrase]:
    """Return every phrase that is or was banned, by language."""
    return list(BannedPhrase.objects.order_by("language", "phrase"))


def banned_words(terms: Terms) -> list[Finding]:
    """Return what the lint finds in terms by the lists as they stand."""
    return lint(terms, *lint_lists())
