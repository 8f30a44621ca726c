"""A version of terms as a page: the texts as a client will read them, who did what, and what stands in the way.

Puts states and people into words. Never decides who may act: the view tells it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from backoffice.pages.terms import words
from screens import formats
from screens import terms as said
from smart_products.catalogue.bodies import Block, blocks
from smart_products.catalogue.lint import Finding
from smart_products.catalogue.models import TermsVersion
from smart_products.catalogue.rules import PaperKind, PhraseReason
from smart_products.catalogue.states import OFFERED, TermsState
from smart_products.catalogue.terms import Terms

MARKS = {
    TermsState.DRAFT: "superseded",
    TermsState.PROPOSED: "waiting",
    TermsState.PUBLISHED: "accepted",
    TermsState.SUPERSEDED: "superseded",
    TermsState.RETIRED: "superseded",
    TermsState.DISCARDED: "superseded",
}
"""How the mark beside a state looks, by the names of the style sheet."""


@dataclass(frozen=True, slots=True)
class State:
    """Where a version stands: its words, its mark, and a sentence about its days."""

    text: str
    mark: str
    days: str


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did, and when."""

    verb: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class PaperText:
    """A paper as it is read."""

    kind: str
    title: str
    reading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ClientView:
    """What a client reads, in one language."""

    name: str
    summary: str
    marks: tuple[str, ...]
    does: tuple[str, ...]
    suits: tuple[str, ...]
    costs: tuple[said.Fact, ...]
    risks: tuple[str, ...]
    leaving: tuple[str, ...]
    facts: tuple[said.Fact, ...]
    papers: tuple[PaperText, ...]
    titles: Mapping[str, str]
    """The headings between the parts, in the language of the texts."""


@dataclass(frozen=True, slots=True)
class Banned:
    """A banned phrase in words."""

    phrase: str
    where: str
    path: str
    reason: str
    excerpt: str


def state(version: TermsVersion, on: date) -> State:
    """Return where a version stands on a day."""
    words_of = TermsState(version.state)
    return State(str(words_of.label), MARKS[words_of], _days(version, on))


def _days(version: TermsVersion, on: date) -> str:
    """Return a sentence about the days of a version that was published."""
    if version.state not in OFFERED or version.valid_from is None:
        return ""
    begins, ends = version.valid_from, version.valid_until
    days = {"first": begins.isoformat(), "end": ends.isoformat() if ends else ""}
    if ends is not None and ends <= begins:
        return _("never in force")
    if begins > on:
        return _("in force from %(first)s") % days
    if ends is None:
        return _("in force since %(first)s") % days
    if ends > on:
        return _("in force since %(first)s, until before %(end)s") % days
    return _("was in force from %(first)s until before %(end)s") % days


def history(version: TermsVersion) -> tuple[Act, ...]:
    """Return who drafted, proposed, published or discarded a version, in that order."""
    steps: tuple[tuple[str, User | None, datetime | None], ...] = (
        (_("Drafted"), version.drafted_by, version.drafted_at),
        (_("Proposed"), version.proposed_by, version.proposed_at),
        (_("Published"), version.published_by, version.published_at),
        (_("Discarded"), version.discarded_by, version.discarded_at),
    )
    return tuple(
        Act(verb, who.get_full_name() or who.get_username(), formats.moment(when))
        for verb, who, when in steps
        if who is not None and when is not None
    )


def client_view(terms: Terms, language: str) -> ClientView:
    """Return what a client who reads this language will see, our own words in it included."""
    with translation.override("zh-hans" if formats.is_chinese(language) else "en"):
        return ClientView(
            name=terms.name.in_language(language),
            summary=terms.summary.in_language(language),
            marks=said.marks(terms),
            does=_paragraphs(terms.does.in_language(language)),
            suits=_paragraphs(terms.suits.in_language(language)),
            costs=said.costs(terms, language),
            risks=tuple(risk.in_language(language) for risk in terms.risks),
            leaving=_paragraphs(terms.leaving.in_language(language)),
            facts=said.facts(terms),
            papers=tuple(
                PaperText(
                    str(PaperKind(paper.kind).label),
                    paper.title.in_language(language),
                    _("at least %(seconds)s seconds") % {"seconds": paper.reading_seconds},
                    blocks(paper.body.in_language(language)),
                )
                for paper in terms.papers
            ),
            titles={name: words.part(name) for name in ("does", "suits", "fees", "risks", "leaving", "papers")},
        )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line.strip())


def banned(findings: Sequence[Finding]) -> tuple[Banned, ...]:
    """Return banned phrases with the words for where they stand and why."""
    return tuple(
        Banned(one.phrase, words.label(one.path), one.path, str(PhraseReason(one.reason).label), one.excerpt)
        for one in findings
    )
