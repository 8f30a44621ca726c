"""What each sender says on the wire, and how it reads each answer of its recorded contract."""

from __future__ import annotations

import json
import socket
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import pytest

from core.senders import Refused, Sender, Unavailable
from core.senders.console import ConsoleSender
from core.senders.http import SmsSender, WeComSender
from core.senders.smtp import SmtpSender
from tests.core.senders.servers import Mailbox, Told, http_server, smtp_server

CONTRACTS = {name: json.loads((Path(__file__).parent / f"{name}.json").read_text()) for name in ("sms", "wecom")}
EXCHANGES = [
    pytest.param(name, one, id=f"{name}: {one['name']}")
    for name, contract in CONTRACTS.items()
    for one in contract["exchanges"]
]
WORDS = {"subject": "签约成功", "body": "你的验证码", "reference": "ref-1"}


def outcome(sender: Sender, to: str = "13800000000") -> str:
    """What came of sending: the other side's number, `refused` or `unavailable`."""
    try:
        return sender.send(channel="any", to=to, **WORDS)
    except Refused:
        return "refused"
    except Unavailable:
        return "unavailable"


@pytest.mark.parametrize(("name", "exchange"), EXCHANGES)
def test_the_contract_as_recorded(name: str, exchange: dict[str, Any]) -> None:
    contract = CONTRACTS[name]
    answers = list(exchange["answers"])
    if name == "wecom":
        answers = [part for answer in answers for part in (contract["token"], answer)]
    told = Told(answers)
    with http_server(told) as url:
        sender: Sender = (
            SmsSender(f"{url}/v1/messages", "t0ken") if name == "sms" else WeComSender(url, "corp", "s3cret", 7)
        )
        assert outcome(sender) == exchange["means"]
    assert told.answers == []
    asked, expected = told.asked[-1], contract["request"]
    assert {key: asked[key] for key in ("method", "path", "body")} == {
        key: expected[key] for key in ("method", "path", "body")
    }
    assert expected["headers"].items() <= asked["headers"].items()


def test_a_token_is_asked_for_once() -> None:
    contract = CONTRACTS["wecom"]
    sent = contract["exchanges"][0]["answers"][0]
    told = Told([contract["token"], sent, sent])
    with http_server(told) as url:
        sender = WeComSender(url, "corp", "s3cret", 7)
        assert [outcome(sender), outcome(sender)] == ["w-1", "w-1"]
    assert told.asked[0]["path"] == "/cgi-bin/gettoken?corpid=corp&corpsecret=s3cret"
    assert len(told.asked) == 3


def test_nobody_at_home_is_not_now() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for sender in (
        SmsSender(f"http://127.0.0.1:{port}/", "t"),
        WeComSender(f"http://127.0.0.1:{port}", "c", "s", 1),
        SmtpSender(f"smtp://127.0.0.1:{port}", "house@broker.example"),
    ):
        assert outcome(sender, "someone@client.example") == "unavailable"


class TestMail:
    def test_a_message_arrives_in_chinese_with_the_reference(self) -> None:
        mailbox = Mailbox()
        with smtp_server(mailbox) as url:
            number = outcome(SmtpSender(url, "house@broker.example"), "someone@client.example")
        assert number == "<ref-1@broker.example>"
        message = message_from_bytes(mailbox.messages[0])
        assert str(make_header(decode_header(message["Subject"]))) == "签约成功"
        assert (message["To"], message["From"]) == ("someone@client.example", "house@broker.example")
        content = message.get_payload(decode=True)
        assert isinstance(content, bytes)
        assert content.decode().strip() == "你的验证码"

    @pytest.mark.parametrize(
        ("word", "answer", "means"),
        [
            ("RCPT", "550 nobody", "refused"),
            ("RCPT", "450 later", "unavailable"),
            ("MAIL", "451 later", "unavailable"),
            ("MAIL", "553 not you", "refused"),
            ("DATA", "554 no", "refused"),
            ("DATA", "452 full", "unavailable"),
        ],
    )
    def test_answers_of_the_server(self, word: str, answer: str, means: str) -> None:
        with smtp_server(Mailbox(answers={word: answer})) as url:
            assert outcome(SmtpSender(url, "house@broker.example"), "someone@client.example") == means

    @pytest.mark.parametrize("to", ["", "nobody", "a@b\r\nBcc: other@c.example", "a b@c"])
    def test_what_is_no_address_is_refused_before_anything_is_said(self, to: str) -> None:
        mailbox = Mailbox()
        with smtp_server(mailbox) as url:
            assert outcome(SmtpSender(url, "house@broker.example"), to) == "refused"
        assert mailbox.messages == []


def test_the_file_of_messages_is_private(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "new" / "messages.jsonl"
    sender = ConsoleSender(path)
    assert [outcome(sender), outcome(sender)] == ["", ""]
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines == [{"channel": "any", "to": "13800000000", **WORDS}] * 2
    assert path.stat().st_mode & 0o777 == 0o600
    outcome(ConsoleSender())
    assert json.loads(capsys.readouterr().err)["body"] == "你的验证码"
