"""Reads of the chain of evidence: its links, its heads, what is due for a stamp, and the bytes behind.

Never judges a seal and never writes. Bytes are compared with their digest whenever they are read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from core.files import path_of
from smart_products.signing.evidence.chain import Head, Link, read_head
from smart_products.signing.evidence.packing import Place
from smart_products.signing.models import Document, EvidenceHead, EvidenceRecord, EvidenceStamp


class UnknownEvidence(LookupError):
    """There is no evidence for that subscription."""


class DamagedDocument(RuntimeError):
    """The bytes kept for a document are missing or are not those of its digest."""


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A link of the chain in a list."""

    subscription: str
    position: int
    at: datetime
    pack_sha256: str
    digest: str
    time_stamped: bool
    stamps: int
    proof_until: datetime
    head_day: date | None
    """The first day whose sealed head covers it."""


@dataclass(frozen=True, slots=True)
class Unsealed:
    """The links behind the last sealed head: how many, since when; and the day of that head."""

    waiting: int
    oldest: datetime | None
    sealed: date | None


@dataclass(frozen=True, slots=True)
class HeadFile:
    """A sealed head as it lies outside the database."""

    head: Head
    data: bytes
    seal: bytes


def read_document(sha256: str) -> bytes:
    """Return the bytes of a document. Raises DamagedDocument."""
    try:
        data = path_of(settings.DOCUMENTS_DIR, sha256).read_bytes()
    except OSError as error:
        raise DamagedDocument(f"document {sha256} can not be read: {error.strerror}") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise DamagedDocument(f"document {sha256} has other bytes than its digest says")
    return data


def is_issued(pdf: bytes) -> bool:
    """Say whether exactly these bytes are kept as a document: what a public page asks besides the seal."""
    return Document.objects.filter(sha256=hashlib.sha256(pdf).hexdigest()).exists()


def evidence_list() -> Iterator[EvidenceView]:
    """Yield every link of the chain, in its order."""
    heads = list(EvidenceHead.objects.order_by("position", "day").values_list("position", "day"))
    place = 0
    for row in _proved(EvidenceRecord.objects.order_by("position")).iterator():
        while place < len(heads) and heads[place][0] < row.position:
            place += 1
        yield EvidenceView(
            subscription=row.subscription_code,
            position=row.position,
            at=row.at,
            pack_sha256=row.pack_id,
            digest=row.digest,
            time_stamped=row.time_stamped,
            stamps=row.stamp_count,
            proof_until=row.proved_until,
            head_day=heads[place][1] if place < len(heads) else None,
        )


def last_record() -> EvidenceRecord | None:
    """Return the end of the chain."""
    return EvidenceRecord.objects.order_by("-position").first()


def record_of(subscription_code: str) -> EvidenceRecord:
    """Return the link of a subscription. Raises UnknownEvidence."""
    row = EvidenceRecord.objects.filter(subscription_code=subscription_code).first()
    if row is None:
        raise UnknownEvidence(subscription_code)
    return row


def digest_at(position: int) -> str | None:
    """Return the digest of a position."""
    return EvidenceRecord.objects.filter(position=position).values_list("digest", flat=True).first()


def due_for_stamp(before: datetime, limit: int) -> QuerySet[EvidenceRecord]:
    """Return the links whose proof of time ages before a time, or that have none; the oldest proof first."""
    due = Q(proved_until__lt=before) | Q(time_stamped=False, stamp_count=0)
    return _proved(EvidenceRecord.objects.all()).filter(due).order_by("proved_until", "position")[:limit]


def stamp_tokens(row: EvidenceRecord) -> list[bytes]:
    """Return the stamps of later years of a link, in their order."""
    rows = EvidenceStamp.objects.filter(record=row).order_by("number")
    return [read_document(sha256) for sha256 in rows.values_list("token_id", flat=True)]


def link_of(row: EvidenceRecord) -> Link:
    """Return a row as a link of the chain."""
    return Link(
        position=row.position,
        subscription=row.subscription_code,
        pack_sha256=row.pack_id,
        at=row.at,
        certificate_sha256=row.certificate_id,
        previous=row.previous,
        digest=row.digest,
        signature=bytes(row.signature),
    )


def place_of(row: EvidenceRecord, folder: Path) -> Place:
    """Return where a link stands: with the way to the first sealed head behind it, when there is one."""
    certificate = read_document(row.certificate_id)
    head = next((one for one in head_files(folder) if one.head.position >= row.position), None)
    if head is None:
        return Place(link_of(row), certificate)
    between = EvidenceRecord.objects.filter(position__gt=row.position, position__lte=head.head.position)
    path = tuple(link_of(one).leaf() for one in between.order_by("position"))
    return Place(link_of(row), certificate, path, head.head, head.seal)


def head_files(folder: Path) -> list[HeadFile]:
    """Return the sealed heads that lie in a folder, by day. Raises ValueError for a file that is none."""
    found = []
    for path in sorted(folder.glob("*.json")):
        data = path.read_bytes()
        found.append(HeadFile(read_head(data), data, path.with_suffix(".p7s").read_bytes()))
    return found


def _proved(rows: QuerySet[EvidenceRecord]) -> QuerySet[Any]:
    """Add until when the proof of time holds, and how many stamps of later years there are."""
    return rows.annotate(
        stamp_count=Count("stamps"), proved_until=Coalesce(Max("stamps__proof_until"), F("proof_until"))
    )


def evidence_of(subscription_code: str) -> EvidenceRecord | None:
    """Return the link of a subscription; None for one that was signed elsewhere."""
    return EvidenceRecord.objects.filter(subscription_code=subscription_code).first()


def unsealed_evidence() -> Unsealed:
    """Return what of the chain no sealed head covers yet."""
    head = EvidenceHead.objects.order_by("-position", "-day").first()
    rows = EvidenceRecord.objects.filter(position__gt=head.position if head else 0)
    found = rows.aggregate(waiting=Count("pk"), oldest=Min("at"))
    return Unsealed(found["waiting"], found["oldest"], head.day if head else None)
