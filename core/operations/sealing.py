"""Writes of the chains of audit: links of what was committed, and a day's sealed head.

Linking is a job's: whoever writes an event waits for nobody. One linker at a time takes what has been committed since
the batch before, whatever the numbers of rows and transactions that were open then, and records no event of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from core.actor import Actor
from core.anchors import HeadContradicts, sealed_heads, write_sealed
from core.audit import record
from core.chaining import COLUMNS, START_OF_HEADS, End, Head, extend, leaf, read_head, start
from core.models import AuditBatch, AuditHead, AuditLink
from core.queries.events import fresh_events
from core.queries.verifying import chain_ends, digests_at

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('chains of audit', 0))"
SEEN = "SELECT pg_current_snapshot()::text, (SELECT system_identifier FROM pg_control_system())"
AT_ONCE = 2_000

Seal = Callable[[bytes], bytes]
"""Seals a head's bytes with the platform's key; the face brings it."""


@transaction.atomic
def link_audit(*, by: Actor, at: datetime) -> int:
    """Put every committed event that has no place yet at the end of its chain; return how many."""
    _lock()
    with connection.cursor() as cursor:
        cursor.execute(SEEN)
        snapshot, cluster = cursor.fetchone()
    last = AuditBatch.objects.order_by("-pk").first()
    fresh = fresh_events(last, cluster).values_list(*COLUMNS).iterator(chunk_size=AT_ONCE)
    batch: AuditBatch | None = None
    ends: dict[str, End] = {}
    linked = 0
    while rows := list(islice(fresh, AT_ONCE)):
        batch = batch or AuditBatch.objects.create(at=at, snapshot=snapshot, cluster=cluster)
        AuditLink.objects.bulk_create([_link(row, batch, ends) for row in rows])
        linked += len(rows)
    return linked


@transaction.atomic
def seal_audit(*, day: date, folder: Path, seal: Seal, by: Actor, at: datetime) -> AuditHead | None:
    """Link what is committed and seal the end of every chain as that day's head; None where nothing is linked.

    A day has one head: asked again, it gives the one there is, also when only its file was written before a crash.
    Raises HeadContradicts when that file does not fit the chains.
    """
    link_audit(by=by, at=at)
    if known := AuditHead.objects.filter(day=day).first():
        return known
    ends = chain_ends()
    if not ends:
        return None
    files = [one for one in sealed_heads(folder) if one.name <= day.isoformat()]
    before = [one for one in files if one.name < day.isoformat()]
    if files == before:
        named = hashlib.sha256(before[-1].data).hexdigest() if before else START_OF_HEADS
        head = Head(day, named, ends)
        write_sealed(folder, day, head.file(), seal(head.file()))
    else:
        head = _fitting(files[-1].data, day)
    file, links = hashlib.sha256(head.file()).hexdigest(), sum(number for number, _digest in head.chains.values())
    row = AuditHead.objects.create(day=day, file=file, links=links, at=at)
    details = {"file": file, "links": links, "chains": len(head.chains)}
    record(action="seal_head", subject_kind="audit_head", subject_key=day.isoformat(), details=details, by=by, at=at)
    return row


def _link(row: Iterable[Any], batch: AuditBatch, ends: dict[str, End]) -> AuditLink:
    """Return the link of an event behind the end of its chain, which is moved on."""
    columns = dict(zip(COLUMNS, row, strict=True))
    place = str(columns["place"])
    if place not in ends:
        held = AuditLink.objects.filter(place=place).order_by("-number").values_list("number", "digest").first()
        ends[place] = held or (0, start(place))
    number, previous = ends[place]
    ends[place] = number + 1, extend(previous, leaf(columns.values()))
    return AuditLink(
        event_id=columns["id"], batch=batch, place=place, number=number + 1, previous=previous, digest=ends[place][1]
    )


def _fitting(data: bytes, day: date) -> Head:
    """Return a head that was written and not kept. Raises HeadContradicts."""
    head = read_head(data)
    wanted = {(place, number): digest for place, (number, digest) in head.chains.items()}
    if head.day != day or digests_at(wanted) != wanted:
        raise HeadContradicts(f"the sealed head of {day} does not fit the chains: verify them first")
    return head


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
