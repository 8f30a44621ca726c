"""The calendar's page through the whole stack: shown first, then proposed, then confirmed by somebody else."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.rules import Role
from core.models import CalendarDay, CalendarProposal
from tests.accounts.organisation import organise, staff
from tests.tasks.house import import_days

pytestmark = pytest.mark.django_db

PAGE, PROPOSE = "/operations/calendar/", "/operations/calendar/propose/"
HEAD = "day,trading,working\n"
NEW = f"{HEAD}2026-01-01,0,0\n2026-01-02,1,1\n"
STATEMENTS = 15


@pytest.fixture
def operator(db: None) -> User:
    organise()
    import_days(date(2025, 12, 1), date(2025, 12, 31))
    return staff("operator", "HQ", Role.OPERATIONS)


def inside(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def show(client: Client, text: str) -> Any:
    return client.post(PROPOSE, {"file": SimpleUploadedFile("days.csv", text.encode())})


def test_a_file_is_shown_proposed_and_confirmed_by_a_colleague(operator: User) -> None:
    mine, other = inside(operator), inside(staff("colleague", "HQ", Role.OPERATIONS))
    html = show(mine, NEW).content.decode()
    assert "2 days are added, from 2026-01-01 to 2026-01-02." in html
    assert not CalendarProposal.objects.exists()
    text = re.search(r'<textarea name="text" hidden>(.*?)</textarea>', html, re.DOTALL)
    assert text is not None
    assert mine.post(PROPOSE, {"text": text[1], "sure": "1"}).status_code == 302
    act = f"{PAGE}{CalendarProposal.objects.get().public_id}/confirm/"
    seen = mine.get(PAGE).content.decode()
    assert ("A colleague confirms what you proposed." in seen, act in seen) == (True, False)
    refused = mine.post(act)
    assert (refused.status_code, "Two people are needed" in refused.content.decode()) == (403, True)
    assert act in other.get(PAGE).content.decode()
    assert other.post(act).status_code == 302
    assert CalendarDay.objects.filter(day__year=2026).count() == 2
    late = other.post(act)
    assert (late.status_code, "Somebody was faster" in late.content.decode()) == (409, True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{HEAD}2026-01-01,0,x\n", "Line 2: the column working must be 1 or 0."),
        (f"{HEAD}2026-02-30,0,0\n", "Line 2: 2026-02-30 in the column day is no date."),
        ("\udcff", "The file was refused."),
    ],
)
def test_a_wrong_file_is_refused_by_line_and_column(operator: User, text: str, told: str) -> None:
    file = SimpleUploadedFile("days.csv", text.encode(errors="surrogateescape"))
    answer = inside(operator).post(PROPOSE, {"file": file})
    assert (answer.status_code, told in answer.content.decode()) == (422, True)


def test_a_hole_is_told_before_anybody_proposes(operator: User) -> None:
    html = show(inside(operator), f"{HEAD}2026-01-02,1,1\n").content.decode()
    assert ("2026-01-01 would be missing." in html, 'name="sure"' in html) == (True, False)
    answer = inside(operator).post(PROPOSE, {"text": f"{HEAD}2026-01-02,1,1\n", "sure": "1"})
    assert (answer.status_code, "A day would be missing" in answer.content.decode()) == (422, True)
    large = show(inside(operator), HEAD + "x" * (1 << 20))
    assert (large.status_code, "larger than one megabyte" in large.content.decode()) == (422, True)


def test_who_only_reads_and_who_finds_nothing(operator: User) -> None:
    reader = inside(staff("head", "HQ", Role.HEAD_OFFICE_MANAGER))
    html = reader.get(PAGE).content.decode()
    assert ("2025-12-31 without a gap" in html, "Import days" in html) == (True, False)
    strangers = [staff("branch", "B1", Role.OPERATIONS), staff("planner", "HQ", Role.PRODUCT_MANAGER), staff("none")]
    for user in strangers:
        assert inside(user).get(PAGE).status_code == 404, user
    inside(operator).post(PROPOSE, {"text": NEW, "sure": "1"})
    act = f"{PAGE}{CalendarProposal.objects.get().public_id}/confirm/"
    for user in [*strangers, User.objects.get(username="head")]:
        assert inside(user).post(PROPOSE, {"text": NEW, "sure": "1"}).status_code == 404, user
        assert inside(user).post(act).status_code == 404, user
    assert Client().post(act).status_code == 302
    assert CalendarProposal.objects.get().confirmed_at is None


def test_more_proposals_need_no_more_statements(operator: User) -> None:
    client, counts = inside(operator), []
    for number in (1, 3):
        for _ in range(number):
            client.post(PROPOSE, {"text": NEW, "sure": "1"})
        with CaptureQueriesContext(connection) as asked:
            assert client.get(PAGE).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= STATEMENTS
