"""The lint of what clients read: phrases that promise, lure or press, found however they are dressed up.

Phrases and contexts are data (`models/phrases.py`); this module owns how they are looked for. A phrase is looked for
in the letters and digits alone: spaces, punctuation, width, case, accents and invisible characters between or around
them hide nothing. A context is a wording in which a phrase is no promise ("does not …", 不保证…), or, with `excuses`
false, a longer one that makes it a promise after all (不可能不…). Contexts are looked for strictly: no punctuation may
stand inside one, so that "loss? not: guaranteed" is not excused by "not". Of all contexts around a phrase the longest
decides. Pure.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from smart_products.catalogue.terms import Terms, texts

SLOT = "…"
"""In a context: any phrase of the list."""
SOFT = frozenset("\"'“”‘’「」『』《》〈〉%‰")
"""Marks that part nothing."""
GAPS = frozenset(" \t-\u2010\u2011")
"""What parts words, and Chinese, but not a wording in Latin letters."""
AROUND = 12
"""Characters of the text that an excerpt shows on either side."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A banned phrase."""

    phrase: str
    language: str
    reason: str


@dataclass(frozen=True, slots=True)
class Context:
    """A wording around a phrase, with `…` in the place of one, or a whole sentence without it."""

    wording: str
    excuses: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """A banned phrase where it stands; `start` and `end` count characters of the text."""

    phrase: str
    path: str
    language: str
    reason: str
    start: int
    end: int
    excerpt: str


@dataclass(frozen=True, slots=True)
class _Letters:
    """The letters and digits of a text, where each came from, and whether something parts it from the one before."""

    text: str
    origin: tuple[int, ...]
    touches: tuple[bool, ...]
    """Whether a Latin letter or digit follows another one directly: inside a word."""
    barred: tuple[int, ...]
    """How many bars (punctuation, ends of lines, spaces beside Chinese) stand before each letter."""


class _Around(NamedTuple):
    """A context where it stands: how long it is, and the spans that it speaks about: its slots, or all of it."""

    length: int
    excuses: bool
    about: tuple[tuple[int, int], ...]


def lint(terms: Terms, phrases: Sequence[Phrase], contexts: Sequence[Context]) -> list[Finding]:
    """Return every banned phrase in what a client reads of these terms, in the order of the parts."""
    search = Search(phrases, contexts)
    return [finding for path, text in texts(terms) for finding in search.find(text, path)]


class Search:
    """Phrases and contexts, made ready once for many texts."""

    def __init__(self, phrases: Iterable[Phrase], contexts: Iterable[Context]) -> None:
        """Take the lists; a phrase without any letter is never found."""
        self.phrases = {squeezed: phrase for phrase in phrases if (squeezed := squeeze(phrase.phrase))}
        self.contexts = [
            (tuple(squeeze(part) for part in context.wording.split(SLOT)), context.excuses) for context in contexts
        ]

    def find(self, text: str, path: str = "") -> list[Finding]:
        """Return the phrases in a text, by where they begin, the longer one first; one inside another is left out."""
        letters = _letters(text)
        spans = sorted(self._spans(letters), key=lambda span: (span[0], -span[1]))
        around = list(self._around(letters, spans)) if spans else []
        found: list[Finding] = []
        reach = 0
        for start, end, squeezed in spans:
            if end <= reach or _excused(around, start, end):
                continue
            reach = end
            phrase = self.phrases[squeezed]
            first, last = letters.origin[start], letters.origin[end - 1] + 1
            excerpt = _excerpt(text, first, last)
            found.append(Finding(phrase.phrase, path, phrase.language, phrase.reason, first, last, excerpt))
        return found

    def _spans(self, letters: _Letters) -> Iterator[tuple[int, int, str]]:
        """Yield where each phrase stands, at the edges of words."""
        for squeezed in self.phrases:
            start = letters.text.find(squeezed)
            while start >= 0:
                if _whole_words(letters, start, start + len(squeezed)):
                    yield start, start + len(squeezed), squeezed
                start = letters.text.find(squeezed, start + 1)

    def _around(self, letters: _Letters, spans: Iterable[tuple[int, int, str]]) -> Iterator[_Around]:
        """Yield where each context stands: at the edges of words, and without a bar inside."""
        ends: dict[int, list[int]] = {}
        for start, end, _ in spans:
            ends.setdefault(start, []).append(end)
        for parts, excuses in self.contexts:
            for start in _starts(letters.text, parts[0]) if parts[0] else list(ends):
                for end, slots in _stands(letters.text, parts, start, ends):
                    if letters.barred[start] == letters.barred[end - 1] and _whole_words(letters, start, end):
                        yield _Around(end - start, excuses, slots or ((start, end),))


def _excused(around: Iterable[_Around], start: int, end: int) -> bool:
    """Tell whether the longest context around a phrase excuses it; of two equal ones the strict one decides."""
    about = [one for one in around if any(first <= start and end <= last for first, last in one.about)]
    return bool(about) and max(about, key=lambda one: (one.length, not one.excuses)).excuses


def _starts(text: str, part: str) -> Iterator[int]:
    start = text.find(part)
    while start >= 0:
        yield start
        start = text.find(part, start + 1)


def _stands(
    text: str, parts: tuple[str, ...], at: int, ends: Mapping[int, Sequence[int]]
) -> Iterator[tuple[int, tuple[tuple[int, int], ...]]]:
    """Yield (end, slots) of each way in which a context stands from a place on, with phrases in its slots."""
    if not text.startswith(parts[0], at):
        return
    at += len(parts[0])
    if len(parts) == 1:
        yield at, ()
        return
    for end in ends.get(at, ()):
        for last, slots in _stands(text, parts[1:], end, ends):
            yield last, ((at, end), *slots)


def squeeze(text: str) -> str:
    """Return the letters and digits of a text in one width and case, without accents."""
    return _letters(text).text


def _whole_words(letters: _Letters, start: int, end: int) -> bool:
    """Tell whether a span begins and ends at the edge of a word; Chinese has none, so every edge will do."""
    return not letters.touches[start] and (end == len(letters.text) or not letters.touches[end])


def _letters(text: str) -> _Letters:
    kept: list[str] = []
    origin: list[int] = []
    touches: list[bool] = []
    barred: list[int] = []
    bars, gap = 0, False  # what stood since the last letter: a soft gap bars only where Chinese is beside it
    for place, char in enumerate(text):
        for plain in unicodedata.normalize("NFKD", char).casefold():
            kind = unicodedata.category(plain)[0]
            if kind in "LN":
                before = kept[-1] if kept else ""
                bars += gap and not (_latin(before) and _latin(plain))
                touches.append(not gap and bool(origin) and _adjacent(text, origin[-1], place, before, plain))
                kept.append(plain)
                origin.append(place)
                barred.append(bars)
                gap = False
            elif plain in GAPS or kind == "Z":
                gap = True
            elif plain == "\n" or (kind in "PS" and plain not in SOFT):
                bars += 1
    return _Letters("".join(kept), tuple(origin), tuple(touches), tuple(barred))


def _adjacent(text: str, before_at: int, at: int, before: str, plain: str) -> bool:
    """Tell whether two Latin letters or digits stand in one word: nothing but what can not be seen is between them."""
    unseen = all(unicodedata.category(char) in {"Mn", "Cf", "Cc"} and char != "\n" for char in text[before_at + 1 : at])
    return unseen and _latin(before) and _latin(plain)


def _latin(char: str) -> bool:
    """Tell whether a character makes words with its neighbours, as Latin letters and digits do."""
    return bool(char) and (char.isdigit() or unicodedata.name(char, "").startswith("LATIN"))


def _excerpt(text: str, start: int, end: int) -> str:
    """Return what stands around a phrase, on one line."""
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    cut = ("…" if start > AROUND else "", "…" if end + AROUND < len(text) else "")
    return " ".join(f"{cut[0]}{before}{text[start:end]}{after}{cut[1]}".split())
