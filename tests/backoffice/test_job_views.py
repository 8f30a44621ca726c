"""The page of job runs through the whole stack: who sees it, what it lists, and asking once more for what failed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.rules import Role
from backoffice.views.jobs import PAGE
from core import jobs
from core.actor import system
from core.models import AuditEvent, JobRun
from core.states import JobState
from tests.accounts.organisation import organise, staff

pytestmark = pytest.mark.django_db

AT = datetime(2025, 1, 5, 18, 10, tzinfo=UTC)
DAY = date(2024, 12, 31)
UNKNOWN = UUID(int=0)
BY = system("test")
STATEMENTS = 15
"""Of one answer, with the login and the bounds of its transaction."""


@pytest.fixture
def operator(db: None) -> User:
    organise()
    return staff("operator", "HQ", Role.OPERATIONS)


def inside(user: User, language: str = "en") -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = language
    return client


def asked(number: int = 0, job: str = "tasks.close") -> JobRun:
    return jobs.request(job, DAY, f"{number}", by=BY, at=AT + timedelta(minutes=number))[0]


def running(number: int = 0, done: int = 1, total: int = 4) -> JobRun:
    run = jobs.claim(run_id=asked(number).pk, by=BY, at=AT)
    assert run is not None
    far = jobs.Progress(done, total, "day")
    assert jobs.heartbeat(run_id=run.pk, attempt=run.attempts, by=BY, at=AT, progress=far)
    return run


def failed(number: int = 0, *, park: bool = True, error: str = "Traceback\nOSError: <b>no disk</b>") -> JobRun:
    return jobs.fail(run_id=running(number).pk, error=error, by=BY, at=AT, park=park)


def test_the_page_tells_what_runs_and_what_waits(operator: User) -> None:
    gone, run = failed(1), running(2)
    html = inside(operator).get("/jobs/").content.decode()
    assert re.search(r'<progress max="4"\s+value="1"', html)
    assert "1 of 4 days" in html
    assert "parked, waits for a person" in html
    assert "OSError: &lt;b&gt;no disk&lt;/b&gt;" in html
    assert f'action="/jobs/{gone.public_id}/again/"' in html
    assert f'action="/jobs/{run.public_id}/again/"' not in html
    assert re.search(rf'hx-select-oob="#states,#run-{run.public_id}"', html), (
        "only what changes by itself is drawn anew"
    )
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_nothing_is_asked_for_again_and_again_once_all_is_done(operator: User) -> None:
    run = running()
    jobs.finish(run_id=run.pk, result={}, by=BY, at=AT)
    html = inside(operator).get("/jobs/").content.decode()
    assert "4 of 4 days" in html
    assert "hx-trigger" not in html.split('<main id="main">')[1]


def test_before_the_first_run_the_page_says_when_one_appears(operator: User) -> None:
    assert "Nothing has been asked for yet" in inside(operator).get("/jobs/").content.decode()
    assert "No run is in this state" in inside(operator).get("/jobs/?state=parked").content.decode()
    assert "还没有提交过任务" in inside(operator, "zh-hans").get("/jobs/").content.decode()


def test_the_list_is_cut_into_pages_and_chosen_by_state(operator: User) -> None:
    for number in range(PAGE + 2):
        asked(number)
    parked = failed(90)
    client = inside(operator)
    first = client.get("/jobs/").content.decode()
    second = client.get(following(first)).content.decode()
    assert first.count('<tbody id="run-') == PAGE
    assert second.count('<tbody id="run-') == 3
    assert client.get(following(second)).content.decode().count('<tbody id="run-') == PAGE, "and back"
    chosen = client.get("/jobs/?state=parked").content.decode()
    assert re.findall(r'<tbody id="run-([0-9a-f-]{36})"', chosen) == [str(parked.public_id)]
    waiting = client.get("/jobs/?state=requested").content.decode()
    assert "state=requested" in following(waiting)
    for broken in ("state=lost", "after=x", "before=%5B1%5D", "job=%00"):
        assert client.get(f"/jobs/?{broken}").status_code == 404, broken


def following(html: str) -> str:
    """Return the first address below a list that leads to another page of it."""
    (address,) = re.findall(r'<p class="pager">\s*<a href="([^"]+)"', html)
    return str(address).replace("&amp;", "&")


def test_runs_of_one_job_are_chosen_and_stay_so_after_an_act(operator: User) -> None:
    asked(1, "tasks.serve")
    run, client = failed(2), inside(operator)
    html = client.get("/jobs/?job=close&state=parked").content.decode()
    assert re.findall(r'<tbody id="run-([0-9a-f-]{36})"', html) == [str(run.public_id)]
    assert re.search(r'<option value="close"\s+selected>', html)
    answer = client.post(f"/jobs/{run.public_id}/again/", {"state": "parked", "job": "close"})
    assert answer.headers["Location"] == "/jobs/?state=parked&job=close"
    assert "No run is in this state" in client.get("/jobs/?job=unheard").content.decode()


@pytest.mark.parametrize("park", [True, False])
def test_a_person_asks_once_more_and_that_is_on_record(operator: User, park: bool) -> None:
    run = failed(park=park)
    answer = inside(operator).post(f"/jobs/{run.public_id}/again/", {"state": "parked"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/jobs/?state=parked")
    run.refresh_from_db()
    assert (run.state, run.attempts) == (JobState.REQUESTED, 0)
    event = AuditEvent.objects.filter(action="job_request_again").latest("pk")
    assert (event.actor_kind, event.actor_name, event.user_id) == ("user", "operator", operator.pk)
    assert event.subject_key == str(run.pk)


def test_what_does_not_wait_for_a_person_is_left_alone(operator: User) -> None:
    run = running()
    client, events = inside(operator), AuditEvent.objects.count()
    answer = client.post(f"/jobs/{run.public_id}/again/")
    assert (answer.status_code, "not to be tried again" in answer.content.decode()) == (409, True)
    assert client.post(f"/jobs/{UNKNOWN}/again/").status_code == 404
    assert client.post(f"/jobs/{run.public_id}/again/", {"state": "lost"}).status_code == 404
    assert client.get(f"/jobs/{run.public_id}/again/").status_code == 405
    run.refresh_from_db()
    assert (run.state, AuditEvent.objects.count()) == (JobState.RUNNING, events)


def test_strangers_find_nothing_and_change_nothing(operator: User) -> None:
    run = failed()
    strangers = [
        staff("branch", "B1", Role.OPERATIONS), staff("planner", "HQ", Role.PRODUCT_MANAGER), staff("nobody"),
    ]  # fmt: skip
    for user in strangers:
        assert inside(user).get("/jobs/").status_code == 404, user
        assert inside(user).post(f"/jobs/{run.public_id}/again/").status_code == 404, user
        assert "/jobs/" not in inside(user).get("/matrix/").content.decode(), user
    for answer in (Client().get("/jobs/"), Client().post(f"/jobs/{run.public_id}/again/")):
        assert (answer.status_code, answer.headers["Location"].startswith("/accounts/login/")) == (302, True)
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(operator)
    assert forged.post(f"/jobs/{run.public_id}/again/").status_code == 403
    run.refresh_from_db()
    assert run.state == JobState.PARKED


def test_more_runs_need_no_more_queries(operator: User) -> None:
    client, counts = inside(operator), []
    for number in (0, 1, 2):
        failed(number)
        if number != 1:
            with CaptureQueriesContext(connection) as told:
                assert client.get("/jobs/").status_code == 200
            counts.append(len(told))
    assert counts[0] == counts[1] <= STATEMENTS


def test_the_chinese_page_has_no_english_sentence(operator: User) -> None:
    failed(1, error="")
    running(2)
    html = inside(operator, "zh-hans").get("/jobs/").content.decode()
    assert {*re.findall(r"[A-Za-z]{3,}", re.sub(r"<[^>]+>", " ", html))} <= {"English", "Esc", "operator"}
