"""The outbox by a real worker: killed at any moment it loses nothing and tells nobody twice; and the night's chores."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from accounts.models import Client, Notice, NoticeDelivery
from accounts.operations import request_code
from accounts.rules import Channel, CodePurpose
from core import clock, jobs
from core.models import OutboxEvent, OutboxPlace, OutboxReceipt
from core.outbox import DISPATCH, emit
from core.queries import events_after
from smart_products.catalogue.models import Product
from smart_products.holdings.models import AccountDay, AccountMonth
from smart_products.holdings.queries.means import mean_value
from smart_products.signing.models import Contract
from tasks import contract_chores, outbox
from tasks.senders import senders
from tests.accounts.organisation import AT, BY, organise
from tests.signing.contracts import FREE, PAID, SHARE, begin, found_broker, noon, place, signed
from tests.tasks.conftest import Folders, Workers, wait_for

EVENTS = 120
DAY = date(2024, 3, 4)


def emit_many(count: int) -> None:
    """Emit events of a few contracts, each in a transaction of its own; their messages reach no worker of the test."""
    client = Client.objects.get(code="C1")
    for number in range(count):
        with transaction.atomic():
            emit(
                kind=("signed", "paused", "resumed")[number % 3],
                subject_kind="contract",
                subject_key=str(number % 8),
                business_date=DAY,
                payload={"client": str(client.public_id), "product": "GRID", "on": DAY},
                at=AT,
            )


def absorbed() -> int:
    return OutboxReceipt.objects.filter(absorbed_at__isnull=False).exclude(handler="").count()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 8))])
def test_a_killed_worker_loses_no_event_and_absorbs_none_twice(seed: int, house: Folders, workers: Workers) -> None:
    organise()
    emit_many(EVENTS)
    point = random.Random(seed).randrange(10, EVENTS // 2)
    worker = workers.start()
    workers.send(DISPATCH)
    wait_for(lambda: absorbed() >= point, f"event {point}", step=0.002)
    workers.kill(worker)
    assert absorbed() < EVENTS, "killed too late"
    workers.start()
    workers.send(DISPATCH)
    sent = NoticeDelivery.objects.filter(state="sent")
    wait_for(lambda: sent.count() == EVENTS, "every message")
    assert absorbed() == EVENTS
    assert not OutboxReceipt.objects.filter(absorbed_at=None).exists()
    assert Counter(Notice.objects.values_list("event_id", flat=True)) == Counter(
        OutboxEvent.objects.values_list("pk", flat=True)
    )
    of_subject: dict[str, list[datetime]] = {}
    receipts = OutboxReceipt.objects.exclude(handler="").select_related("event").order_by("event_id")
    for receipt in receipts:
        of_subject.setdefault(receipt.event.subject_key, []).append(receipt.absorbed_at or AT)
    assert all(times == sorted(times) for times in of_subject.values())
    handed = Counter(json.loads(line)["reference"] for line in messages(workers).read_text().splitlines())
    assert set(handed) == {str(one) for one in NoticeDelivery.objects.values_list("public_id", flat=True)}


def reached(count: float) -> bool:
    return absorbed() >= count


def follow(reader: list[UUID]) -> None:
    """Read on where the last reading ended, as a consumer does that keeps the ids it handled."""
    while True:
        told = events_after(
            reader[-1] if reader else None, kinds={"signed", "paused", "resumed"}, places=[], house=True, limit=100
        )
        if not told:
            return
        reader += [one.id for one in told if one.id not in reader]


@pytest.mark.parametrize("count", [40, pytest.param(1_000, marks=pytest.mark.slow)])
def test_a_worker_killed_before_it_publishes_loses_no_event_of_the_log(
    count: int, house: Folders, workers: Workers
) -> None:
    """Killed between the commit of what happened and its place in the log, three times; a consumer reads meanwhile."""
    organise()
    emit_many(count)
    read: list[UUID] = []
    for share in (0.2, 0.5, 0.8):
        worker = workers.start()
        workers.send(DISPATCH)
        wait_for(partial(reached, share * count), "some events", step=0.002)
        workers.kill(worker)
        follow(read)
        emit_many(count // 10)
    workers.start()
    workers.send(DISPATCH)
    every = count + 3 * (count // 10)
    wait_for(lambda: OutboxPlace.objects.count() == every, "every place", patience=120)
    follow(read)
    events = {one.public_id: one for one in OutboxEvent.objects.all()}
    assert len(read) == len(set(read)) == every
    of_subject: dict[str, list[int]] = {}
    for one in read:
        of_subject.setdefault(events[one].subject_key, []).append(events[one].pk)
    assert all(keys == sorted(keys) for keys in of_subject.values())


def messages(workers: Workers) -> Path:
    return Path(workers.environment["LOCAL_DIR"]) / "messages.jsonl"


@pytest.mark.django_db
class TestHandlers:
    @pytest.fixture(autouse=True)
    def _sent_to_a_file(self, tmp_path: Path) -> Any:
        senders.cache_clear()
        with override_settings(MESSAGES_FILE=tmp_path / "messages.jsonl", CONSOLE_CHANNELS=["sms"]):
            yield tmp_path
        senders.cache_clear()

    def test_every_kind_of_the_contract_has_its_handlers(self) -> None:
        assert set(outbox.HANDLERS) >= {
            *("signed", "withdrawn", "paused", "resumed", "suspended", "released", "renewed", "terminated"),
            *("expired", "rematched", "terms_published", "product_retired", "product_regraded"),
            *("risk_class_changed", "code_requested"),
        }

    def test_a_signing_tells_the_client_and_a_code_reaches_the_phone(self, tmp_path: Path) -> None:
        found_broker()
        signed(DAY)
        client = place()["client"]
        request_code(
            client=client, purpose=CodePurpose.SIGN, subject="", channel=Channel.SMS, by=BY, at=clock.now()
        )  # fmt: skip
        assert outbox.dispatch_all() == 2
        outbox.send()
        lines = [json.loads(line) for line in (tmp_path / "messages.jsonl").read_text().splitlines()]
        assert [one["to"] for one in lines] == ["13800000000"] * 2
        assert "网格交易" in lines[0]["subject"]
        assert outbox.dispatch_all() == 0

    def test_a_retired_product_ends_its_contracts(self) -> None:
        found_broker()
        signed(DAY)
        Product.objects.filter(code="GRID").update(retired_on=DAY + timedelta(3))
        emit(
            kind="product_retired", subject_kind="product", subject_key="GRID", business_date=DAY, payload={}, at=AT
        )  # fmt: skip
        outbox.dispatch_all()
        contract = Contract.objects.get()
        assert (contract.state, contract.ended_on) == ("terminated", DAY + timedelta(3))

    def test_the_command_lists_and_releases(self) -> None:
        emit(kind="strange", subject_kind="thing", subject_key="1", business_date=DAY, payload={}, at=AT)
        outbox.dispatch_all()
        [stuck] = listed("--parked")
        assert (stuck["kind"], stuck["parked"]) == ("strange", True)
        [open_again] = listed("--release", str(stuck["id"]))
        assert open_again["parked"] is False
        with pytest.raises(CommandError):
            call_command("outbox", "--release", "0")
        text = StringIO()
        call_command("outbox", stdout=text)
        assert "strange" in text.getvalue()


def listed(*arguments: str) -> list[dict[str, Any]]:
    text = StringIO()
    call_command("outbox", *arguments, "--json", stdout=text)
    return list(json.loads(text.getvalue())["receipts"])


@pytest.mark.django_db
class TestNight:
    def test_a_new_day_does_what_is_due_and_the_same_day_nothing_more(self) -> None:
        found_broker()
        cooling, draft = signed(DAY, PAID), begin(DAY, client="C2")
        short = signed(DAY, replace(FREE, months=1), client="C3")
        run, _ = jobs.request("tasks.contracts", date(2024, 4, 10), by=BY, at=AT)
        done = contract_chores.new_day(run, BY, lambda *_args: None)
        over = {"orphaned": 0, "resumed": 0, "cooled": 1, "told": 0, "over": 1, "abandoned": 1}
        assert done == {"matched_again": 0, "asked_to_confirm": 0, "suspended": 0, **over}
        for contract, state in ((cooling, "active"), (draft, "abandoned"), (short, "expired")):
            contract.refresh_from_db()
            assert contract.state == state
        assert not any(contract_chores.new_day(run, BY, lambda *_args: None).values())

    def test_charges_are_exported_with_the_mean_value_of_the_account(self, tmp_path: Path) -> None:
        found_broker()
        contract = signed(DAY, replace(FREE, fees=(SHARE,)))
        end = date(2024, 6, 5)
        AccountMonth.objects.create(
            account=contract.account, month=date(2024, 3, 1), days=[date(2024, 3, 1), DAY, date(2024, 3, 5)],
            values=[9_999_999_00, 100_000_00, 300_000_00], net_flows=[0, 0, 0],
        )  # fmt: skip
        AccountDay.objects.create(
            account=contract.account, day=date(2024, 6, 4), value=500_000_00, net_flow=0, carried=False
        )
        assert mean_value(account_id=contract.account_id, first=DAY, until=end) == 300_000_00
        assert mean_value(account_id=contract.account_id, first=end, until=end) is None
        run, _ = jobs.request("tasks.settlement", end, by=BY, at=noon(end))
        with override_settings(SETTLEMENT_DIR=tmp_path):
            done = contract_chores.settle(run, BY, lambda *_args: None)
            assert done == {"charged_fen": 300_000_00 * 2000 // 1_000_000, "without_value": 0, "export": 1}
            assert (tmp_path / "settlement-000001.json").exists()
            again = contract_chores.settle(run, BY, lambda *_args: None)
        assert again == {"charged_fen": 0, "without_value": 0, "export": None}
