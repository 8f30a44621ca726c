"""The arithmetic of the chain of evidence: what a link is, and what does not fit in a row of them.

Pure. A leaf is the digest of a record, a digest covers the leaf and the digest before it, and the platform signs each
digest. A sealed head names the digest of a day outside the database. So an edit shows at its place, and even who can
write every row anew meets the heads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from core.chaining import extend
from smart_products.signing.evidence import canonical
from smart_products.signing.findings import Finding

FORMAT = "smart-products/evidence-record/1"
HEAD_FORMAT = "smart-products/evidence-head/1"
START = hashlib.sha256(b"smart-products/evidence-chain/1").hexdigest()
"""Stands before the first record."""


@dataclass(frozen=True, slots=True)
class Link:
    """A record of the chain: the pack of one subscription at its position."""

    position: int
    subscription: str
    pack_sha256: str
    at: datetime
    certificate_sha256: str
    previous: str
    digest: str
    signature: bytes

    def record(self) -> bytes:
        """Return the record as it is hashed."""
        return canonical.write(
            {
                "format": FORMAT,
                "position": self.position,
                "subscription": self.subscription,
                "pack_sha256": self.pack_sha256,
                "at": self.at,
                "certificate_sha256": self.certificate_sha256,
            }
        )

    def leaf(self) -> str:
        """Return the digest of the record alone."""
        return hashlib.sha256(self.record()).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """What a sealed head says: up to this position the chain has this digest."""

    day: date
    position: int
    digest: str
    before: str
    """SHA-256 of the head file before, or START."""

    def file(self) -> bytes:
        """Return the head as it is sealed."""
        return canonical.write(
            {
                "format": HEAD_FORMAT,
                "day": self.day,
                "position": self.position,
                "digest": self.digest,
                "before": self.before,
            }
        )


def read_head(data: bytes) -> Head:
    """Return what a head file says. Raises NotCanonical, ValueError or KeyError."""
    found: dict[str, Any] = canonical.read(data)
    head = Head(date.fromisoformat(found["day"]), found["position"], found["digest"], found["before"])
    if head.file() != data:
        raise ValueError("not a head of the chain")
    return head


def follow(digest: str, leaves: Iterable[str]) -> str:
    """Return the digest after all these leaves."""
    for leaf in leaves:
        digest = extend(digest, leaf)
    return digest


def walk(links: Iterable[Link]) -> Iterator[Finding]:
    """Yield what does not fit in the links of a chain, in the order of their places.

    Found from the links alone: a record that was edited, a position that is missing, stands twice or in another order.
    """
    expected, previous = 1, START
    for link in links:
        if link.position > expected:
            yield _at(expected, "deleted", _("records are missing up to position %s") % (link.position - 1))
        elif link.position < expected:
            yield _at(link.position, "inserted", _("a record stands where another one was"))
        if link.previous != previous:
            yield _at(link.position, "unlinked", _("the record does not follow the one before it"))
        if link.digest != extend(link.previous, link.leaf()):
            yield _at(link.position, "edited", _("the record was changed after it was written"))
        expected, previous = link.position + 1, link.digest


def against_heads(digests: Sequence[str], heads: Iterable[Head]) -> Iterator[Finding]:
    """Yield where sealed heads contradict the chain; `digests` are those of positions 1, 2, ... as stored.

    Between the last head that agrees and the first that does not lies what was written anew.
    """
    agreed, before = 0, START
    for head in heads:
        part = f"head {head.day}"
        if head.before != before:
            yield Finding(part, "head_missing", _("a sealed head before this one is missing or was replaced"))
        before = hashlib.sha256(head.file()).hexdigest()
        if head.position > len(digests):
            words = {"day": head.day, "position": head.position, "last": len(digests)}
            yield _at(
                len(digests) + 1,
                "truncated",
                _("on %(day)s the chain reached position %(position)s, now it ends at %(last)s") % words,
            )
        elif head.position and digests[head.position - 1] != head.digest:
            words = {"day": head.day, "first": agreed + 1, "last": head.position}
            yield _at(
                agreed + 1,
                "rewritten",
                _("positions %(first)s to %(last)s are not as they were on %(day)s") % words,
            )
        else:
            agreed = head.position


def _at(position: int, rule: str, words: str) -> Finding:
    return Finding(f"position {position}", rule, words)
