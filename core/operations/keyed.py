"""A request with a key is done once: whoever sends it again is given the answer of the first time.

Owns `KeptAnswer`. Claim, work and answer are one transaction: a key whose work was taken back is free again. Of two at
once one works, and the other is told so at once. Never knows what a request is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection, transaction

from core.actor import Actor, person_of
from core.audit import require_transaction
from core.models import KeptAnswer
from core.secrecy import closed, opened

KEPT = timedelta(days=30)
"""How long an answer is kept, and a key remembered."""
USE = "kept answers"
_TRY = "SELECT pg_try_advisory_xact_lock(%s)"


class InFlight(RuntimeError):
    """The request of this key is being answered now."""


class KeyReused(ValueError):
    """The key was used for a request that asked for something else."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    content_type: str
    body: bytes


def claim_key(*, key: str, asked: str, by: Actor, at: datetime) -> Answer | None:
    """Take a key until the transaction ends; return what was answered the first time, or None to do the work now.

    `asked` is a digest of all that the request asks for. Raises InFlight and KeyReused, NoTransaction outside one.
    """
    require_transaction(at)
    owner = person_of(by)
    number = int.from_bytes(sha256(f"idempotency {owner} {key}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute(_TRY, [number])
        if not cursor.fetchone()[0]:
            raise InFlight(key)
    found = KeptAnswer.objects.filter(owner=owner, key=key).first()
    if found is None:
        return None
    if found.at <= at - KEPT:
        found.delete()
        return None
    if found.asked != asked:
        raise KeyReused(key)
    return Answer(found.status, found.content_type, opened(bytes(found.body), USE))


def keep_answer(*, key: str, asked: str, answer: Answer, by: Actor, at: datetime) -> None:
    """Keep the answer of a claimed key, in the transaction of the work."""
    require_transaction(at)
    KeptAnswer.objects.create(
        owner=person_of(by),
        key=key,
        asked=asked,
        status=answer.status,
        content_type=answer.content_type,
        body=closed(answer.body, USE),
        at=at,
    )


@transaction.atomic
def forget_answers(*, by: Actor, at: datetime) -> int:
    """Delete the answers whose time is over; return how many."""
    gone, _each = KeptAnswer.objects.filter(at__lte=at - KEPT).delete()
    return gone
