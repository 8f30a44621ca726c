"""What two versions of terms say differently, part by part, with what was struck and what was added.

Short values stand whole; of long texts only what changed, with a little of what stands around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from backoffice.pages.terms import words
from smart_products.catalogue.terms import Change, Terms
from smart_products.catalogue.terms import differences as changes

TOKEN = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
AROUND = 24
"""Pieces of text that are kept on either side of a change."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text: `same`, `struck` or `added`; `…` of what was left out is `gap`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A part that differs, in words."""

    path: str
    label: str
    pieces: tuple[Piece, ...]


def differences(before: Terms, after: Terms) -> tuple[Difference, ...]:
    """Return what two terms say differently."""
    return tuple(Difference(one.path, words.label(one.path), _pieces(one)) for one in changes(before, after))


def _pieces(change: Change) -> tuple[Piece, ...]:
    old, new = (words.value(change.path, leaf) for leaf in (change.before, change.after))
    if isinstance(change.before, str) and isinstance(change.after, str) and change.path.endswith((".zh", ".en")):
        return compared(old, new)
    return Piece("struck", old), Piece("added", new)


def compared(old: str, new: str) -> tuple[Piece, ...]:
    """Return a text with what was struck and added; Chinese is compared by characters, Latin by words."""
    left, right = TOKEN.findall(old), TOKEN.findall(new)
    found: list[Piece] = []
    steps = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    for number, (tag, a, b, c, d) in enumerate(steps):
        if tag == "equal":
            found += _kept(left[a:b], first=number == 0, last=number == len(steps) - 1)
            continue
        if b > a:
            found.append(Piece("struck", "".join(left[a:b])))
        if d > c:
            found.append(Piece("added", "".join(right[c:d])))
    return tuple(found)


def _kept(tokens: list[str], *, first: bool, last: bool) -> list[Piece]:
    """Return an unchanged stretch, shortened where it is long: at its end before a change, at its start after one."""
    head = 0 if first else AROUND
    tail = 0 if last else AROUND
    if len(tokens) <= head + tail:
        return [Piece("same", "".join(tokens))]
    start = [Piece("same", "".join(tokens[:head]))] if head else []
    end = [Piece("same", "".join(tokens[-tail:]))] if tail else []
    return [*start, Piece("gap", "…"), *end]
