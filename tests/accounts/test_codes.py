"""One-time codes: right once, for one purpose and subject, for a while, with a few tries, and never kept."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import override_settings

from accounts.models import Client, OneTimeCode
from accounts.operations import CodeCheck, CodeResult, TooSoon, request_code, use_code
from accounts.operations.codes import LIFETIME, MOST, TRIES, WAIT, WITHIN, code_of
from accounts.rules import Channel, CodePurpose
from core.models import AuditEvent, OutboxEvent
from tests.accounts.organisation import AT, BY, organise, staff

AT_ONCE = 20


@pytest.fixture
def client(db: None) -> Client:
    organise()
    return Client.objects.get(code="C1")


def ask(client: Client, at: datetime = AT, **other: Any) -> OneTimeCode:
    wanted: dict[str, Any] = {"purpose": CodePurpose.SIGN, "subject": "contract", "channel": Channel.SMS}
    return request_code(client=client, **{**wanted, **other}, by=BY, at=at)


def use(client: Client, given: str, at: datetime = AT, **other: Any) -> CodeCheck:
    wanted: dict[str, Any] = {"purpose": CodePurpose.SIGN, "subject": "contract"}
    return use_code(client=client, **{**wanted, **other}, given=given, by=BY, at=at)


def wrong(code: OneTimeCode) -> str:
    return f"{(int(code_of(code)) + 1) % 1_000_000:06d}"


def test_a_code_is_right_once(client: Client) -> None:
    code = ask(client)
    digits = code_of(code)
    assert len(digits) == 6
    assert digits.isdigit()
    check = use(client, f" {digits} ", AT + LIFETIME - timedelta(seconds=1))
    assert check.result == CodeResult.RIGHT
    assert check.code == code
    assert OneTimeCode.objects.get().used_at == AT + LIFETIME - timedelta(seconds=1)
    assert use(client, digits).result == CodeResult.NONE


def test_a_code_is_over_after_its_time(client: Client) -> None:
    assert use(client, code_of(ask(client)), AT + LIFETIME).result == CodeResult.EXPIRED


def test_tries_are_counted_and_then_even_the_right_one_is_too_late(client: Client) -> None:
    code = ask(client)
    left = [use(client, wrong(code)).tries_left for _ in range(TRIES)]
    assert left == list(range(TRIES - 1, -1, -1))
    assert use(client, code_of(code)).result == CodeResult.SPENT


@pytest.mark.parametrize("given", ["", "12345", "1234567", "abcdef", "１２３４５６", "\x00" * 6, "9" * 10_000])
def test_whatever_is_typed_is_an_answer(client: Client, given: str) -> None:
    ask(client)
    assert use(client, given).result == CodeResult.WRONG


def test_a_code_is_good_for_its_client_purpose_and_subject_alone(client: Client) -> None:
    digits = code_of(ask(client))
    assert use(Client.objects.get(code="C2"), digits).result == CodeResult.NONE
    assert use(client, digits, purpose=CodePurpose.LOGIN).result == CodeResult.NONE
    assert use(client, digits, subject="other").result == CodeResult.NONE
    assert use(client, digits).result == CodeResult.RIGHT


def test_a_new_code_takes_the_place_of_the_old(client: Client) -> None:
    old = code_of(ask(client))
    new = code_of(ask(client, AT + WAIT))
    results = [use(client, digits, AT + WAIT).result for digits in (old, new)]
    assert results == [CodeResult.WRONG if old != new else CodeResult.RIGHT, CodeResult.RIGHT]


def test_codes_are_asked_for_at_intervals_and_so_often_a_day(client: Client) -> None:
    ask(client)
    with pytest.raises(TooSoon) as caught:
        ask(client, AT + WAIT - timedelta(milliseconds=1), subject="other")
    assert caught.value.wait == 1
    ask(client, AT, purpose=CodePurpose.LOGIN)
    for number in range(1, MOST - 1):
        ask(client, AT + WAIT * number)
    with pytest.raises(TooSoon) as caught:
        ask(client, AT + WAIT * MOST)
    assert caught.value.wait == (WITHIN - WAIT * MOST).total_seconds()
    ask(client, AT + WITHIN)
    ask(Client.objects.get(code="C2"))


def test_no_code_is_kept_anywhere(client: Client) -> None:
    code = ask(client)
    digits = code_of(code)
    use(client, wrong(code))
    kept = [*OneTimeCode.objects.values(), *OutboxEvent.objects.values(), *AuditEvent.objects.values()]
    assert len(kept) > 3
    mobile = client.mobile
    fields = [str(value) for row in kept for name, value in row.items() if name != "digest"]
    assert not any(digits in text.replace("-", " ").split() or mobile in text for text in fields)
    assert code.digest not in "".join(fields)
    with override_settings(CODE_KEY="another"):
        assert code_of(code) != digits
        assert use(client, digits).result == CodeResult.WRONG


def test_codes_are_seen_by_those_above_the_client(client: Client) -> None:
    code = ask(client)
    assert list(OneTimeCode.objects.visible_to(staff("wang", "B1"))) == [code]
    assert not OneTimeCode.objects.visible_to(staff("li", "B2")).exists()


def _use_at_once(digits: str) -> list[CodeResult]:
    """Use a code many times at once, each on a connection of its own."""
    gate, results = threading.Barrier(AT_ONCE), list[CodeResult]()

    def one() -> None:
        try:
            mine = Client.objects.get(code="C1")
            gate.wait(20)
            results.append(use(mine, digits).result)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def committed(transactional_db: None) -> Client:
    organise()
    return Client.objects.get(code="C1")


def test_of_twenty_uses_at_once_one_is_right(committed: Client) -> None:
    results = _use_at_once(code_of(ask(committed)))
    assert sorted(results) == [CodeResult.NONE] * (AT_ONCE - 1) + [CodeResult.RIGHT]


@pytest.fixture
def _without_the_lock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Rows are read without a lock, and all are compared before any is written."""
    together, compare = threading.Barrier(AT_ONCE), hmac.compare_digest

    def compare_together(one: str, other: str) -> bool:
        together.wait(20)
        return compare(one, other)

    with monkeypatch.context() as patched:
        patched.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows.all())
        patched.setattr(hmac, "compare_digest", compare_together)
        yield


@pytest.mark.usefixtures("_without_the_lock")
def test_without_the_lock_more_would_be_right(committed: Client) -> None:
    assert _use_at_once(code_of(ask(committed))).count(CodeResult.RIGHT) > 1
