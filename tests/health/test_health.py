"""Health through the whole stack: every alarm can be raised and stilled, page and command say the same, strangers see
nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.test import Client, override_settings
from django.utils.translation import override
from pytest_django import DjangoDbBlocker

from accounts.models import Unit, User
from accounts.rules import Role
from config.celery import app
from core import clock, jobs, outbox
from core.actor import system
from core.models import CalendarDay, OutboxReceipt
from smart_products.health.queries import health
from smart_products.health.rules import Check, State
from smart_products.health.words import said
from tasks.schedule import SCHEDULE
from tests.accounts.organisation import staff
from tests.delivered import Broker, published
from tests.statements import asked

pytestmark = pytest.mark.django_db

BY = system("test")
DAY = date(2024, 12, 31)
AT = datetime(2025, 1, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
STATEMENTS = 15


@pytest.fixture(scope="module")
def broker(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    with published(django_db_blocker, tmp_path_factory.mktemp("health") / "broker", clients=40, days=10) as broker:
        yield broker


def checks(today: date = date(2025, 1, 1), at: datetime = AT) -> dict[str, Check]:
    return {one.subject or one.code: one for one in health(today=today, at=at)}


def test_the_morning_after_the_feed_is_on_time_and_closed(broker: Broker) -> None:
    found = checks()
    assert found["core"].state is State.GOOD
    assert found["core"].values == {"newest": DAY, "behind": 0}
    assert (found["close"].state, found["close"].values["as_of"]) == (State.GOOD, DAY)
    assert (found["queue"].state, found["outbox"].values["parked"]) == (State.GOOD, 0)


@pytest.mark.parametrize(
    ("today", "behind", "state"),
    [(date(2025, 1, 2), 0, State.GOOD), (date(2025, 1, 3), 1, State.LOOK), (date(2025, 1, 7), 3, State.ACT)],
)
def test_a_feed_is_overdue_by_trading_days(broker: Broker, today: date, behind: int, state: State) -> None:
    """New Year's Day and the weekend are no trading days: nothing is due for them."""
    found = checks(today)["core"]
    assert (found.values["behind"], found.state) == (behind, state)


@pytest.mark.parametrize(("left", "state"), [(90, State.GOOD), (89, State.LOOK), (60, State.LOOK), (59, State.ACT)])
def test_fewer_than_sixty_calendar_days_raise_the_alarm(broker: Broker, left: int, state: State) -> None:
    CalendarDay.objects.filter(day__gt=AT.date() + timedelta(days=left)).delete()
    assert (checks()["calendar"].state, checks()["calendar"].values["days_left"]) == (state, left)


def test_what_waits_too_long_and_what_is_parked(broker: Broker) -> None:
    run = jobs.request("tasks.close", DAY, "x", by=BY, at=AT - timedelta(minutes=20))[0]
    assert checks()["queue"].state is State.LOOK
    assert checks(at=AT + timedelta(minutes=40))["queue"].state is State.ACT
    jobs.claim(run_id=run.pk, by=BY, at=AT)
    assert checks()["queue"].state is State.GOOD
    jobs.fail(run_id=run.pk, error="no", park=True, by=BY, at=AT)
    assert (checks()["queue"].state, checks()["queue"].values["parked"]) == (State.ACT, 1)


def test_beat_is_alive_while_what_it_sends_reaches_a_worker(broker: Broker) -> None:
    assert (checks()["schedule"].state, checks()["schedule"].values) == (State.LOOK, {"minutes": None})
    app.loader.import_default_modules()
    app.tasks[SCHEDULE["note_schedule"]["task"]]()
    assert checks(at=clock.now())["schedule"].state is State.GOOD
    for minutes, state in ((14, State.GOOD), (15, State.LOOK), (60, State.ACT)):
        jobs.note_schedule(by=BY, at=AT - timedelta(minutes=minutes))
        found = checks()["schedule"]
        assert (found.state, found.values["minutes"]) == (state, minutes)
    told = {}
    for language in ("zh-hans", "en"):
        with override(language):
            told[language] = said(found)
    assert told["en"].found == "What it sent last reached a worker 60 minutes ago."
    assert told["zh-hans"].found == "它发出的消息 60 分钟前最后一次到达工作进程。"
    assert told["zh-hans"].todo
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("health", json=True, stdout=out)
    assert "schedule" in [one["code"] for one in json.loads(out.getvalue())["checks"]]
    assert "Schedule (beat)" in inside(broker.user("operations")).get("/operations/").content.decode()


def test_a_parked_receipt_wants_an_act(broker: Broker) -> None:
    event = outbox.emit(kind="x", subject_kind="y", subject_key="z", business_date=DAY, payload={}, at=AT)
    OutboxReceipt.objects.exclude(event=event).filter(absorbed_at=None).update(absorbed_at=AT)
    assert (checks()["outbox"].values["waiting"], checks()["outbox"].state) == (1, State.GOOD)
    OutboxReceipt.objects.filter(event=event).update(parked_at=AT)
    assert (checks()["outbox"].values["parked"], checks()["outbox"].state) == (1, State.ACT)


@override_settings(DISK_LOOK_SHARE=1.1, DISK_ACT_SHARE=0.0)
def test_a_disk_wants_a_look(broker: Broker) -> None:
    disks = [one for one in health(today=AT.date(), at=AT) if one.code == "disk"]
    assert {one.state for one in disks} == {State.LOOK}
    named = [name for one in disks for name in one.values["folders"]]
    assert sorted(named) == ["anchors", "documents", "facts", "inbox", "temporary"], "each folder on one disk"


def test_page_and_command_say_the_same_and_the_command_ends_so(broker: Broker) -> None:
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("health", json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert (ended.value.code, told["state"]) == (1, "act")
    html = inside(broker.user("operations")).get("/operations/").content.decode()
    rows = re.findall(r'<td>\s*<span class="verdict (\w+)">(\w+)</span>', html)
    assert [state for _mark, state in rows] == [one["state"] for one in told["checks"]]
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", html)


def test_every_state_that_is_not_good_says_what_to_do(broker: Broker) -> None:
    html = inside(broker.user("operations")).get("/operations/").content.decode()
    for row in re.findall(r"<tr>.*?</tr>", html, re.DOTALL)[1:]:
        good = 'class="verdict accepted"' in row
        todo = re.sub(r"<[^>]+>|\s", "", row.rsplit("<td", 1)[1].partition(">")[2])
        assert bool(todo) is not good


def test_the_page_takes_few_statements(broker: Broker) -> None:
    client = inside(broker.user("operations"))
    with asked() as told:
        assert client.get("/operations/").status_code == 200
    assert len(told) <= STATEMENTS


def test_strangers_find_nothing(broker: Broker) -> None:
    head = staff("head_of_branch", broker_branch(), Role.OPERATIONS)
    strangers = [broker.user(name) for name in ("branch_manager", "products", "client", "nobody")] + [head]
    for user in strangers:
        assert inside(user).get("/operations/").status_code == 404, user
    assert Client().get("/operations/").headers["Location"].startswith("/accounts/login/")


def test_a_proxy_asks_without_a_login_and_learns_nothing(broker: Broker) -> None:
    with asked() as told:
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.content, len(told)) == (200, b"ok\n", 1)
    with override_settings(SECURE_SSL_REDIRECT=True):
        assert Client().get("/healthz").status_code == 200
        assert Client().get("/operations/").status_code == 301


def inside(user: User, language: str = "en") -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = language
    return client


def broker_branch() -> str:
    return str(Unit.objects.filter(level="branch").earliest("pk").code)
