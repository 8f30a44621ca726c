"""`sign_generated`: clients of a generated broker sign for real, nobody twice, and nothing that a feed holds open."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Q

from accounts.models import ClientLogin, Notice
from accounts.operations import deliver_next
from accounts.queries import undelivered
from core import clock
from demo.broker import generate
from smart_products.health.queries import health
from smart_products.signing.evidence.verifying import verify
from smart_products.signing.models import Contract, EvidenceHead, EvidenceRecord, SigningStep, Subscription
from smart_products.signing.operations import SubscriptionRow, export_evidence, merge_subscriptions
from smart_products.signing.queries.chain import verify_chain
from smart_products.signing.seals.configured import anchors, sealer
from smart_products.signing.steps import Step
from tasks.generated_signers import BY, METHOD
from tasks.outbox import dispatch_all
from tests.demo.made import trading_days
from tests.tasks.conftest import Folders
from tests.tasks.house import import_days

CLIENTS = 4


def said(command: str, *arguments: Any, **options: Any) -> Any:
    """Return what a command prints as JSON."""
    printed = StringIO()
    call_command(command, *arguments, json=True, stdout=printed, **options)
    return json.loads(printed.getvalue())


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated") / "feed"
    generate(folder=folder, clients=60, trading_days=trading_days(20), seed=7)
    return folder


@pytest.fixture
def delivered(feed: Path, folders: Folders, settings: Any, tmp_path: Path, db: None) -> Path:
    settings.DOCUMENTS_DIR, settings.ANCHOR_DIR = tmp_path / "documents", tmp_path / "anchors"
    import_days(last=clock.shanghai_today() + timedelta(days=30))
    call_command("deliver", feed, stdout=StringIO())
    return feed


def test_clients_sign_once_with_evidence_and_a_sealed_head(delivered: Path) -> None:
    first = said("sign_generated", delivered, clients=CLIENTS)
    signed, codes = first["signed"], [one["subscription"] for one in first["signed"]]
    assert len(signed) + len(first["nothing_fits"]) == CLIENTS
    assert len(signed) > CLIENTS // 2
    assert [one["subscription"] for one in said("evidence", "list")] == codes
    assert set(Subscription.objects.filter(source="here").values_list("code", flat=True)) == set(codes)
    assert first["head"]["position"] == EvidenceHead.objects.get().position == len(signed)
    assert verify_chain(anchors=anchors(clock.now()), packs=True) == []

    again = said("sign_generated", delivered, clients=CLIENTS)
    assert (again["signed"], again["signed_before"]) == ([], len(signed))
    assert again["nothing_fits"] == first["nothing_fits"]
    more = said("sign_generated", delivered, clients=CLIENTS + 1)
    assert more["signed_before"] == len(signed)
    assert len(more["signed"]) + len(more["nothing_fits"]) - len(first["nothing_fits"]) == 1
    assert EvidenceRecord.objects.count() == len(signed) + len(more["signed"])


def test_codes_that_were_used_at_once_are_not_given_up_afterwards(delivered: Path) -> None:
    signed = said("sign_generated", delivered, clients=CLIENTS)["signed"]
    dispatch_all()
    while deliver_next(hand=lambda _message: "1", by=BY, at=clock.now()):
        pass
    told = Counter(Notice.objects.values_list("kind", flat=True))
    assert told["code"] == told["signed"] == len(signed)
    assert {one.subject: one for one in health(today=clock.shanghai_today(), at=clock.now())}["sms"].values[
        "given_up"
    ] == 0
    assert not undelivered().exists()


def test_the_evidence_says_that_nobody_sat_there_and_each_paper_lay_open_long_enough(delivered: Path) -> None:
    began = clock.now()
    said("sign_generated", delivered, clients=2)
    number = Contract.objects.filter(subscription__isnull=False).values_list("number", flat=True)[0]
    at = clock.now()
    report = verify(export_evidence(subscription_code=number, sealer=sealer(at), by=BY, at=at), trust=anchors(at))
    assert (report.ok, report.level) == (True, "L1")
    steps = SigningStep.objects.filter(contract__number=number).order_by("pk")
    assert {step.session for step in steps} == {METHOD}
    assert steps.last() == steps.get(step=Step.SIGNATURE)
    times = [step.done_at for step in steps if step.done_at is not None]
    assert len(times) == len(steps)
    assert times[-2] - steps.get(step=Step.AGREEMENT).shown_at == timedelta(seconds=30)
    assert times == sorted(times)
    assert began <= times[-1] <= clock.now()
    login = ClientLogin.objects.get(client__contracts__number=number)
    assert login.invite is not None
    assert login.invite.used_at is not None


def test_what_a_feed_holds_open_is_not_signed_again_and_what_it_tells_later_is_set_aside(delivered: Path) -> None:
    signed = said("sign_generated", delivered, clients=2)["signed"]
    for contract in Contract.objects.filter(number__in=[one["subscription"] for one in signed]):
        same = Subscription.objects.filter(client=contract.client, product=contract.product, account=contract.account)
        assert not same.filter(Q(end=None) | Q(end__gt=contract.signed_on)).exclude(source="here").exists()
    one, today = signed[0], clock.shanghai_today()
    row = SubscriptionRow("late", one["client"], one["product"], one["account"], today, None, None, False, clock.now())
    merge_subscriptions(source="core", upserts=[row], by=BY, at=clock.now())
    overlapping = Subscription.objects.filter(code="late")
    assert not overlapping.exists()
    assert Contract.objects.get(number=one["subscription"]).aside.get().code == "late"


def test_a_folder_without_a_generated_broker_is_refused(tmp_path: Path, db: None) -> None:
    with pytest.raises(CommandError, match="中没有生成的券商数据"):
        call_command("sign_generated", tmp_path)
