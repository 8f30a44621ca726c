"""The answers of a suitability test that is not finished: kept for a while, so that it goes on where it was left.

Lies in the cache by client, not by browser: a second device goes on with the same draft. Nothing counts before the
test is finished; a draft of another questionnaire than the one in force is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.core.cache import cache

from accounts.models import Client

DAYS_KEPT = 7


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been answered so far, and the id under which the test will be kept, drawn at its start."""

    public_id: UUID
    answers: dict[str, list[str]]


def _key(client: Client) -> str:
    return f"suitability-test:{client.public_id}"


def read(client: Client, digest: str) -> Draft:
    """Return the draft of a client for the questionnaire with this digest; a new one where there is none."""
    kept = cache.get(_key(client))
    if not kept or kept["digest"] != digest:
        return Draft(uuid4(), {})
    return Draft(UUID(kept["public_id"]), kept["answers"])


def answer(client: Client, digest: str, question: str, chosen: Sequence[str]) -> None:
    """Keep the answer to one question; none chosen takes it back."""
    draft = read(client, digest)
    answers = {**draft.answers, question: list(chosen)}
    if not chosen:
        del answers[question]
    kept = {"digest": digest, "public_id": str(draft.public_id), "answers": answers}
    cache.set(_key(client), kept, DAYS_KEPT * 24 * 3600)


def drop(client: Client) -> None:
    """Forget the draft of a client."""
    cache.delete(_key(client))
