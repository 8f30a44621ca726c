"""A delivery handed over by a program: into the inbox whole and once, or refused with file and rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.roles import Area
from core.models import AuditEvent, KeptAnswer
from tests.api.asking import Program, code_of, program
from tests.api.feeds import UPLOADS, feed, hand_over
from tests.delivered import Broker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def inbox(tmp_path: Path, settings: Any) -> Path:
    settings.INBOX_DIR = tmp_path / "inbox"
    return tmp_path / "inbox"


def test_a_feed_lands_in_the_inbox_and_its_way_can_be_followed(broker: Broker, inbox: Path) -> None:
    asking = program(broker.user("operations"))
    answer = hand_over(asking, feed())
    assert answer.status_code == 202, answer.content
    folder = answer.json()["folder"]
    assert {one.name for one in (inbox / folder).iterdir()} == {"manifest.json", "units.csv"}
    assert asking.get(f"{UPLOADS}/{folder}").json()["state"] == "waiting"
    assert AuditEvent.objects.filter(action="upload_delivery", subject_key=folder).count() == 1
    assert code_of(asking.get(f"{UPLOADS}/other")) == (404, "not_found")
    assert code_of(asking.get(f"{UPLOADS}/..")) == (404, "not_found")


def test_only_who_operates_may(broker: Broker, inbox: Path) -> None:
    for asking in (program(broker.user("head_office_manager")), program(broker.user("operations"), areas=[Area.FEEDS])):
        assert code_of(hand_over(asking, feed())) == (403, "not_allowed")
    assert code_of(hand_over(Program(), feed())) == (401, "not_authenticated")
    assert not inbox.exists()


def test_what_is_no_feed_is_refused_by_name_and_leaves_nothing(broker: Broker, inbox: Path) -> None:
    asking, files = program(broker.user("operations")), feed()
    wrong = {
        "file_missing": {"manifest.json": files["manifest.json"], "products.csv": b"x"},
        "upload_empty": {"manifest.json": files["manifest.json"]},
        "manifest_unreadable": {**files, "manifest.json": b"{"},
    }
    for rule, given in wrong.items():
        answer = hand_over(asking, given, rule)
        assert code_of(answer) == (422, "feed_refused"), rule
        assert answer.json()["errors"][0]["code"] == rule, answer.json()
    assert code_of(hand_over(asking, {}, "none")) == (422, "feed_refused")
    assert list(inbox.iterdir()) == []
    assert not KeptAnswer.objects.exists(), "what was refused may be tried again under its key"


def test_the_same_request_again_gets_the_same_answer(broker: Broker, inbox: Path) -> None:
    asking = program(broker.user("operations"))
    first = hand_over(asking, feed())
    again = hand_over(asking, feed())
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (first.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
    assert code_of(hand_over(asking, feed(8))) == (422, "key_reused")
    assert code_of(hand_over(asking, feed(), "two")) == (422, "feed_refused"), "another key asks anew"
    assert code_of(hand_over(asking, feed(8), None)) == (400, "key_missing")
    assert code_of(hand_over(asking, feed(8), "ä")) == (400, "key_missing")
    other = program(broker.user("operations"))
    assert hand_over(other, feed()).content == first.content, "the key is its owner's, whatever token he shows"
    assert first.content not in bytes(KeptAnswer.objects.get().body), "it lies encrypted"
