"""The Idempotency-Key: an unsafe request is done once, and whoever sends it again gets the same answer.

Owns reading the key and the digest of what is asked for. The claim lasts until the transaction of the request ends;
what was refused or failed is not kept, so that its key may be tried again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus

from django.http import HttpResponse
from rest_framework.request import Request

from api.problems import Refused, Told
from core import clock
from core.actor import Actor
from core.operations import Answer, InFlight, KeyReused, claim_key, keep_answer

HEADER = "Idempotency-Key"
FORM = re.compile(r"[!-~]{1,255}")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A key that was taken, and a digest of what it was taken for."""

    key: str
    asked: str


def claim(request: Request, carried: bytes, by: Actor) -> Claimed:
    """Take the key of a request until its transaction ends. Raises Refused, and Told for one that was answered."""
    key = request.headers.get(HEADER, "")
    if not FORM.fullmatch(key):
        raise Refused("key_missing")
    try:
        asked = _asked(request, carried)
        found = claim_key(key=key, asked=asked, by=by, at=clock.now())
    except InFlight as problem:
        raise Refused("key_in_flight") from problem
    except KeyReused as problem:
        raise Refused("key_reused") from problem
    if found is not None:
        raise Told(_again(found))
    return Claimed(key, asked)


def keep(claimed: Claimed, by: Actor, answer: HttpResponse) -> None:
    """Keep what was done and answered."""
    if answer.status_code < HTTPStatus.BAD_REQUEST:
        told = Answer(answer.status_code, answer.get("Content-Type", ""), answer.content)
        keep_answer(key=claimed.key, asked=claimed.asked, answer=told, by=by, at=clock.now())


def _again(answer: Answer) -> HttpResponse:
    """Return what was answered before, and say that it was."""
    headers = {"Idempotency-Replayed": "true"}
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type, headers=headers)


def _asked(request: Request, carried: bytes) -> str:
    """Return a digest of method, address and body."""
    return sha256(f"{request.method} {request.get_full_path()}\n".encode() + carried).hexdigest()
