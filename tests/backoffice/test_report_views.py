"""The pages of reports: who finds them, that they show what was frozen, and that to look is an event."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from accounts.models import User
from accounts.rules import Role
from core import clock
from core.models import AuditEvent, JobRun
from smart_products.reports.models import Recipient, ReportDelivery, ReportPlan
from smart_products.reports.operations import send_report, set_up_recipient
from smart_products.reports.states import Frequency, Language
from tests.accounts.organisation import BY, organise, staff
from tests.houses import standing
from tests.reports.written import report

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def people(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, User]]:
    """The small organisation with a report of a branch, and readers around it."""
    folder: Path = tmp_path_factory.mktemp("documents")
    with standing(django_db_blocker), override_settings(DOCUMENTS_DIR=folder):
        organise()
        yield {
            "head": staff("head", "HQ", Role.HEAD_OFFICE_MANAGER),
            "admin": staff("admin", "B1", Role.ADMINISTRATOR),
            "branch": staff("branch", "B1", Role.BRANCH_MANAGER),
            "sibling": staff("sibling", "B2", Role.BRANCH_MANAGER),
            "far": staff("far", "B2", Role.ADMINISTRATOR),
            "outlet": staff("outlet", "O11", Role.OUTLET_MANAGER),
            "nobody": staff("nobody"),
        }


def inside(user: User, language: str = "en") -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = language
    return client


def test_a_report_is_found_by_those_above_it_alone(people: dict[str, User]) -> None:
    held = report()
    pages = [f"/reports/{held.public_id}/{end}" for end in ("", "report.pdf", "report.xlsx")]
    for who, status in (("head", 200), ("branch", 200), ("admin", 200), ("sibling", 404), ("outlet", 404)):
        client = inside(people[who])
        assert [client.get(page).status_code for page in pages] == [status] * 3, who
        assert (str(held.public_id) in client.get("/reports/").content.decode()) == (status == 200)
    assert [inside(people["nobody"]).get(page).status_code for page in [*pages, "/reports/"]] == [404] * 4
    assert [Client().get(page).status_code for page in pages] == [302] * 3
    read = AuditEvent.objects.filter(action="read", subject_kind="report", subject_key=str(held.public_id))
    assert {event.details["as"] for event in read} == {"page", "pdf", "xlsx"}
    assert {event.place for event in read} == {held.plan.unit.path}


def test_the_page_shows_what_was_frozen_and_gives_the_very_bytes(people: dict[str, User]) -> None:
    held = report(language=Language.ENGLISH)
    client = inside(people["branch"], "zh-hans")
    html = client.get(f"/reports/{held.public_id}/").content.decode()
    assert "400,009,521,561" not in html
    assert "CNY 4.00 bn" in html, "in the language of the report, not of the reader"
    assert held.pdf_id in html
    for form, sha in (("pdf", held.pdf_id), ("xlsx", held.workbook_id)):
        answer = client.get(f"/reports/{held.public_id}/report.{form}")
        assert hashlib.sha256(answer.content).hexdigest() == sha
        assert answer["Cache-Control"].startswith("private, no-store")


def test_who_manages_sends_again_and_makes_again(people: dict[str, User]) -> None:
    held = report()
    set_up_recipient(plan=held.plan, user=people["branch"], by=BY, at=clock.now())
    (row,) = send_report(report=held, by=BY, at=clock.now())
    resend, again = f"/reports/deliveries/{row.public_id}/again/", f"/reports/{held.public_id}/again/"
    for who in ("branch", "sibling", "far", "outlet", "nobody"):
        assert [inside(people[who]).post(one).status_code for one in (resend, again)] == [404, 404], who
    assert ReportDelivery.objects.count() == 1
    assert not JobRun.objects.exists()
    client = inside(people["admin"])
    assert [client.post(one).status_code for one in (resend, again)] == [302, 302]
    assert [client.get(one).status_code for one in (resend, again)] == [405, 405]
    assert ReportDelivery.objects.count() == 2
    assert JobRun.objects.get().job == "tasks.report_again"
    assert "Send again" in client.get(f"/reports/{held.public_id}/").content.decode()
    assert "Send again" not in inside(people["branch"]).get(f"/reports/{held.public_id}/").content.decode()


def test_a_plan_and_its_list_by_two_people(people: dict[str, User]) -> None:
    admin, head = inside(people["admin"]), inside(people["head"])
    posted = {"unit": "B1", "frequency": "weekly", "language": "en"}
    assert inside(people["branch"]).get("/reports/plans/").status_code == 404
    assert inside(people["far"]).post("/reports/plans/", posted).status_code == 422
    assert admin.post("/reports/plans/", {**posted, "unit": "HQ"}).status_code == 422
    assert admin.post("/reports/plans/", posted).status_code == 302
    plan = ReportPlan.objects.get(frequency=Frequency.WEEKLY)
    act = f"/reports/plans/{plan.public_id}"
    for given, status in (
        ({"username": "sibling"}, 422),
        ({"username": "no one"}, 422),
        ({"username": "branch", "address": "x"}, 422),
        ({"username": "branch", "address": "a@elsewhere.example"}, 422),
        ({"username": "branch"}, 302),
        ({"username": "branch"}, 409),
    ):
        assert admin.post(f"{act}/propose/", given).status_code == status, given
    one = Recipient.objects.get()
    confirm = f"/reports/recipients/{one.public_id}/confirm/"
    assert admin.post(confirm).status_code == 403
    assert inside(people["far"]).post(confirm).status_code == 404
    assert "Waits for a second person" in head.get("/reports/plans/").content.decode()
    assert head.post(confirm).status_code == 302
    assert head.post(f"/reports/recipients/{one.public_id}/withdraw/").status_code == 302
    assert inside(people["far"]).post(f"{act}/end/").status_code == 404
    assert admin.post(f"{act}/end/").status_code == 302
    assert str(plan.public_id) not in head.get("/reports/plans/").content.decode()


def test_the_list_takes_as_many_statements_with_three_as_with_one(people: dict[str, User]) -> None:
    client = inside(people["head"])

    def taken(page: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer: Any = client.get(page)
        assert answer.status_code == 200
        return len(captured)

    report()
    one = [taken(page) for page in ("/reports/", "/reports/plans/")]
    report(frequency=Frequency.DAILY)
    report("B2")
    assert [taken(page) for page in ("/reports/", "/reports/plans/")] == one
    assert max(one) <= 15
    found = client.get("/reports/?unit=B2&frequency=monthly").content.decode()
    assert found.count('<th scope="row">') == 1
    assert client.get("/reports/?frequency=hourly").status_code == 404
