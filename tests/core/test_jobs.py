"""Job runs: once by job, date and scope, whatever the messages do."""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from datetime import date, datetime, timedelta
from itertools import product
from typing import cast
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction
from redis import Redis

from core import jobs
from core.actor import Actor
from core.jobs import STALLED_AFTER
from core.models import AuditEvent, JobRun
from core.states import MOVES, IllegalMove, JobState, check_move

DAY = date(2024, 12, 31)
LATER = STALLED_AFTER + timedelta(seconds=1)


def request(by: Actor, at: datetime, day: date | None = DAY, scope: str = "") -> JobRun:
    return jobs.request("tasks.close", day, scope, by=by, at=at)[0]


@pytest.mark.django_db
@pytest.mark.parametrize("day", [DAY, None])
def test_a_second_request_is_the_first(day: date | None, by: Actor, at: datetime) -> None:
    first, created = jobs.request("tasks.close", day, by=by, at=at)
    second, again = jobs.request("tasks.close", day, by=by, at=at)
    assert (first.pk, created, again) == (second.pk, True, False)
    assert jobs.request("tasks.close", day, "other", by=by, at=at)[1]
    assert AuditEvent.objects.filter(action="job_request").count() == 2


@pytest.mark.django_db
def test_a_run_ends_well_once(by: Actor, at: datetime) -> None:
    run = request(by, at)
    claimed = jobs.claim(run_id=run.pk, by=by, at=at)
    assert claimed is not None
    assert jobs.claim(run_id=run.pk, by=by, at=at) is None
    done = jobs.finish(run_id=run.pk, result={"days": 3}, by=by, at=at)
    assert (done.state, done.attempts, done.result) == (JobState.SUCCEEDED, 1, {"days": 3})
    with pytest.raises(IllegalMove):
        jobs.finish(run_id=run.pk, result={}, by=by, at=at)
    assert jobs.claim(run_id=run.pk, by=by, at=at) is None
    assert not jobs.request("tasks.close", DAY, by=by, at=at)[1]


@pytest.mark.django_db
def test_three_failures_park_a_run(by: Actor, at: datetime) -> None:
    run = request(by, at)
    for attempt in (1, 2, 3):
        assert jobs.claim(run_id=run.pk, by=by, at=at) is not None
        failed = jobs.fail(run_id=run.pk, error=f"broke {attempt}", by=by, at=at)
        expected = JobState.PARKED if attempt == 3 else JobState.FAILED
        assert (failed.state, failed.attempts) == (expected, attempt)
        swept = jobs.sweep(by=by, at=at)
        assert swept.again == (() if attempt == 3 else (run.pk,))
    assert jobs.claim(run_id=run.pk, by=by, at=at) is None
    restarted = jobs.restart(public_id=run.public_id, by=by, at=at)
    assert (restarted.state, restarted.attempts) == (JobState.REQUESTED, 0)


@pytest.mark.django_db
def test_a_silent_run_is_taken_away_and_its_old_attempt_can_do_no_harm(by: Actor, at: datetime) -> None:
    run = request(by, at)
    jobs.claim(run_id=run.pk, by=by, at=at)
    assert jobs.heartbeat(run_id=run.pk, attempt=1, by=by, at=at + LATER)
    assert jobs.sweep(by=by, at=at + LATER) == jobs.Swept(again=(), parked=())
    assert jobs.sweep(by=by, at=at + 2 * LATER).again == (run.pk,)
    assert jobs.claim(run_id=run.pk, by=by, at=at + 2 * LATER) is not None
    assert not jobs.heartbeat(run_id=run.pk, attempt=1, by=by, at=at + 2 * LATER)
    with pytest.raises(IllegalMove):
        jobs.finish(run_id=run.pk, result={}, by=by, at=at, attempt=1)
    jobs.finish(run_id=run.pk, result={}, by=by, at=at, attempt=2)


@pytest.mark.django_db
def test_a_run_that_stalls_three_times_is_parked(by: Actor, at: datetime) -> None:
    run = request(by, at)
    for attempt in (1, 2, 3):
        jobs.claim(run_id=run.pk, by=by, at=at)
        swept = jobs.sweep(by=by, at=at + LATER)
        assert bool(swept.parked) == (attempt == 3)
    run.refresh_from_db()
    assert (run.state, run.error) == (JobState.PARKED, "stalled: no heartbeat")


def begun(by: Actor, at: datetime, scope: str = "") -> JobRun:
    run = jobs.claim(run_id=request(by, at, scope=scope).pk, by=by, at=at)
    assert run is not None
    return run


def recorded(run: JobRun) -> list[str]:
    return list(
        AuditEvent.objects.filter(subject_key=str(run.public_id)).order_by("pk").values_list("action", flat=True)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("failed", [True, False])
def test_a_cancelled_run_that_waits_never_begins(failed: bool, by: Actor, at: datetime) -> None:
    run = begun(by, at) if failed else request(by, at)
    if failed:
        jobs.fail(run_id=run.pk, error="broke", by=by, at=at)
    assert jobs.cancel(public_id=run.public_id, by=by, at=at).state == JobState.CANCELLED
    assert jobs.claim(run_id=run.pk, by=by, at=at) is None
    assert jobs.sweep(by=by, at=at + LATER) == jobs.Swept(again=(), parked=())
    assert not jobs.request("tasks.close", DAY, by=by, at=at)[1]
    with pytest.raises(IllegalMove):
        jobs.cancel(public_id=run.public_id, by=by, at=at)
    assert recorded(run)[-1] == "job_cancel"
    jobs.restart(public_id=run.public_id, by=by, at=at)
    again = jobs.claim(run_id=run.pk, by=by, at=at)
    assert again is not None
    assert (again.attempts, again.finished_at) == (1, None)


@pytest.mark.django_db
def test_a_run_that_works_is_asked_to_stop_once_and_does_so(by: Actor, at: datetime) -> None:
    run = begun(by, at)
    with pytest.raises(IllegalMove):
        jobs.stop(run_id=run.pk, by=by, at=at, attempt=1)
    assert jobs.heartbeat(run_id=run.pk, attempt=1, by=by, at=at)
    for _ in range(2):
        assert jobs.cancel(public_id=run.public_id, by=by, at=at).state == JobState.RUNNING
    assert not jobs.heartbeat(run_id=run.pk, attempt=1, by=by, at=at + LATER)
    assert jobs.sweep(by=by, at=at + LATER) == jobs.Swept(again=(), parked=()), "it is alive, and asked once"
    assert jobs.stop(run_id=run.pk, by=by, at=at, attempt=1).state == JobState.CANCELLED
    assert recorded(run) == ["job_request", "job_claim", "job_ask_to_stop", "job_cancel"]
    run = jobs.restart(public_id=run.public_id, by=by, at=at)
    assert (run.state, run.stop_asked_at) == (JobState.REQUESTED, None)


@pytest.mark.django_db
def test_what_ends_before_it_stops_ends_as_it_did(by: Actor, at: datetime) -> None:
    well, badly, silent = (begun(by, at, scope) for scope in ("well", "badly", "silent"))
    for run in (well, badly, silent):
        jobs.cancel(public_id=run.public_id, by=by, at=at)
    assert jobs.finish(run_id=well.pk, result={}, by=by, at=at).state == JobState.SUCCEEDED
    cancelled = jobs.fail(run_id=badly.pk, error="broke", by=by, at=at)
    assert (cancelled.state, cancelled.error) == (JobState.CANCELLED, "broke")
    assert jobs.sweep(by=by, at=at + LATER) == jobs.Swept(again=(), parked=())
    silent.refresh_from_db()
    assert silent.state == JobState.CANCELLED
    parked = jobs.fail(run_id=begun(by, at, "parked").pk, error="?", by=by, at=at, park=True)
    for run in (well, parked):
        with pytest.raises(IllegalMove):
            jobs.cancel(public_id=run.public_id, by=by, at=at)
    with pytest.raises(jobs.UnknownRun):
        jobs.cancel(public_id=uuid4(), by=by, at=at)


@pytest.mark.django_db
def test_a_lost_message_is_sent_again(by: Actor, at: datetime) -> None:
    run = request(by, at)
    assert jobs.sweep(by=by, at=at).again == ()
    assert jobs.sweep(by=by, at=at + LATER).again == (run.pk,)
    assert jobs.sweep(by=by, at=at + LATER).again == ()


@pytest.mark.parametrize(("old", "new"), list(product(JobState, JobState)))
def test_every_pair_of_states_is_decided_by_the_table(old: JobState, new: JobState) -> None:
    if new in MOVES[old]:
        check_move(old, new)
    else:
        with pytest.raises(IllegalMove):
            check_move(old, new)


@pytest.mark.django_db
def test_the_database_refuses_a_second_run_without_a_date(at: datetime) -> None:
    JobRun.objects.create(job="a", requested_at=at)
    with pytest.raises(Exception, match="jobrun_once"), transaction.atomic():
        JobRun.objects.create(job="a", requested_at=at)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_of_two_claims_at_once_one_succeeds(guarded: bool, by: Actor, at: datetime) -> None:
    run = request(by, at)
    gate = threading.Barrier(2)
    won: list[int] = []

    def claim() -> None:
        try:
            gate.wait(10)
            if jobs.claim(run_id=run.pk, by=by, at=at) is not None:
                won.append(1)
        finally:
            connection.close()

    def claim_without_lock() -> None:
        # The negative control: read, then write, as code without the row lock would.
        try:
            free = JobRun.objects.get(pk=run.pk).state == JobState.REQUESTED
            gate.wait(10)
            if free:
                JobRun.objects.filter(pk=run.pk).update(state=JobState.RUNNING, started_at=at, heartbeat_at=at)
                won.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=claim if guarded else claim_without_lock) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == (1 if guarded else 2)


def _messages() -> list[tuple[str, dict[str, int]]]:
    """Task names and arguments that wait in the broker; nothing is taken out."""
    with Redis(unix_socket_path=settings.CELERY_BROKER_URL.removeprefix("redis+socket://")) as broker:
        waiting = [json.loads(text) for text in cast("list[bytes]", broker.lrange("celery", 0, -1))]
    return [(item["headers"]["task"], json.loads(b64decode(item["body"]))[1]) for item in waiting]


@pytest.mark.django_db(transaction=True)
def test_a_message_is_sent_after_commit_and_only_then(by: Actor, at: datetime) -> None:
    name = f"tests.{uuid4()}"
    with transaction.atomic():
        run, _ = jobs.request(name, DAY, by=by, at=at)
        assert name not in dict(_messages())
    assert [kwargs for task, kwargs in _messages() if task == name] == [{"run_id": run.pk}]
    jobs.request(name, DAY, by=by, at=at)
    assert len([task for task, _ in _messages() if task == name]) == 1
    with transaction.atomic():
        jobs.request(name, DAY, "undone", by=by, at=at)
        transaction.set_rollback(True)
    assert len([task for task, _ in _messages() if task == name]) == 1
