"""Writes of signing: links of the chain of evidence, its sealed heads, stamps of later years, and packs handed out.

Owns the order under which a link comes to be: the pack is built and sealed first, the lock on the chain is taken for
the link alone and held until the caller's transaction ends. A head is written outside the database first; a row is
its echo.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction

from accounts.concerns import concern_of
from accounts.rules import HERE
from core.actor import Actor
from core.anchors import HeadContradicts, write_sealed
from core.audit import HOUSE, Concern, record, require_transaction
from core.chaining import extend
from smart_products.signing.evidence import packing
from smart_products.signing.evidence.chain import START, Head, Link
from smart_products.signing.evidence.contents import Contents
from smart_products.signing.models import EvidenceHead, EvidenceRecord, EvidenceStamp, Subscription
from smart_products.signing.operations.documents import keep
from smart_products.signing.queries.evidence import (
    digest_at,
    due_for_stamp,
    head_files,
    last_record,
    place_of,
    read_document,
    record_of,
    stamp_tokens,
)

if TYPE_CHECKING:  # pyHanko takes a second to import, and who only hands a sealer on does not need it
    from smart_products.signing.seals.sealing import Sealer

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('chain of evidence', 0))"
PACK_TYPE, TOKEN_TYPE, CERTIFICATE_TYPE = "application/zip", "application/timestamp-token", "application/pkix-cert"


class EvidenceExists(ValueError):
    """The subscription has its evidence already."""


@transaction.atomic
def append_evidence(
    *, subscription_code: str, contents: Contents, sealer: Sealer, by: Actor, at: datetime
) -> EvidenceRecord:
    """Seal a pack, keep it, and add its link to the chain, in the caller's transaction.

    Call it last: others who sign wait from here until that transaction ends. Raises EvidenceExists.
    """
    return append(subscription_code, contents, sealer, _concern_of(subscription_code), by, at)


def append(
    subscription_code: str, contents: Contents, sealer: Sealer, concern: Concern, by: Actor, at: datetime
) -> EvidenceRecord:
    """Do what `append_evidence` does, in the caller's transaction; the concern is that of the client who signed."""
    require_transaction(at)
    if contents.subscription != subscription_code:
        raise ValueError("the contents are of another subscription")
    core = packing.build(contents, sealer=sealer, at=at)
    certificate_file = sealer.key.certificate.dump()
    pack, certificate = keep(
        at, (core.data, "pack", PACK_TYPE), (certificate_file, "certificate", CERTIFICATE_TYPE)
    )  # fmt: skip
    _lock()
    if EvidenceRecord.objects.filter(subscription_code=subscription_code).exists():
        raise EvidenceExists(subscription_code)
    last = last_record()
    position, previous = (last.position + 1, last.digest) if last else (1, START)
    unsigned = Link(position, subscription_code, pack.sha256, at, certificate.sha256, previous, "", b"")
    digest = extend(previous, unsigned.leaf())
    row = EvidenceRecord.objects.create(
        position=position,
        subscription_code=subscription_code,
        pack=pack,
        certificate=certificate,
        previous=previous,
        digest=digest,
        signature=sealer.sign_raw(digest.encode()),
        at=at,
        time_stamped=core.time_stamped,
        proof_until=core.proof_until,
    )
    details = {"position": position, "pack": pack.sha256, "digest": digest, "time_stamped": core.time_stamped}
    record(
        action="append_evidence", subject_kind="subscription", subject_key=subscription_code, details=details,
        by=by, at=at, concern=concern,
    )  # fmt: skip
    return row


@transaction.atomic
def seal_head(*, day: date, sealer: Sealer, by: Actor, at: datetime) -> EvidenceHead | None:
    """Seal the present end of the chain as that day's head, outside the database; None for an empty chain.

    A day has one head: asked again, it gives the one there is, also when only its file was written before a crash.
    Raises HeadContradicts when that file does not fit the chain.
    """
    _lock()
    if known := EvidenceHead.objects.filter(day=day).first():
        return known
    last = last_record()
    if last is None:
        return None
    files = head_files(settings.ANCHOR_DIR)
    before = [one for one in files if one.head.day < day]
    written = next((one.head for one in files if one.head.day == day), None)
    if written is not None and digest_at(written.position) != written.digest:
        raise HeadContradicts(f"the sealed head of {day} does not fit the chain: verify it first")
    named = hashlib.sha256(before[-1].data).hexdigest() if before else START
    head = written or Head(day, last.position, last.digest, named)
    data = head.file()
    if written is None:
        write_sealed(settings.ANCHOR_DIR, day, data, sealer.seal_file(data, at=at).seal)
    file = hashlib.sha256(data).hexdigest()
    row = EvidenceHead.objects.create(day=day, position=head.position, digest=head.digest, file=file, at=at)
    _record("seal_head", "evidence_head", day.isoformat(), {"position": head.position, "file": file}, by, at)
    return row


def restamp_due(
    *, within: timedelta, sealer: Sealer, by: Actor, at: datetime, limit: int = 1_000
) -> Iterator[EvidenceStamp]:
    """Stamp packs again whose proof ages within a time, or that never got a stamp; yield each stamp when it is kept.

    Raises NoStamp when the authority does not answer; what was stamped until then stays.
    """
    for row in due_for_stamp(at + within, limit):
        yield _restamp(row, sealer, by, at)


@transaction.atomic
def export_evidence(*, subscription_code: str, sealer: Sealer, by: Actor, at: datetime) -> bytes:
    """Return the whole pack of a subscription as it is handed out, and record that it was. Raises UnknownEvidence."""
    row = record_of(subscription_code)
    data = packing.export(
        read_document(row.pack_id),
        place=place_of(row, settings.ANCHOR_DIR),
        stamps=stamp_tokens(row),
        sealer=sealer,
        at=at,
    )
    details = {"position": row.position, "sha256": hashlib.sha256(data).hexdigest()}
    _record("export_evidence", "subscription", subscription_code, details, by, at)
    return data


@transaction.atomic
def _restamp(row: EvidenceRecord, sealer: Sealer, by: Actor, at: datetime) -> EvidenceStamp:
    locked = EvidenceRecord.objects.select_for_update().get(pk=row.pk)
    before = stamp_tokens(locked)
    made = sealer.stamp_file(packing.stamped(read_document(locked.pack_id), before), at=at)
    (token,) = keep(at, (made.token, "stamp", TOKEN_TYPE))
    number = len(before) + 1
    stamp = EvidenceStamp.objects.create(record=locked, number=number, token=token, at=at, proof_until=made.proof_until)
    details = {"position": locked.position, "number": number, "token": token.sha256, "proof_until": made.proof_until}
    _record("restamp", "subscription", locked.subscription_code, details, by, at)
    return stamp


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK)


def _record(action: str, kind: str, key: str, details: dict[str, object], by: Actor, at: datetime) -> None:
    concern = _concern_of(key) if kind == "subscription" else HOUSE
    record(action=action, subject_kind=kind, subject_key=key, details=details, by=by, at=at, concern=concern)


def _concern_of(subscription_code: str) -> Concern:
    """Return whom evidence concerns: the client of the subscription that was signed here."""
    rows = Subscription.objects.filter(source=HERE, code=subscription_code).select_related("client__outlet")
    signed = rows.first()
    return concern_of(signed.client) if signed else HOUSE
