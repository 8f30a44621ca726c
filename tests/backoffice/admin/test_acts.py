"""Acts of the admin: each says what will happen, calls its operation, and is on record; a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client as Browser
from pytest_django import DjangoDbBlocker

from accounts.models import Client, Notice, NoticeDelivery, User
from accounts.rules import Channel, NoticeKind
from core import clock, jobs, outbox
from core.actor import system
from core.models import AuditEvent, JobRun, StoragePeriod
from smart_products.catalogue.models import BannedPhrase, Family, PhraseContext
from tests.backoffice.admin.house import TABLES, founded, inside, said, table

pytestmark = pytest.mark.django_db

BY = system("test")


@pytest.fixture(autouse=True, scope="module")
def _house(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    with founded(django_db_blocker, tmp_path_factory.mktemp("papers")):
        yield


def way(label: str, row: Any, act: str) -> str:
    """Return the address of an act on a row, or on the table."""
    key = "" if row is None else f"{TABLES[label].key_of(row)}/"
    return f"{table(label)}{key}act/{act}/"


def done(who: str, address: str, /, **given: Any) -> Any:
    """Look at an act, then do it, and return the answer."""
    browser = inside(who)
    assert browser.get(address).status_code == 200
    return browser.post(address, given)


def actions(name: str) -> list[str]:
    found = AuditEvent.objects.filter(actor_name=name).exclude(action="read").order_by("pk")
    return list(found.values_list("action", flat=True))


def parked(scope: str) -> JobRun:
    at = clock.now()
    run = jobs.request("tasks.backfill", None, scope, by=BY, at=at)[0]
    jobs.claim(run_id=run.pk, by=BY, at=at)
    return jobs.fail(run_id=run.pk, error="no disk", by=BY, at=at, park=True)


def test_a_family_gets_its_name_from_a_product_manager_alone() -> None:
    family = Family.objects.first()
    assert family is not None
    address = way("catalogue.Family", family, "name")
    assert done("products", address, name="网格", name_en="Grids")["Location"].endswith("/change/")
    family.refresh_from_db()
    assert (family.name, family.name_en, actions("products")) == ("网格", "Grids", ["name_family"])
    for stranger in ("checker", "admin", "manager"):
        assert inside(stranger).post(address, {"name": "x"}).status_code == 404
    empty = inside("products").post(address, {"name": ""})
    assert (empty.status_code, 'role="alert"' in empty.content.decode()) == (422, True)
    family.refresh_from_db()
    assert family.name == "网格"


def test_compliance_keeps_the_lists_of_the_lint() -> None:
    done("checker", way("catalogue.BannedPhrase", None, "ban"), language="zh", phrase="稳/赚~不赔", reason="promise")
    phrase = BannedPhrase.objects.get(phrase="稳/赚~不赔")
    assert done("checker", way("catalogue.BannedPhrase", phrase, "keep"), reason="lure").status_code == 302
    phrase.refresh_from_db()
    assert (phrase.active, phrase.reason) == (False, "lure")
    done("checker", way("catalogue.PhraseContext", None, "add"), language="zh", wording="不…", excuses="on")
    context = PhraseContext.objects.get(wording="不…")
    done("checker", way("catalogue.PhraseContext", context, "keep"), active="on")
    context.refresh_from_db()
    assert (context.excuses, context.active) == (False, True)
    assert done("checker", way("catalogue.PhraseContext", None, "add"), language="zh", wording="…").status_code == 422
    assert actions("checker") == ["keep_phrase", "keep_phrase", "keep_context", "keep_context"]
    assert inside("products").get(way("catalogue.BannedPhrase", None, "ban")).status_code == 404


def test_a_storage_period_keeps_to_the_law() -> None:
    period = StoragePeriod.objects.filter(nature="record")[0]
    address = way("core.StoragePeriod", period, "keep")
    refused = done("checker", address, months=12, source="a wish")
    assert (refused.status_code, "The law demands" in said(refused.content.decode())) == (409, True)
    assert actions("checker") == []
    done("checker", address, months=300, source="a rule of the house")
    period.refresh_from_db()
    assert (period.months, actions("checker")) == (300, ["set_storage_period"])


def test_runs_are_asked_for_again_one_or_all() -> None:
    first, second, third = (parked(name) for name in ("a", "b", "c"))
    done("operator", way("core.JobRun", first, "again"))
    assert inside("operator").post(way("core.JobRun", first, "again")).status_code == 404
    every = way("core.JobRun", None, "again-parked")
    assert "2 parked runs" in said(inside("operator").get(every).content.decode())
    done("operator", every)
    assert {JobRun.objects.get(pk=one.pk).state for one in (first, second, third)} == {"requested"}
    assert actions("operator") == ["job_request_again"] * 3


def test_a_notice_that_was_given_up_is_sent_again_by_operations_alone() -> None:
    client, at = Client.objects.get(code="C1"), clock.now()
    event = outbox.emit(kind="x", subject_kind="y", subject_key="z", business_date=at.date(), payload={}, at=at)
    notice = Notice.objects.create(client=client, kind=NoticeKind.values[0], params={}, at=at, event=event)
    delivery = NoticeDelivery.objects.create(
        notice=notice, channel=Channel.SMS, state="given_up", attempts=8, error="nobody", due_at=at
    )
    address = way("accounts.NoticeDelivery", delivery, "again")
    for stranger in ("checker", "branch", "admin", "manager"):
        assert inside(stranger).post(address).status_code == 404, stranger
    assert "put in line once more" in said(inside("operator").get(address).content.decode())
    assert done("operator", address).status_code == 302
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("waiting", 0)
    told = AuditEvent.objects.exclude(action="read").get(actor_name="operator")
    assert (told.action, told.subject_key) == ("send_again", str(delivery.public_id))
    assert inside("operator").post(address).status_code == 404, "it waits already"


def test_a_login_is_switched_off_and_on_within_reach() -> None:
    manager, own = User.objects.get(username="manager"), User.objects.get(username="branch_admin")
    assert done("branch_admin", way("accounts.User", manager, "off")).status_code == 302
    manager.refresh_from_db()
    assert not manager.is_active
    done("branch_admin", way("accounts.User", manager, "on"))
    refused = done("branch_admin", way("accounts.User", own, "off"))
    assert (refused.status_code, "Nobody does this for himself" in said(refused.content.decode())) == (409, True)
    assert (
        inside("branch_admin").post(way("accounts.User", User.objects.get(username="head"), "off")).status_code == 404
    )
    assert User.objects.filter(username__in=["manager", "branch_admin", "head"], is_active=True).count() == 3
    assert actions("branch_admin") == ["switch_off", "switch_on"]


def test_an_act_stands_only_where_it_fits() -> None:
    waiting = parked("waiting")
    assert inside("operator").get(way("core.JobRun", waiting, "again-parked")).status_code == 404
    assert inside("operator").get(way("core.JobRun", None, "again")).status_code == 404
    assert Browser().post(way("core.JobRun", None, "again-parked")).status_code == 302
