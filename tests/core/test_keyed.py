"""Keys of requests: theirs alone who used them, free again after thirty days, and gone with the work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from core import clock
from core.actor import Actor, PersonNeeded, system
from core.models import KeptAnswer
from core.operations import Answer, KeyReused, claim_key, forget_answers, keep_answer

pytestmark = pytest.mark.django_db

ONE, OTHER = Actor("user", "one", 1), Actor("user", "other", 2)
SAID = Answer(201, "application/json", '{"name":"欧阳"}'.encode())


def done(key: str = "k", asked: str = "a", by: Actor = ONE, days: int = 0) -> None:
    at = clock.now() - timedelta(days=days)
    assert claim_key(key=key, asked=asked, by=by, at=at) is None
    keep_answer(key=key, asked=asked, answer=SAID, by=by, at=at)


def test_the_same_request_again_gets_the_same_answer() -> None:
    done()
    assert claim_key(key="k", asked="a", by=ONE, at=clock.now()) == SAID
    with pytest.raises(KeyReused):
        claim_key(key="k", asked="b", by=ONE, at=clock.now())
    assert claim_key(key="k", asked="b", by=OTHER, at=clock.now()) is None, "a key is its owner's alone"
    with pytest.raises(PersonNeeded):
        claim_key(key="k", asked="a", by=system("job"), at=clock.now())


def test_what_was_taken_back_leaves_its_key_free() -> None:
    with transaction.atomic():
        done()
        transaction.set_rollback(True)
    assert not KeptAnswer.objects.exists()
    assert claim_key(key="k", asked="something else", by=ONE, at=clock.now()) is None


def test_a_key_is_forgotten_after_thirty_days() -> None:
    done("old", days=30)
    done("young", days=29)
    assert claim_key(key="old", asked="other", by=ONE, at=clock.now()) is None
    done("older", days=31)
    assert forget_answers(by=system("collect"), at=clock.now()) == 1
    assert list(KeptAnswer.objects.values_list("key", flat=True)) == ["young"]


def test_an_answer_lies_encrypted() -> None:
    done()
    stored = bytes(KeptAnswer.objects.get().body)
    assert "欧阳".encode() not in stored
    assert b"name" not in stored
