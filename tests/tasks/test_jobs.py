"""Jobs on real workers: a second beat and a repeated message change nothing, a killed worker loses nothing."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from config.celery import app
from core import clock, jobs
from core.actor import Actor
from core.models import AuditEvent, JobRun
from core.states import JobState
from smart_products.holdings.models import Delivery
from smart_products.statistics.models import Grain, Publication
from smart_products.statistics.operations import close
from tasks import attempts, chores, inbox
from tasks.schedule import SCHEDULE
from tests.tasks import house as broker
from tests.tasks.conftest import Folders, Workers, drain, succeeded, wait_for


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

    def work(run: JobRun, by: Actor, tell: attempts.Tell) -> Mapping[str, Any]:
        done.append(run.pk)
        time.sleep(0.2)
        return {}

    def message() -> None:
        try:
            gate.wait(10)
            if guarded:
                attempts.perform(run_id=run.pk, work=work)
            else:  # the negative control: work without a claim
                work(run, broker.BY, lambda *_: None)
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

    def work(run: JobRun, by: Actor, tell: attempts.Tell) -> Mapping[str, Any]:
        raise RuntimeError("the disk is full")

    for _ in range(3):
        assert attempts.perform(run_id=run.pk, work=work)
        jobs.sweep(by=broker.BY, at=clock.now())
    run.refresh_from_db()
    assert (run.state, run.attempts) == (JobState.PARKED, 3)
    assert "the disk is full" in run.error
    assert not attempts.perform(run_id=run.pk, work=work)


def test_what_only_a_person_can_decide_is_parked_at_once(house: Folders) -> None:
    run, _created = jobs.request("tasks.close", None, by=broker.BY, at=clock.now())

    def work(run: JobRun, by: Actor, tell: attempts.Tell) -> Mapping[str, Any]:
        raise jobs.AsksPerson("is this meant?")

    assert attempts.perform(run_id=run.pk, work=work)
    jobs.sweep(by=broker.BY, at=clock.now())
    run.refresh_from_db()
    assert (run.state, run.attempts, run.error) == (JobState.PARKED, 1, "is this meant?")


def test_progress_is_seen_while_the_work_goes_on(house: Folders) -> None:
    run, _created = jobs.request("tasks.close", None, by=broker.BY, at=clock.now())

    def work(run: JobRun, by: Actor, tell: attempts.Tell) -> Mapping[str, Any]:
        teller = threading.Thread(target=tell, args=(3, 10, "day"))
        teller.start()
        wait_for(lambda: JobRun.objects.get(pk=run.pk).progress_done == 3, "the progress", patience=10)
        out = io.StringIO()
        call_command("jobs", "--unfinished", stdout=out)
        assert "3 / 10 " in out.getvalue()
        return {}

    assert attempts.perform(run_id=run.pk, work=work)
    run.refresh_from_db()
    assert (run.state, run.error) == (JobState.SUCCEEDED, "")
    assert (run.progress_done, run.progress_total, run.progress_unit) == (10, 10, "day")


def test_work_stops_where_it_tells_how_far_it_is_and_goes_on_when_asked_again(
    house: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "BEAT", 0.05)
    run, _created = jobs.request("tasks.close", None, by=broker.BY, at=clock.now())
    done: list[int] = []

    def work(run: JobRun, by: Actor, tell: attempts.Tell) -> Mapping[str, Any]:
        for number in range(len(done) + 1, 4):
            done.append(number)
            if number == 2:
                jobs.cancel(public_id=run.public_id, by=broker.BY, at=clock.now())
                time.sleep(0.5)
            with ThreadPoolExecutor() as pool:  # as a close does: what is told of comes from a thread of its own
                pool.submit(tell, number, 3, "day").result()
        return {}

    assert attempts.perform(run_id=run.pk, work=work)
    run.refresh_from_db()
    assert (run.state, run.error, done) == (JobState.CANCELLED, "", [1, 2])
    assert not attempts.perform(run_id=run.pk, work=work)
    jobs.restart(public_id=run.public_id, by=broker.BY, at=clock.now())
    assert attempts.perform(run_id=run.pk, work=work)
    run.refresh_from_db()
    assert (run.state, done) == (JobState.SUCCEEDED, [1, 2, 3])


def test_a_close_that_is_stopped_publishes_whole_days_or_none_and_is_done_when_asked_again(house: Folders) -> None:
    for folder in broker.write_days(house.feed):
        broker.take(folder)
    run, _created = jobs.request(chores.CLOSE, broker.DAYS[-1], "x", by=broker.BY, at=clock.now())

    def work(run: JobRun, by: Actor, tell: attempts.Tell) -> Mapping[str, Any]:
        def stopping(done: int, total: int, unit: str) -> None:
            raise attempts.Stopped(run.pk)

        jobs.cancel(public_id=run.public_id, by=broker.BY, at=clock.now())
        return chores.close_days(run, by, stopping)

    attempts.perform(run_id=run.pk, work=work)
    run.refresh_from_db()
    assert (run.state, run.error) == (JobState.CANCELLED, "")
    left = Publication.objects.filter(grain=Grain.DAY).count()
    jobs.restart(public_id=run.public_id, by=broker.BY, at=clock.now())
    assert attempts.perform(run_id=run.pk, work=chores.close_days)
    run.refresh_from_db()
    assert run.result["days"] + left == len(broker.DAYS)
    stopped = broker.cells()
    close(by=broker.BY, at=clock.now(), confirm=True, again=broker.DAYS)
    assert broker.cells() == stopped


def test_a_living_attempt_is_not_buried_and_a_dead_one_is(house: Folders) -> None:
    run, _created = jobs.request("tasks.close", None, by=broker.BY, at=clock.now())
    seen: list[list[int]] = []

    def work(run: JobRun, by: Actor, tell: attempts.Tell) -> Mapping[str, Any]:
        seen.append(attempts.bury_dead())
        return {}

    attempts.perform(run_id=run.pk, work=work)
    assert seen == [[]]
    dead, _created = jobs.request("tasks.close", None, "dead", by=broker.BY, at=clock.now())
    jobs.claim(run_id=dead.pk, by=broker.BY, at=clock.now())
    assert attempts.bury_dead() == [dead.pk]
    dead.refresh_from_db()
    assert (dead.state, dead.error) == (JobState.REQUESTED, "the worker was lost")


@pytest.mark.slow
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
    events = AuditEvent.objects.exclude(subject_key=str(last.public_id), subject_kind="job_run").count()
    assert (broker.snapshot(), broker.publications(), events) == before


def test_each_nightly_job_is_asked_for_once_a_day_and_runs(house: Folders) -> None:
    app.loader.import_default_modules()
    broker.run_night(broker.write_days(house.feed))
    for entry in SCHEDULE.values():
        for _ in range(2 if "kwargs" in entry else 0):
            app.tasks[entry["task"]](**entry["kwargs"])
    asked = JobRun.objects.order_by("pk")
    assert [run.job for run in asked] == [
        *("tasks.contracts", "tasks.move_terms", chores.CLOSE, chores.SERVE, chores.RETENTION),
        *(chores.REPORTS, "tasks.collect_facts", "tasks.settlement", "tasks.check_calendar", "tasks.seal_head"),
        *("tasks.seal_audit", "tasks.report_storage", "tasks.restamp"),
    ]
    for run in asked:
        app.tasks[run.job](run_id=run.pk)
        run.refresh_from_db()
        assert run.state == JobState.SUCCEEDED, run.error
    assert asked.get(job=chores.CLOSE).result["days"] == 0
    assert asked.get(job="tasks.check_calendar").result["alarm"] is True
