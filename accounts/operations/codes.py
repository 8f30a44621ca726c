"""One-time codes: made, sent through the outbox, and used once.

A code is derived from its row and a key of the server (`CODE_KEY`), so that whoever sends it needs no copy, and kept as
an HMAC alone. Comparing takes the same time whatever was typed. What was tried in vain is counted in the database: an
attempt must be committed, so a wrong code is an answer and no exception.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import connection, transaction

from accounts.concerns import record_about
from accounts.models import Client, OneTimeCode
from accounts.rules import Channel, CodePurpose
from core.actor import Actor
from core.outbox import emit

DIGITS = 6
LIFETIME = timedelta(minutes=5)
TRIES = 5
WAIT = timedelta(seconds=60)
"""Between two codes for the same purpose and client."""
MOST, WITHIN = 10, timedelta(hours=24)
"""How many codes a client may ask for, and in which time."""


class TooSoon(ValueError):
    """Another code may be asked for later: `wait` says in how many seconds."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__(f"another code in {wait} seconds")


class CodeResult(StrEnum):
    """What became of a code that was typed."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    SPENT = "spent"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """What became of a code that was typed, how many tries are left, and the code's row when there is one."""

    result: CodeResult
    tries_left: int
    code: OneTimeCode | None


@transaction.atomic
def request_code(
    *, client: Client, purpose: CodePurpose, subject: str, channel: Channel, by: Actor, at: datetime
) -> OneTimeCode:
    """Make a code for a client, purpose and subject (such as a contract's number), and have it sent.

    It takes the place of the one before. Raises TooSoon within `WAIT` of the last, and after `MOST` in a day.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"codes of {client.pk}"])
    made = OneTimeCode.objects.filter(client=client)
    times = list(made.filter(made_at__gt=at - WITHIN).order_by("-made_at").values_list("made_at", flat=True))
    last = made.filter(purpose=purpose).order_by("-made_at").values_list("made_at", flat=True).first()
    free_at = max(times[MOST - 1] + WITHIN if len(times) >= MOST else at, last + WAIT if last else at)
    if free_at > at:
        raise TooSoon(-((at - free_at) // timedelta(seconds=1)))
    made.filter(purpose=purpose, subject=subject, used_at=None, replaced_at=None).update(replaced_at=at)
    code = OneTimeCode(
        public_id=uuid.uuid4(),
        purpose=purpose,
        subject=subject,
        client=client,
        channel=channel,
        made_at=at,
        expires_at=at + LIFETIME,
        attempts_left=TRIES,
    )
    code.digest = _digest(code, code_of(code))
    code.save()
    details = {"code": str(code.public_id), "purpose": purpose, "channel": channel}
    record_about(client, action="request_code", details=details, by=by, at=at)
    emit(
        kind="code_requested",
        subject_kind="code",
        subject_key=str(code.public_id),
        business_date=at.date(),
        payload={**details, "client": str(client.public_id)},
        at=at,
    )
    return code


@transaction.atomic
def use_code(
    *, client: Client, purpose: CodePurpose, subject: str, given: str, by: Actor, at: datetime
) -> CodeCheck:  # fmt: skip
    """Use the live code of a client, purpose and subject: right once, and then never again.

    Of any number of calls at once with the right code exactly one is right. A wrong one takes a try away.
    """
    live = OneTimeCode.objects.select_for_update().filter(client=client, purpose=purpose, subject=subject)
    code = live.filter(used_at=None, replaced_at=None).first()
    if code is None:
        return CodeCheck(CodeResult.NONE, 0, None)
    if code.attempts_left == 0:
        return CodeCheck(CodeResult.SPENT, 0, code)
    if at >= code.expires_at:
        return CodeCheck(CodeResult.EXPIRED, code.attempts_left, code)
    right = hmac.compare_digest(_digest(code, given.strip()), code.digest)
    if right:
        code.used_at = at
    else:
        code.attempts_left -= 1
    code.save()
    result = CodeResult.RIGHT if right else CodeResult.WRONG
    details = {"code": str(code.public_id), "purpose": purpose, "result": result}
    record_about(client, action="use_code", details=details, by=by, at=at)
    return CodeCheck(result, code.attempts_left, code)


def code_of(code: OneTimeCode) -> str:
    """Return the digits of a code, for whoever sends it. Never log them and never keep them."""
    return f"{int(_hmac('digits', str(code.public_id)), 16) % 10**DIGITS:0{DIGITS}d}"


def _digest(code: OneTimeCode, digits: str) -> str:
    """Return what is kept of a code: bound to its row, purpose and subject."""
    return _hmac("proof", f"{code.public_id} {code.client_id} {code.purpose} {code.subject} {digits}")


def _hmac(use: str, text: str) -> str:
    return hmac.new(settings.CODE_KEY.encode(), f"{use} {text}".encode(), hashlib.sha256).hexdigest()
