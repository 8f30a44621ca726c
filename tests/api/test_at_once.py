"""The same unsafe request a hundred times at once: one effect, and one answer."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from accounts.rules import Role
from core.models import AuditEvent, KeptAnswer
from tests.accounts.organisation import organise, staff
from tests.api.asking import Program, code_of, token
from tests.api.feeds import feed, hand_over

pytestmark = pytest.mark.django_db(transaction=True)

THREADS, ROUNDS = 20, 5


def at_once(secret: str, keys: list[str]) -> list[Any]:
    """Hand the same feed over by many threads, so many rounds; each round starts together."""
    gate, answers = Barrier(THREADS), list[Any]()

    def ask() -> None:
        try:
            asking = Program(secret)
            for key in keys:
                gate.wait(60)
                answers.append(hand_over(asking, feed(), key))
        finally:
            connection.close()

    threads = [Thread(target=ask) for _ in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return answers


def test_a_hundred_at_once_have_one_effect_and_one_answer(tmp_path: Path, settings: Any) -> None:
    """Those that come while the first is under way are told so; all others get its answer."""
    settings.INBOX_DIR = tmp_path / "inbox"
    organise()
    answers = at_once(token(staff("operator", "HQ", Role.OPERATIONS))[1], ["one"] * ROUNDS)
    done = [one for one in answers if one.status_code == 202]
    assert len(answers) == THREADS * ROUNDS
    assert {one.content for one in done} == {done[0].content}
    assert sum("Idempotency-Replayed" not in one for one in done) == 1, "one of them worked"
    assert {code_of(one) for one in answers if one not in done} <= {(409, "key_in_flight")}
    assert AuditEvent.objects.filter(action="upload_delivery").count() == KeptAnswer.objects.count() == 1
    assert [one.name for one in settings.INBOX_DIR.iterdir()] == [done[0].json()["folder"]]
