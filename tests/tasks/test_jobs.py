"""Jobs on real workers: a second beat and a repeated message change nothing, a killed worker loses nothing."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from config.celery import app
from core import clock, jobs
from core.actor import Actor
from core.calendar import trading_days
from core.models import AuditEvent, JobRun
from core.states import JobState
from demo.broker import generate
from smart_products.holdings.models import Delivery
from tasks import attempts, chores, inbox
from tasks.schedule import SCHEDULE
from tests.tasks import house as broker
from tests.tasks.conftest import Folders, Workers, settings_below, state_of, succeeded, wait_for

LATER = timedelta(hours=1)
UNFINISHED = {JobState.REQUESTED, JobState.RUNNING, JobState.FAILED}


def request_waiting(folders: Folders) -> JobRun:
    """Ask for the first folder of the inbox as the watch would, once it is quiet."""
    at = clock.now() + LATER
    run = inbox.request_next(inbox.waiting(folders.inbox, at), by=broker.BY, at=clock.now())
    assert run is not None
    return run


def drain(folders: Folders, workers: Workers, times: int = 1) -> None:
    """Have every folder of the inbox delivered, each message sent so many times, and wait for what follows."""
    while True:
        wait_for(lambda: not state_of(inbox.DELIVER) & UNFINISHED, "the deliveries")
        at = clock.now() + LATER
        run = inbox.request_next(inbox.waiting(folders.inbox, at), by=broker.BY, at=clock.now())
        if run is None and not folders.waiting():
            break
        for _ in range(times if run else 0):
            workers.send(inbox.DELIVER, run_id=run.pk if run else 0)
    wait_for(lambda: succeeded(chores.CLOSE) and succeeded(chores.SERVE), "close and serve")


def difference(one: broker.Figures, other: broker.Figures) -> dict[str, Any]:
    """Return the cells that differ, by what they are about."""
    return {str(key): (one.get(key), other.get(key)) for key in {*one, *other} if one.get(key) != other.get(key)}


def test_every_scheduled_task_is_known() -> None:
    app.loader.import_default_modules()
    named = {entry["task"] for entry in SCHEDULE.values()}
    asked = {entry["kwargs"]["job"] for entry in SCHEDULE.values() if "kwargs" in entry}
    assert named | asked | {chores.CLOSE, chores.SERVE, inbox.DELIVER} <= set(app.tasks)


@pytest.mark.parametrize("guarded", [True, False])
def test_of_two_messages_at_once_one_does_the_work(house: Folders, guarded: bool) -> None:
    run, _created = jobs.request("tasks.close", broker.DAYS[0], "x", by=broker.BY, at=clock.now())
    gate = threading.Barrier(2)
    done: list[int] = []

    def work(run: JobRun, by: Actor) -> Mapping[str, Any]:
        done.append(run.pk)
        time.sleep(0.2)
        return {}

    def message() -> None:
        try:
            gate.wait(10)
            if guarded:
                attempts.perform(run_id=run.pk, work=work)
            else:  # the negative control: work without a claim
                work(run, broker.BY)
        finally:
            connection.close()

    threads = [threading.Thread(target=message) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == (1 if guarded else 2)
    if guarded:
        assert JobRun.objects.get().state == JobState.SUCCEEDED


def test_work_that_raises_is_tried_three_times_and_parked(house: Folders) -> None:
    run, _created = jobs.request("tasks.close", None, by=broker.BY, at=clock.now())

    def work(run: JobRun, by: Actor) -> Mapping[str, Any]:
        raise RuntimeError("the disk is full")

    for _ in range(3):
        assert attempts.perform(run_id=run.pk, work=work)
        jobs.sweep(by=broker.BY, at=clock.now())
    run.refresh_from_db()
    assert (run.state, run.attempts) == (JobState.PARKED, 3)
    assert "the disk is full" in run.error
    assert not attempts.perform(run_id=run.pk, work=work)


def test_a_living_attempt_is_not_buried_and_a_dead_one_is(house: Folders) -> None:
    run, _created = jobs.request("tasks.close", None, by=broker.BY, at=clock.now())
    seen: list[list[int]] = []

    def work(run: JobRun, by: Actor) -> Mapping[str, Any]:
        seen.append(attempts.bury_dead())
        return {}

    attempts.perform(run_id=run.pk, work=work)
    assert seen == [[]]
    dead, _created = jobs.request("tasks.close", None, "dead", by=broker.BY, at=clock.now())
    jobs.claim(run_id=dead.pk, by=broker.BY, at=clock.now())
    assert attempts.bury_dead() == [dead.pk]
    dead.refresh_from_db()
    assert (dead.state, dead.error) == (JobState.REQUESTED, "the worker was lost")


def test_two_beats_and_repeated_messages_change_nothing(house: Folders, workers: Workers) -> None:
    broker.write_days(house.inbox)
    workers.start()
    drain(house, workers, times=3)
    assert set(JobRun.objects.values_list("attempts", flat=True)) == {1}
    assert Delivery.objects.count() == 3
    before = (broker.snapshot(), broker.publications(), AuditEvent.objects.count())
    assert before[0].cells
    for run in JobRun.objects.all():
        workers.send(run.job, run_id=run.pk)
    for _ in range(2):
        workers.send("tasks.watch_inbox")
        workers.send("tasks.sweep")
    # A job asked for after them all: when it is done, they are.
    last, _created = jobs.request("tasks.check_calendar", None, "last", by=broker.BY, at=clock.now())
    workers.send(last.job, run_id=last.pk)
    wait_for(lambda: succeeded("tasks.check_calendar"), "the last message")
    time.sleep(0.5)
    events = AuditEvent.objects.exclude(subject_key=str(last.pk), subject_kind="job_run").count()
    assert (broker.snapshot(), broker.publications(), events) == before


@dataclass(frozen=True)
class Undisturbed:
    """A generated feed, what it comes to when nothing goes wrong, and how many files stand at two moments."""

    feed: list[Path]
    expected: broker.Snapshot
    delivered: int
    closed: int


def files_in(facts: Path) -> int:
    """Return how many finished files there are: they show how far a job has come."""
    return sum(1 for _ in facts.glob("*/*.parquet"))


@pytest.fixture(scope="module")
def undisturbed(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Undisturbed:
    """Run a generated broker's night without any trouble; leaves an empty database."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with django_db_blocker.unblock(), override_settings(**settings_below(folder)):
        try:
            broker.import_days()
            days = trading_days(date(2024, 12, 2), date(2024, 12, 31))
            generate(folder=folder / "feed", clients=100, trading_days=days, seed=7)
            feed = sorted(path.parent for path in (folder / "feed").glob("*/manifest.json"))
            broker.take(feed[0])
            delivered = files_in(folder / "facts")
            broker.run_night(feed)
            return Undisturbed(feed, broker.snapshot(), delivered, files_in(folder / "facts"))
        finally:
            call_command("flush", interactive=False, verbosity=0)


@pytest.mark.parametrize(("seed", "job"), [(1, inbox.DELIVER), (2, chores.CLOSE), (3, chores.CLOSE)])
def test_a_killed_worker_loses_and_doubles_nothing(
    seed: int, job: str, undisturbed: Undisturbed, house: Folders, workers: Workers
) -> None:
    house.inbox.mkdir(parents=True)
    for path in undisturbed.feed:
        (house.inbox / path.name).symlink_to(path)
    done, rest = undisturbed.delivered, undisturbed.closed - undisturbed.delivered
    within = (0.1, 0.8) if job == inbox.DELIVER else (1 + 0.1 * rest / done, 1 + 0.8 * rest / done)
    point = round(done * random.Random(seed).uniform(*within))
    worker = workers.start()
    run = request_waiting(house)
    workers.send(run.job, run_id=run.pk)
    wait_for(lambda: files_in(house.facts) >= point, f"file {point} of {undisturbed.closed}", step=0.002)
    workers.kill(worker)
    assert JobState.RUNNING in state_of(job), "the kill came too late to say anything"
    workers.start()
    workers.send("tasks.sweep")
    drain(house, workers)
    assert max(JobRun.objects.values_list("attempts", flat=True)) == 2
    found = broker.snapshot()
    assert difference(found.cells, undisturbed.expected.cells) == {}
    assert found.served == undisturbed.expected.served


def test_each_nightly_job_is_asked_for_once_a_day_and_runs(house: Folders) -> None:
    app.loader.import_default_modules()
    broker.run_night(broker.write_days(house.feed))
    for entry in SCHEDULE.values():
        for _ in range(2 if "kwargs" in entry else 0):
            app.tasks[entry["task"]](**entry["kwargs"])
    asked = JobRun.objects.order_by("pk")
    nightly = [chores.CLOSE, chores.SERVE, chores.RETENTION, "tasks.collect_facts", "tasks.check_calendar"]
    assert [run.job for run in asked] == nightly
    for run in asked:
        app.tasks[run.job](run_id=run.pk)
        run.refresh_from_db()
        assert run.state == JobState.SUCCEEDED, run.error
    assert asked[0].result["days"] == 0
    assert asked[4].result["alarm"] is True
