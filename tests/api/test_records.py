"""Deliveries, reports, subscriptions with their proof, and verification by the API: what the pages show, as figures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from pytest_django import DjangoDbBlocker

from accounts.models import Client
from accounts.queries import visible_units
from core import clock
from core.models import AuditEvent
from smart_products.holdings import queries as feeds
from smart_products.signing.models import Contract, Subscription
from smart_products.signing.queries import read_document
from smart_products.statistics.queries import fact_days
from tasks import outbox
from tests.api.asking import Program, code_of, program
from tests.api.test_matrix import printed
from tests.delivered import Broker, published
from tests.reports.samples import made, places, plan_of
from tests.restated import send
from tests.statements import asked

pytestmark = pytest.mark.django_db

V1 = "/api/v1"
SIGNERS = 3


@pytest.fixture(scope="module")
def broker(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    """A broker some of whose clients signed here, and that sent a file with rows that are refused."""
    folder = tmp_path_factory.mktemp("records")
    quiet: dict[str, Any] = {"stdout": StringIO(), "stderr": StringIO()}
    with (
        pytest.MonkeyPatch.context() as patch,
        published(django_db_blocker, folder / "broker", clients=60, days=10) as broker,
    ):
        for name in ("DOCUMENTS_DIR", "ANCHOR_DIR"):
            patch.setattr(f"django.conf.settings.{name}", folder / name.lower())
        call_command("sign_generated", broker.folder, clients=SIGNERS, **quiet)
        day = fact_days()[-1].isoformat()
        columns = ("account", "date", "value", "net_flow", "turnover", "revenue")
        wrong = [("A-1", day, "x", "0.00", "", ""), ("A-2", day, "1", "y", "", ""), ("A-3", day, "z", "0.00", "", "")]
        with suppress(CommandError):  # it is rejected
            send(folder / "wrong", "holdings.csv", day, 9, "full", [columns, *wrong])
        yield broker


def every(asking: Program, address: str, **query: Any) -> list[dict[str, Any]]:
    """Read a list page by page to its end."""
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        told = asking.get(f"{V1}/{address}", {**query, **({"cursor": cursor} if cursor else {})}).json()
        found += told["data"]
        if not (cursor := told["next"]):
            return found


def statements(asking: Program, address: str) -> int:
    with asked() as captured:
        assert asking.get(f"{V1}/{address}").status_code == 200
    return len(captured)


def test_deliveries_are_those_of_the_page_and_each_is_told_once(broker: Broker) -> None:
    asking = program(broker.user("operations"))
    rows = feeds.deliveries(limit=100).rows
    told = every(asking, "deliveries", limit=1)
    assert sorted(one["id"] for one in told) == sorted(str(one.public_id) for one in rows)
    assert len(told) > 2
    assert [one["received_at"] for one in told] == sorted((one["received_at"] for one in told), reverse=True)
    for state in ("accepted", "rejected", "superseded"):
        ids = {one["id"] for one in every(asking, "deliveries", state=state)}
        assert ids == {str(one.public_id) for one in rows if one.state == state}
    assert every(asking, "deliveries", source="nobody") == []
    assert statements(asking, "deliveries?limit=1") == statements(asking, "deliveries?limit=500")
    assert code_of(asking.get(f"{V1}/deliveries?state=lost")) == (400, "invalid")
    for cursor in ("x", "!", "WzFd", "bnVsbA==", "WyIyIiwgIngiXQ==", "AAAA"):
        assert code_of(asking.get(f"{V1}/deliveries?cursor={cursor}")) == (400, "invalid"), cursor


def test_a_delivery_tells_what_was_refused_and_why(broker: Broker) -> None:
    asking = program(broker.user("operations"))
    wrong = next(one for one in feeds.deliveries(limit=100).rows if one.quarantined)
    whole = asking.get(f"{V1}/deliveries/{wrong.public_id}").json()
    assert (whole["state"], whole["quarantined"], whole["business_date"]) == (
        wrong.state, 3, fact_days()[-1].isoformat(),
    )  # fmt: skip
    rows = every(asking, f"deliveries/{wrong.public_id}/quarantine", limit=2)
    expected = feeds.quarantine(wrong.public_id, limit=None)
    assert [(one["line"], one["rule"], one["value"]) for one in rows] == [
        (one.line, one.rule, one.value) for one in expected
    ]
    assert {one["line"] for one in rows} == {2, 3, 4}
    assert all(one["detail"] for one in rows)
    looks = AuditEvent.objects.filter(action="read", subject_kind="quarantine", subject_key=str(wrong.public_id))
    assert looks.count() == -(-len(expected) // 2)
    good = next(one for one in feeds.deliveries(limit=100).rows if not one.quarantined)
    assert asking.get(f"{V1}/deliveries/{good.public_id}/quarantine").json() == {"data": [], "next": None}
    assert asking.get(f"{V1}/deliveries/{good.public_id}").json()["files"][0]["sha256"]
    for address in (f"deliveries/{UUID(int=1)}", f"deliveries/{UUID(int=1)}/quarantine"):
        assert code_of(asking.get(f"{V1}/{address}")) == (404, "not_found")
    assert code_of(asking.get(f"{V1}/deliveries/{wrong.public_id}/quarantine?cursor=LTE=")) == (400, "invalid")


def test_a_report_is_read_as_it_was_sent_by_its_own_units(broker: Broker) -> None:
    root, branch, other = places()
    mine, house = (made(plan_of(unit), fact_days()[-1]) for unit in (branch, root))
    assert branch != other or root != branch
    asking = program(broker.user("head_office_manager"))
    assert {one["id"] for one in every(asking, "reports", limit=1)} == {str(mine.public_id), str(house.public_id)}
    (one,) = every(asking, "reports", unit=branch.code, frequency="daily")
    whole = asking.get(f"{V1}/reports/{one['id']}").json()
    expected: Any = printed("matrix", f"--unit={branch.code}", f"--since={one['since']}")
    assert whole["rows"] == expected["rows"]
    for form, document in (("pdf", mine.pdf_id), ("xlsx", mine.workbook_id)):
        answer = asking.get(f"{V1}/reports/{one['id']}/report.{form}", headers={"Accept": "application/pdf"})
        assert answer.content == read_document(document)
        assert "no-store" in answer["Cache-Control"]
    assert AuditEvent.objects.filter(action="read", subject_key=one["id"]).count() == 3
    below = program(broker.user("branch_manager"))
    for address in ("", "/report.pdf", "/report.xlsx"):
        assert code_of(below.get(f"{V1}/reports/{house.public_id}{address}")) == (404, "not_found")


def test_subscriptions_are_those_of_ones_clients_with_the_end_that_holds(broker: Broker) -> None:
    asking = program(broker.user("head_office_manager"))
    told = every(asking, "subscriptions", limit=50)
    assert len(told) == len({one["id"] for one in told}) == Subscription.objects.count()
    here = every(asking, "subscriptions", source="here")
    assert {one["contract"]["number"] for one in here} == set(
        Contract.objects.exclude(subscription=None).values_list("number", flat=True)
    )
    today = clock.shanghai_today().isoformat()
    live = {one["id"] for one in every(asking, "subscriptions", in_force_on=today)}
    assert live == {one["id"] for one in told if one["start"] <= today and (one["end"] is None or one["end"] > today)}
    grid = every(asking, "subscriptions", product="grid")
    assert [one["id"] for one in grid] == [one["id"] for one in told if one["product"] == "grid"]
    client = told[0]["client"]
    mine = every(asking, "subscriptions", client=client)
    assert {one["code"] for one in mine} == set(
        Client.objects.get(public_id=client).subscriptions.values_list("code", flat=True)
    )
    assert statements(asking, "subscriptions?limit=1") == statements(asking, "subscriptions?limit=50")
    below = program(broker.user("branch_manager"))
    codes = {one.code for one in visible_units(broker.user("branch_manager"), clock.shanghai_today())}
    theirs = every(below, "subscriptions", limit=500)
    assert {one["id"] for one in theirs} == {one["id"] for one in told if one["outlet"] in codes}
    foreign = next((one for one in told if one["outlet"] not in codes), None)
    if foreign is not None:
        assert code_of(below.get(f"{V1}/subscriptions/{foreign['id']}")) == (404, "not_found")
    assert code_of(below.get(f"{V1}/subscriptions?unit=nowhere")) == (404, "not_found")


def test_the_proof_of_a_signature_is_taken_by_who_reads_papers_and_holds(broker: Broker) -> None:
    outbox.dispatch_all()
    asking = program(broker.user("compliance"))
    one = every(asking, "subscriptions", source="here")[0]
    whole = asking.get(f"{V1}/subscriptions/{one['id']}").json()
    assert next(move["kind"] for move in whole["moves"]) == "signed"
    assert whole["evidence"]["position"] >= 1
    answer = asking.get(f"{V1}/subscriptions/{one['id']}/evidence")
    assert answer.status_code == 200
    assert AuditEvent.objects.filter(action="export_evidence", subject_key=one["code"]).count() == 1
    assert code_of(program(broker.user("head_office_manager")).get(f"{V1}/subscriptions/{one['id']}/evidence")) == (
        403, "not_allowed",
    )  # fmt: skip
    judged = asking.post(f"{V1}/verification/pack", {"pack": SimpleUploadedFile("p.pack", answer.content)}).json()
    assert (judged["ok"], judged["subscription"], judged["trust"]) == (True, one["code"], "given")
    spoilt = bytearray(answer.content)
    spoilt[len(spoilt) // 2] ^= 1
    judged = asking.post(f"{V1}/verification/pack", {"pack": SimpleUploadedFile("p.pack", bytes(spoilt))}).json()
    assert not judged["ok"]
    assert judged["findings"]
    told = next(one for one in every(asking, "subscriptions", source="core"))
    assert code_of(asking.get(f"{V1}/subscriptions/{told['id']}/evidence")) == (404, "not_found")
    assert asking.get(f"{V1}/subscriptions/{told['id']}").json()["evidence"] is None


def test_a_paper_is_judged_and_what_is_none_is_named(broker: Broker, settings: Any) -> None:
    asking = program(broker.user("branch_manager"))
    contract = Contract.objects.exclude(signature="").earliest("pk")
    pdf = read_document(contract.signature)
    address = f"{V1}/verification/paper"
    judged = asking.post(address, {"paper": SimpleUploadedFile("a.pdf", pdf)}).json()
    assert (judged["ours"], judged["findings"]) == (True, [])
    assert judged["marks"][0]["role"] == "platform"
    judged = asking.post(address, {"paper": SimpleUploadedFile("a.pdf", pdf + b"\n%x")}).json()
    assert judged["ours"] is False
    assert json.dumps(judged["findings"]) != "[]"
    assert code_of(asking.post(address, {})) == (400, "invalid")
    settings.VERIFY_BYTES = 10
    assert code_of(asking.post(address, {"paper": SimpleUploadedFile("a.pdf", pdf)})) == (413, "too_large")
    assert code_of(Program().post(address, {})) == (401, "not_authenticated")
