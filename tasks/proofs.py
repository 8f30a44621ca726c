"""What the jobs of proof do when their turn has come: daily heads of evidence and of audit, and later stamps.

Apart from the other chores, because what seals takes a second to import. Never moves the state of a run (attempts.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from core import clock
from core.actor import Actor
from core.models import AuditHead, JobRun
from core.operations import seal_audit
from core.queries import Judgement, verify_audit
from smart_products.signing.operations import restamp_due, seal_head
from smart_products.signing.seals.configured import anchors, sealer
from smart_products.signing.seals.detached import check
from tasks.attempts import Tell


def seal_chain(run: JobRun, by: Actor, tell: Tell) -> Mapping[str, Any]:
    """Seal the end of the chain as the head of the run's day."""
    at = clock.now()
    head = seal_head(day=run.business_date or clock.shanghai_today(), sealer=sealer(at), by=by, at=at)
    return {"position": head.position if head else None}


def seal_audit_chains(run: JobRun, by: Actor, tell: Tell) -> Mapping[str, Any]:
    """Seal the ends of the chains of audit as the head of the run's day."""
    head = seal_audit_of(run.business_date or clock.shanghai_today(), by=by, at=clock.now())
    return {"links": head.links if head else None}


def seal_audit_of(day: date, *, by: Actor, at: datetime) -> AuditHead | None:
    """Link what is committed and seal the ends of the chains of audit with the broker's key. Raises HeadContradicts."""

    def seal(data: bytes) -> bytes:
        return sealer(at).seal_file(data, at=at).seal

    return seal_audit(day=day, folder=audit_folder(), seal=seal, by=by, at=at)


def judge_audit(at: datetime) -> Judgement:
    """Return what is wrong with the chains of audit, by the certificates that count now."""
    trusted = anchors(at)
    return verify_audit(
        folder=audit_folder(),
        check=lambda one: [found.words for found in check(one.data, one.seal, trusted, part=one.name).findings],
    )


def audit_folder() -> Path:
    """Return where the heads of the chains of audit lie: beside those of evidence."""
    folder: Path = settings.ANCHOR_DIR / "audit"
    return folder


def restamp(run: JobRun, by: Actor, tell: Tell) -> Mapping[str, Any]:
    """Stamp again what ages within RESTAMP_DAYS, and what never got a stamp."""
    at = clock.now()
    due = restamp_due(within=timedelta(days=settings.RESTAMP_DAYS), sealer=sealer(at), by=by, at=at)
    return {"stamped": sum(1 for _stamp in due)}
