"""The arithmetic of the chains of audit: what of an event is hashed, and what does not fit in a row of links.

Pure. There is one chain a unit, and one of the house. A digest covers every column of an event and the digest before
it; a sealed head names, for a day, the end of every chain, outside the database. So a change shows at its place, and
even who makes all later digests anew meets the heads.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext as _

FORMAT = "smart-products/audit-event/1"
HEAD_FORMAT = "smart-products/audit-head/1"
COLUMNS = (
    *("id", "at", "actor_kind", "actor_name", "user_id", "action", "subject_kind", "subject_key", "details"),
    *("place", "client", "transaction_id"),
)
"""What format 1 covers: every column of an event. Who adds a column begins another format."""


@dataclass(frozen=True, slots=True)
class Link:
    """An event in the chain of its place; `columns` are those of the event, None when it is gone."""

    place: str
    number: int
    event: int
    previous: str
    digest: str
    columns: tuple[Any, ...] | None


@dataclass(frozen=True, slots=True)
class Break:
    """Something that is not as it was sealed: where, by which rule, in words."""

    rule: str
    words: str
    place: str | None = None
    """The path of the unit whose chain it is, empty for the house; None for a head."""
    number: int | None = None
    event: int | None = None
    head: str | None = None

    def plain(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "rule": self.rule,
            "place": self.place,
            "number": self.number,
            "event": self.event,
            "head": self.head,
            "words": self.words,
        }


End = tuple[int, str]
"""The number and the digest of a link."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a sealed head says: on this day the chain of each place ended so."""

    day: date
    before: str
    """SHA-256 of the head file before; START_OF_HEADS for the first."""
    chains: Mapping[str, End]

    def file(self) -> bytes:
        """Return the head as it is sealed: the one way to write it."""
        chains = {place: {"number": number, "digest": digest} for place, (number, digest) in self.chains.items()}
        told = {"format": HEAD_FORMAT, "day": self.day.isoformat(), "before": self.before, "chains": chains}
        return f"{json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1)}\n".encode()


START_OF_HEADS = hashlib.sha256(HEAD_FORMAT.encode()).hexdigest()


def read_head(data: bytes) -> Head:
    """Return what a head file says. Raises ValueError, KeyError, TypeError or AttributeError."""
    told = json.loads(data)
    chains = {place: (end["number"], end["digest"]) for place, end in told["chains"].items()}
    head = Head(date.fromisoformat(told["day"]), told["before"], chains)
    if head.file() != data:
        raise ValueError("it is written in another way than the one it has")
    return head


def start(place: str) -> str:
    """Return the digest that stands before the first link of a place."""
    return hashlib.sha256(f"smart-products/audit-chain/1\n{place}\n".encode()).hexdigest()


def extend(previous: str, leaf: str) -> str:
    """Return the digest of a chain to which a leaf is added."""
    return hashlib.sha256(f"{previous}\n{leaf}\n".encode()).hexdigest()


def leaf(columns: Iterable[Any]) -> str:
    """Return the digest of an event alone, of the values of COLUMNS in their order."""
    told = {"format": FORMAT, **dict(zip(COLUMNS, columns, strict=True))}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_text)
    return hashlib.sha256(text.encode()).hexdigest()


def walk(links: Iterable[Link], known: Callable[[str, str], bool], last: dict[str, End]) -> Iterator[Break]:
    """Yield what does not fit in the chains, whose links come by place and number.

    `known` tells whether a digest stands anywhere in the chain of a place. The end of each chain is left in `last`.
    """
    place, before, ended = "", "", (0, "")
    sound = True
    for link in links:
        if link.place not in last:
            place, before, ended, sound = link.place, "", (0, start(link.place)), True
        number, previous = ended
        found = _misplaced(link, number, previous, before if sound else "", known)
        if found is None and link.columns is not None and link.digest != extend(link.previous, leaf(link.columns)):
            found = _at(link, "changed", _("the event is not as it was when it was linked"))
        if link.columns is None:
            yield _at(link, "deleted", _("the event is gone"))
        elif found is not None:
            yield found
        sound = found is None
        before, ended = previous, (link.number, link.digest)
        last[place] = ended


def _misplaced(link: Link, number: int, previous: str, before: str, known: Callable[[str, str], bool]) -> Break | None:
    """Return what is wrong with the place of a link after the one of a number and digest; `before` is that one's own
    `previous`, when nothing is wrong with it.
    """
    if link.number > number + 1:
        words = _("links %(first)s to %(last)s are gone") % {"first": number + 1, "last": link.number - 1}
        return Break("deleted", words, link.place, number + 1)
    if link.number <= number:
        return _at(link, "inserted", _("two links stand under one number"))
    if link.previous == previous:
        return None
    if link.previous == before:
        return Break("inserted", _("a link was put in before the one that follows it"), link.place, number)
    if known(link.place, link.previous):
        return _at(link, "reordered", _("the link does not stand where it was added"))
    return _at(link, "deleted", _("the link before this one is gone"))


def against_heads(
    heads: Iterable[Head], last: Mapping[str, End], stored: Mapping[tuple[str, int], str]
) -> Iterator[Break]:
    """Yield where sealed heads contradict the chains, once a chain.

    `stored` gives the digest of a chain's link by its place and number, as far as a head names it. Between the last
    head that agrees and the first that does not lies what was written anew.
    """
    agreed: dict[str, int] = {}
    told: set[str] = set()
    before = START_OF_HEADS
    for head in heads:
        day = head.day.isoformat()
        if head.before != before:
            yield Break("head_missing", _("a sealed head before this one is missing or was replaced"), head=day)
        before = hashlib.sha256(head.file()).hexdigest()
        for place, (number, digest) in head.chains.items():
            first, reached = agreed.get(place, 0) + 1, last.get(place, (0, ""))[0]
            if place in told:
                continue
            if number > reached:
                words = {"day": day, "number": number, "last": reached}
                said = _("on %(day)s the chain reached link %(number)s, now it ends at %(last)s") % words
                yield Break("truncated", said, place, reached + 1, head=day)
            elif stored.get((place, number)) != digest:
                words = {"day": day, "first": first, "last": number}
                said = _("links %(first)s to %(last)s are not as they were on %(day)s") % words
                yield Break("rewritten", said, place, first, head=day)
            else:
                agreed[place] = number
                continue
            told.add(place)


def _at(link: Link, rule: str, words: str) -> Break:
    return Break(rule, words, link.place, link.number, link.event)


def _text(value: Any) -> str:
    """Return a time as its one text."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"{type(value).__name__} has no one way to be written")
