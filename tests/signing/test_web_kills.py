"""Clients sign while the web server is killed again and again: no signing without evidence, none lost, none double."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.models import ClientLogin, User
from accounts.operations import AccountRow, ClientRow, merge_accounts, merge_clients
from core import clock
from core.models import OutboxEvent
from smart_products.signing.models import Contract, EvidenceRecord, SigningStep, Subscription
from smart_products.signing.queries.chain import verify_chain
from smart_products.signing.seals.configured import anchors
from smart_products.signing.states import ContractState
from smart_products.signing.steps import Step
from tests.accounts.organisation import AT, BY, FIRST, SOURCE
from tests.catalogue.terms_samples import SAMPLE
from tests.signing.signings import Signer, prepare, signer
from tests.signing.web import Crowd, Web

HANDS = 4
READ_AT_ONCE = {**SAMPLE, "papers": [{**paper, "reading_seconds": 0} for paper in SAMPLE["papers"]]}


def people(count: int) -> list[Signer]:
    """Make so many clients with an account and a login; hashing passwords would take longer than all the rest."""
    prepare(READ_AT_ONCE)
    today = clock.shanghai_today()
    codes = [f"W{number:04d}" for number in range(count)]
    row = ClientRow("", FIRST, "O11", "app", "ordinary", "C3", today, FIRST, "张三", mobile="10000000000")
    rows = [row._replace(code=code) for code in codes]
    merge_clients(source=SOURCE, upserts=rows, by=BY, at=AT)
    merge_accounts(source=SOURCE, upserts=[AccountRow(f"A{code[1:]}", code, FIRST) for code in codes], by=BY, at=AT)
    found = [signer(code) for code in codes]
    assert ClientLogin.objects.count() == User.objects.filter(username__startswith="login of").count() == count
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("count", "every"), [pytest.param(12, 4, id="12"), pytest.param(1_000, 50, id="1000")])
def test_a_killed_web_server_loses_and_doubles_nothing(
    count: int, every: int, transactional_db: None, tmp_path: Path, settings: Any
) -> None:
    settings.DOCUMENTS_DIR, settings.ANCHOR_DIR = tmp_path / "documents", tmp_path / "anchors"
    web = Web(settings.DOCUMENTS_DIR, settings.ANCHOR_DIR, tmp_path / "web.log")
    crowd = Crowd(web, every, people(count))
    web.start()
    try:
        crowd.sign(HANDS)
    finally:
        web.kill()
    assert crowd.faults == [], web.log.read_text()[-3_000:]
    assert crowd.kills == (count - 1) // every
    assert crowd.broken >= crowd.kills, "no kill broke anything off"
    assert_everything_stands(crowd)


def assert_everything_stands(crowd: Crowd) -> None:
    """Every answer stands, with its subscription, steps, event and evidence, once; and there is nothing else."""
    signed = Contract.objects.filter(state=ContractState.ACTIVE).select_related("client")
    assert {one.client.code: str(one.public_id) for one in signed} == crowd.answered
    numbers = sorted(one.number for one in signed)
    assert Contract.objects.count() == len(numbers)
    assert sorted(Subscription.objects.values_list("code", flat=True)) == numbers
    assert sorted(EvidenceRecord.objects.values_list("subscription_code", flat=True)) == numbers
    last = SigningStep.objects.filter(step=Step.SIGNATURE)
    assert sorted(last.values_list("contract__number", flat=True)) == numbers
    assert sorted(OutboxEvent.objects.filter(kind="signed").values_list("subject_key", flat=True)) == numbers
    positions = EvidenceRecord.objects.order_by("position").values_list("position", flat=True)
    assert list(positions) == list(range(1, len(numbers) + 1))
    assert verify_chain(anchors=anchors(clock.now()), packs=True) == []
