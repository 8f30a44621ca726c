"""Judging the chains of audit: every link, every event, every sealed head.

Reads the rows in one walk of bounded memory, and the heads from outside the database, so that who can write rows can
not hide it. What a seal is, the face knows. Never writes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from pathlib import Path

from django.utils.translation import gettext as _

from core.anchors import Sealed, sealed_heads
from core.chaining import COLUMNS, Break, End, Head, Link, against_heads, read_head, walk
from core.models import AuditBatch, AuditEvent, AuditHead, AuditLink
from core.queries.events import audit_standing, fresh_events

AT_ONCE = 2_000
MOST = 1_000
"""Breaks that are told; there may be more."""

Check = Callable[[Sealed], Iterable[str]]
"""Tells, in words, what is wrong with the seal of a head."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a walk over all chains found: what is broken, and how far the chains go."""

    breaks: tuple[Break, ...]
    chains: int
    links: int
    waiting: int
    """Events that were written since the last batch and have no link yet."""
    heads: int
    sealed: date | None

    @property
    def whole(self) -> bool:
        """Return whether nothing is broken."""
        return not self.breaks


def verify_audit(*, folder: Path, check: Check) -> Judgement:
    """Return what is wrong with the chains of audit and where, at most `MOST` breaks."""
    heads, broken_heads = _heads(folder, check)
    named = {(place, number) for head in heads for place, (number, _digest) in head.chains.items()}
    last: dict[str, End] = {}
    stored: dict[tuple[str, int], str] = {}
    walked = walk(_noting(_links(), named, stored), _stands, last)
    breaks = list(islice(chain(walked, _unlinked()), MOST))
    found = [*breaks, *against_heads(heads, last, stored), *broken_heads, *_head_rows(heads)]
    return Judgement(
        breaks=tuple(found[:MOST]),
        chains=len(last),
        links=sum(number for number, _digest in last.values()),
        waiting=audit_standing().waiting,
        heads=len(heads),
        sealed=heads[-1].day if heads else None,
    )


def chain_ends() -> dict[str, End]:
    """Return number and digest of the last link of every chain, by place."""
    rows = AuditLink.objects.order_by("place", "-number").distinct("place")
    return {place: (number, digest) for place, number, digest in rows.values_list("place", "number", "digest")}


def digests_at(wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Return the digests of links by place and number, of those there are."""
    rows = AuditLink.objects.filter(place__in={place for place, _number in wanted})
    rows = rows.filter(number__in={number for _place, number in wanted})
    found = {(place, number): digest for place, number, digest in rows.values_list("place", "number", "digest")}
    return {key: digest for key, digest in found.items() if key in wanted}


def _links() -> Iterator[Link]:
    """Yield every link by place and number, with the columns of its event as they are now."""
    rows = AuditLink.objects.order_by("place", "number", "pk")
    links = rows.values_list("place", "number", "event_id", "previous", "digest").iterator(chunk_size=AT_ONCE)
    while some := list(islice(links, AT_ONCE)):
        events = {
            row[0]: row for row in AuditEvent.objects.filter(pk__in=[one[2] for one in some]).values_list(*COLUMNS)
        }
        for one in some:
            yield Link(*one, columns=events.get(one[2]))


def _noting(
    links: Iterable[Link], named: Collection[tuple[str, int]], stored: dict[tuple[str, int], str]
) -> Iterator[Link]:
    """Yield links as they come and note the digests of those that a head names."""
    for link in links:
        if (link.place, link.number) in named:
            stored[link.place, link.number] = link.digest
        yield link


def _stands(place: str, digest: str) -> bool:
    return AuditLink.objects.filter(place=place, digest=digest).exists()


def _unlinked() -> Iterator[Break]:
    """Yield events that the last batch must have seen and that have no link."""
    batch = AuditBatch.objects.order_by("-pk").first()
    if batch is None:
        return
    rows = AuditEvent.objects.filter(link=None).exclude(pk__in=fresh_events(batch, batch.cluster).values("pk"))
    for place, event in rows.order_by("pk").values_list("place", "pk").iterator(chunk_size=AT_ONCE):
        yield Break("inserted", _("the event has no link, but others of its time have"), place, event=event)


def _heads(folder: Path, check: Check) -> tuple[list[Head], list[Break]]:
    """Return the heads that lie outside the database, and what is wrong with them and their seals."""
    heads, found = [], []
    for sealed in sealed_heads(folder):
        try:
            head = read_head(sealed.data)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            found.append(Break("head_unreadable", _("the sealed head can not be read: %s") % error, head=sealed.name))
            continue
        if head.day.isoformat() != sealed.name:
            found.append(Break("head_unreadable", _("the sealed head is of another day"), head=sealed.name))
        found += [Break("seal_broken", words, head=sealed.name) for words in check(sealed)]
        heads.append(head)
    return heads, found


def _head_rows(heads: Iterable[Head]) -> Iterator[Break]:
    """Yield where the rows of heads and their files differ."""
    files = {head.day: hashlib.sha256(head.file()).hexdigest() for head in heads}
    rows = dict(AuditHead.objects.values_list("day", "file"))
    for day in sorted(set(files) | set(rows)):
        if day not in files:
            yield Break("head_missing", _("the sealed head is gone from its folder"), head=day.isoformat())
        elif rows.get(day) != files[day]:
            yield Break("head_row", _("the database and the sealed head of that day differ"), head=day.isoformat())
