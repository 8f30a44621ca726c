"""Notices: made once from an event, in the reader's language, sent by the channels a client has."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.translation import override

from accounts.models import Client, Notice, NoticeDelivery, OneTimeCode
from accounts.notice_texts import TEXTS, text_of
from accounts.operations import Message, deliver_next, mark_read, request_code, send_again
from accounts.operations.codes import LIFETIME, code_of
from accounts.operations.notices import ATTEMPTS, FIRST_WAIT, absorb
from accounts.queries import notices_of, undelivered
from accounts.rules import Channel, CodePurpose, NoticeKind
from core.models import OutboxEvent
from core.outbox import emit
from core.senders import Refused, Unavailable
from tests.accounts.organisation import AT, BY, organise, staff

BOTH = (Channel.EMAIL, Channel.SMS)
PARAMS = {
    "contract": "20240304-AAAA", "product": "GRID", "names": {"zh": "网格交易", "en": "Grid"}, "on": "2024-03-04",
    "until": "2024-03-09", "last_day": "2025-03-04",
}  # fmt: skip


@pytest.fixture
def client(db: None) -> Client:
    organise()
    return Client.objects.get(code="C1")


def event(client: Client, kind: str = "signed") -> OutboxEvent:
    payload = {"client": str(client.public_id), **PARAMS}
    return emit(
        kind=kind, subject_kind="contract", subject_key="1", business_date=date(2024, 3, 4), payload=payload, at=AT
    )


def tell(client: Client, kind: str = "signed", channels: tuple[Channel, ...] = BOTH) -> Notice:
    notice = absorb(event=event(client, kind), channels=channels, by=BY, at=AT)
    assert notice is not None
    return notice


class Post:
    """Takes messages, or fails as it is told."""

    def __init__(self, *errors: Exception) -> None:
        self.taken: list[Message] = []
        self.errors = list(errors)

    def __call__(self, message: Message) -> str:
        if self.errors:
            raise self.errors.pop(0)
        self.taken.append(message)
        return f"number {len(self.taken)}"


def send(post: Post, at: Any = AT) -> None:
    while deliver_next(hand=post, by=BY, at=at):
        pass


class TestNotices:
    def test_an_event_is_absorbed_once(self, client: Client) -> None:
        told = event(client)
        first = absorb(event=told, channels=BOTH, by=BY, at=AT)
        assert absorb(event=told, channels=BOTH, by=BY, at=AT) == first
        assert [one.channel for one in NoticeDelivery.objects.all()] == ["sms"]

    def test_an_event_of_nobody_tells_nobody(self, client: Client) -> None:
        payload = {"product": "GRID"}
        quiet = emit(
            kind="signed", subject_kind="product", subject_key="1", business_date=date(2024, 3, 4), payload=payload,
            at=AT,
        )  # fmt: skip
        assert absorb(event=quiet, channels=BOTH, by=BY, at=AT) is None

    def test_the_list_is_the_clients_latest_first_without_codes(self, client: Client) -> None:
        first, second = tell(client), tell(client, "withdrawn")
        request_code(
            client=client, purpose=CodePurpose.SIGN, subject="", channel=Channel.SMS, by=BY, at=AT
        )  # fmt: skip
        absorb(event=OutboxEvent.objects.get(kind="code_requested"), channels=BOTH, by=BY, at=AT)
        assert list(notices_of(client)) == [second, first]
        assert not notices_of(Client.objects.get(code="C2")).exists()
        assert list(Notice.objects.visible_to(staff("wang", "B1")).exclude(kind="code")) == [first, second]
        assert not Notice.objects.visible_to(staff("li", "B2")).exists()

    def test_read_once_and_only_ones_own(self, client: Client) -> None:
        notice = tell(client)
        assert mark_read(client=Client.objects.get(code="C2"), notice=notice, by=BY, at=AT) == 0
        assert mark_read(client=client, notice=notice, by=BY, at=AT) == 1
        assert mark_read(client=client, by=BY, at=AT + FIRST_WAIT) == 0
        notice.refresh_from_db()
        assert notice.read_at == AT


class TestWords:
    def test_every_kind_has_words_that_use_what_is_said(self) -> None:
        assert set(TEXTS) == set(NoticeKind)
        for language in ("en", "zh-hans"):
            with override(language):
                for kind in NoticeKind:
                    text = text_of(kind, PARAMS, code="123456", minutes="5")
                    assert text.title
                    assert "%" not in text.title + text.body
                    if kind != NoticeKind.CODE:
                        assert ("Grid" if language == "en" else "网格交易") in text.title + text.body

    def test_days_and_missing_words(self) -> None:
        with override("en"):
            assert "March 4, 2024" in text_of("signed", PARAMS).body
            assert text_of("signed", {"product": "GRID"}).title == "Signed: GRID"

    def test_a_code_stands_in_its_message_alone(self, client: Client) -> None:
        code = request_code(
            client=client, purpose=CodePurpose.SIGN, subject="", channel=Channel.SMS, by=BY, at=AT
        )  # fmt: skip
        absorb(event=OutboxEvent.objects.get(), channels=(), by=BY, at=AT)
        post = Post()
        send(post)
        assert [(one.channel, one.to) for one in post.taken] == [("sms", "13800000000")]
        assert code_of(code) in post.taken[0].body
        assert code_of(code) not in str(list(Notice.objects.values()) + list(NoticeDelivery.objects.values()))


class TestSending:
    def test_a_message_goes_by_each_channel_with_a_reference_of_its_own(self, client: Client) -> None:
        Client.objects.filter(pk=client.pk).update(email="someone@client.example")
        tell(client, channels=tuple(Channel))
        post = Post()
        send(post)
        assert sorted((one.channel, one.to) for one in post.taken) == [
            *(("email", "someone@client.example"), ("sms", "13800000000"), ("wecom", "C1")),
        ]
        assert len({one.reference for one in post.taken}) == 3
        assert {(one.state, one.sent_at) for one in NoticeDelivery.objects.all()} == {("sent", AT)}

    def test_not_now_is_tried_again_later_with_the_same_reference_and_then_given_up(self, client: Client) -> None:
        tell(client)
        at, waits = AT, []
        for _ in range(ATTEMPTS):
            send(Post(Unavailable("busy")), at)
            delivery = NoticeDelivery.objects.get()
            waits.append(delivery.due_at - at)
            at = max(at, delivery.due_at)
        assert waits[:3] == [FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4]
        assert (delivery.state, delivery.error) == ("given_up", "busy")
        assert list(undelivered()) == [delivery]
        post = Post()
        send(post, at + timedelta(days=9))
        assert post.taken == []
        send_again(delivery=delivery, by=BY, at=at)
        send(post, at)
        assert [one.reference for one in post.taken] == [str(delivery.public_id)]

    def test_never_is_never(self, client: Client) -> None:
        tell(client)
        send(Post(Refused("nobody")))
        assert [(one.state, one.attempts) for one in undelivered()] == [("given_up", 1)]

    @pytest.mark.parametrize("over", ["used_at", "replaced_at", "late"])
    def test_a_code_that_is_over_is_not_sent(self, client: Client, over: str) -> None:
        request_code(
            client=client, purpose=CodePurpose.SIGN, subject="", channel=Channel.SMS, by=BY, at=AT
        )  # fmt: skip
        absorb(event=OutboxEvent.objects.get(), channels=(), by=BY, at=AT)
        if over != "late":
            OneTimeCode.objects.update(**{over: AT})
        post = Post()
        send(post, AT + LIFETIME if over == "late" else AT)
        assert post.taken == []
        assert NoticeDelivery.objects.get().error == "the code is over"

    @pytest.mark.parametrize("over", ["used_at", "replaced_at", "late"])
    def test_a_code_that_nobody_waits_for_is_no_failure_and_one_that_is_late_is(
        self, client: Client, over: str
    ) -> None:
        request_code(client=client, purpose=CodePurpose.SIGN, subject="", channel=Channel.SMS, by=BY, at=AT)
        if over != "late":
            OneTimeCode.objects.update(**{over: AT})
        absorb(event=OutboxEvent.objects.get(), channels=(), by=BY, at=AT + LIFETIME)
        send(Post(), AT + LIFETIME)
        assert [one.state for one in NoticeDelivery.objects.all()] == ["given_up"] * (over == "late")
        assert Notice.objects.get().kind == NoticeKind.CODE

    def test_an_address_that_is_gone_is_given_up(self, client: Client) -> None:
        tell(client)
        Client.objects.filter(pk=client.pk).update(mobile="")
        send(Post())
        assert NoticeDelivery.objects.get().state == "given_up"
