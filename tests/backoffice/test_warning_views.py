"""Warnings and subscriptions set aside, through the whole stack: who reads, who decides, what a refusal says."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.rules import Role
from core.models import AuditEvent
from smart_products.holdings.models import DeliveryWarning
from smart_products.signing.models import SetAside, Subscription
from smart_products.signing.operations import SubscriptionRow, merge_subscriptions
from tests.accounts.organisation import AT, SOURCE, staff
from tests.holdings.warned import delivered, ids, told
from tests.signing.contracts import BY, found_broker, signed

pytestmark = pytest.mark.django_db

LIST, SIGN, ASIDE, DECIDE = (
    "/operations/warnings/",
    "/operations/warnings/sign/",
    "/operations/aside/",
    "/operations/aside/decide/",
)
DAY = date(2024, 3, 4)
STATEMENTS = 15


@pytest.fixture
def operator(db: None) -> User:
    found_broker()
    return staff("operator", "HQ", Role.OPERATIONS)


def inside(user: User, language: str = "en") -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = language
    return client


def set_aside() -> SetAside:
    """A client signed here, and the feed tells of the same two days later."""
    signed(DAY)
    theirs = SubscriptionRow("S1", "C1", "GRID", "A1", date(2024, 3, 6), None, None, False, AT)
    merge_subscriptions(source=SOURCE, upserts=[theirs], removed=(), by=BY, at=AT)
    return SetAside.objects.get()


def test_open_warnings_are_listed_chosen_and_signed_off(operator: User) -> None:
    row = delivered(told("negative_value", "<b>-1</b>"), told("values_jumped"))
    client, (first, second) = inside(operator), ids(row)
    html = client.get(LIST).content.decode()
    assert (html.count('name="warning"'), "&lt;b&gt;-1&lt;/b&gt;" in html) == (2, True)
    assert f'href="/feeds/{row.public_id}/"' in html
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", html)
    answer = client.post(SIGN, {"warning": [first], "reason": "margin trading"})
    assert (answer.status_code, answer.headers["Location"]) == (302, LIST)
    assert client.get(LIST).content.decode().count('name="warning"') == 1
    seen = client.get(f"{LIST}?state=signed").content.decode()
    assert "margin trading" in seen
    assert "Signed off by operator" in seen
    page = client.get(f"/feeds/{row.public_id}/").content.decode()
    assert ("margin trading" in page, page.count('name="warning"')) == (True, 1)
    back = client.post(SIGN, {"warning": [second], "reason": "ok", "delivery": row.public_id})
    assert back.headers["Location"] == f"/feeds/{row.public_id}/"


def test_filters_narrow_and_stand_in_the_address(operator: User) -> None:
    delivered(told("negative_value"), told("values_jumped"))
    client = inside(operator)
    assert client.get(f"{LIST}?rule=negative_value").content.decode().count('name="warning"') == 1
    assert client.get(f"{LIST}?source=other").content.decode().count('name="warning"') == 0
    for broken in ("state=lost", "rule=%00", "after=x"):
        assert client.get(f"{LIST}?{broken}").status_code == 404, broken


def test_a_refusal_says_why_and_keeps_what_was_typed(operator: User) -> None:
    row, client = delivered(told("negative_value")), inside(operator)
    assert "The reason is missing" in client.post(SIGN, {"warning": ids(row), "reason": ""}).content.decode()
    empty = client.post(SIGN, {"reason": "typed so far"})
    assert (empty.status_code, "Nothing was chosen" in empty.content.decode()) == (422, True)
    assert 'value="typed so far"' in empty.content.decode()
    client.post(SIGN, {"warning": ids(row), "reason": "seen"})
    late = client.post(SIGN, {"warning": ids(row), "reason": "seen"})
    assert (late.status_code, "Somebody was faster" in late.content.decode()) == (409, True)
    assert client.post(SIGN, {"warning": ["x"], "reason": "seen"}).status_code == 404


@pytest.mark.parametrize(("choice", "state"), [("kept_ours", "active"), ("took_theirs", "terminated")])
def test_a_person_decides_between_ours_and_theirs(operator: User, choice: str, state: str) -> None:
    row, client = set_aside(), inside(operator)
    html = client.get(ASIDE).content.decode()
    assert ('value="S1"' in html, 'value="took_theirs"' in html) == (True, True)
    answer = client.post(DECIDE, {"source": row.source, "code": row.code, "choice": choice})
    assert (answer.status_code, answer.headers["Location"]) == (302, ASIDE)
    row.refresh_from_db()
    assert (row.choice, row.decided_by, row.contract.state) == (choice, "operator", state)
    assert Subscription.objects.filter(source=SOURCE, code="S1").exists() is (choice == "took_theirs")
    assert AuditEvent.objects.filter(action="decide", subject_kind="set_aside", actor_name="operator").count() == 1
    again = client.post(DECIDE, {"source": row.source, "code": row.code, "choice": "kept_ours"})
    assert (again.status_code, "Somebody was faster" in again.content.decode()) == (409, True)
    assert 'value="S1"' not in client.get(ASIDE).content.decode()
    assert "operator" in client.get(f"{ASIDE}?state=all").content.decode()


def test_who_only_reads_and_who_finds_nothing(operator: User) -> None:
    row, aside = delivered(told("negative_value")), set_aside()
    posts = {
        SIGN: {"warning": ids(row), "reason": "x"},
        DECIDE: {"source": aside.source, "code": aside.code, "choice": "kept_ours"},
    }
    reader = inside(staff("head", "HQ", Role.HEAD_OFFICE_MANAGER))
    for address in (LIST, ASIDE):
        html = reader.get(address).content.decode()
        assert 'name="warning"' not in html
        assert 'name="choice"' not in html
    strangers = [staff("branch", "B1", Role.OPERATIONS), staff("planner", "HQ", Role.PRODUCT_MANAGER), staff("none")]
    for user in strangers:
        assert {inside(user).get(address).status_code for address in (LIST, ASIDE)} == {404}, user
    for user in [*strangers, User.objects.get(username="head")]:
        assert {inside(user).post(address, given).status_code for address, given in posts.items()} == {404}, user
    assert {Client().post(address, given).status_code for address, given in posts.items()} == {302}
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(operator)
    assert {forged.post(address, given).status_code for address, given in posts.items()} == {403}
    assert DeliveryWarning.objects.get().signed_at is None
    assert not SetAside.objects.get().choice


def test_a_look_at_clients_is_on_record(operator: User) -> None:
    set_aside()
    inside(operator).get(ASIDE)
    assert AuditEvent.objects.filter(action="read", subject_kind="set_aside", actor_name="operator").count() == 1


def test_more_rows_need_no_more_statements(operator: User) -> None:
    client, counts = inside(operator), []
    for number in (1, 3):
        for sequence in range(number):
            delivered(told("negative_value"), sequence=10 * number + sequence)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(LIST).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= STATEMENTS
