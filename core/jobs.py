"""Job runs: who asked for what, what is running, what failed.

Owns every change of a `JobRun`, by one table of moves (states.py) inside a row lock. A run is
unique by job, business date and scope, so a second beat or a repeated message does nothing
twice. Sends a Celery task by its name, after commit; the message is a hint, the row is the
truth, and `sweep` sends again what was lost. Never imports a task and never runs one.

A task receives `run_id` and does `claim`, its work with a `heartbeat` now and then, and `finish`, `fail` or `stop`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from core.actor import Actor
from core.audit import record, require_transaction
from core.messages import send_after_commit
from core.models import JobRun, ScheduleSign
from core.states import IllegalMove, JobState, check_move

ATTEMPTS = 3
"""After this many failed attempts a run is parked and waits for a person."""

STALLED_AFTER = timedelta(minutes=5)
"""A running job without a heartbeat, or a message nobody took, for this long has stalled."""

LONGEST_ERROR = 10_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an attempt has come: so many of so many units."""

    done: int
    total: int
    unit: str


class UnknownRun(IllegalMove):
    """There is no job run with this id."""


class AsksPerson(RuntimeError):
    """Raised by work that a person has to decide: to try it again would ask the same question again."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: ids of the runs it asked for again, and of those it parked."""

    again: tuple[int, ...]
    parked: tuple[int, ...]


@transaction.atomic
def request(
    name: str, business_date: date | None = None, scope: str = "", *, by: Actor, at: datetime
) -> tuple[JobRun, bool]:
    """Ask for a job once; return its run and whether it is new.

    The Celery task `name` is sent with `run_id` after commit, and only for a new run. To run the
    same job and date again for other inputs, name the inputs in `scope`.
    """
    require_transaction(at)
    run, created = JobRun.objects.get_or_create(
        job=name, business_date=business_date, scope=scope, defaults={"requested_at": at}
    )
    if created:
        _record("request", run, by=by, at=at)
        send_after_commit(run.job, run_id=run.pk)
    return run, created


@transaction.atomic
def claim(*, run_id: int, by: Actor, at: datetime) -> JobRun | None:
    """Take a requested run for execution, or return None when it is not there to be taken.

    Of two claims at once exactly one succeeds. Counts an attempt.
    """
    run = _locked(run_id)
    if run is None or run.state != JobState.REQUESTED:
        return None
    _move(run, JobState.RUNNING)
    run.attempts += 1
    run.started_at = run.heartbeat_at = at
    run.progress_done = run.progress_total = None
    run.error = ""
    run.save()
    _record("claim", run, by=by, at=at)
    return run


@transaction.atomic
def heartbeat(*, run_id: int, attempt: int, by: Actor, at: datetime, progress: Progress | None = None) -> bool:
    """Say that an attempt is alive, and how far it is; False when it should stop.

    That is when the run was taken away from it, or a person asked that it stops.
    """
    mine = JobRun.objects.filter(pk=run_id, state=JobState.RUNNING, attempts=attempt)
    far: dict[str, Any] = {}
    if progress is not None:
        far = {"progress_done": progress.done, "progress_total": progress.total, "progress_unit": progress.unit}
    return mine.update(heartbeat_at=at, **far) == 1 and mine.filter(stop_asked_at=None).exists()


@transaction.atomic
def finish(*, run_id: int, result: Mapping[str, Any], by: Actor, at: datetime, attempt: int | None = None) -> JobRun:
    """End a running run well. Raises IllegalMove when it is not running, or runs under another attempt."""
    run = _running(run_id, attempt)
    _move(run, JobState.SUCCEEDED)
    run.finished_at = at
    run.stop_asked_at = None
    run.progress_done = run.progress_total
    run.result = dict(result)
    run.save()
    _record("finish", run, by=by, at=at)
    return run


@transaction.atomic
def fail(*, run_id: int, error: str, by: Actor, at: datetime, attempt: int | None = None, park: bool = False) -> JobRun:
    """End a running attempt badly: failed, or parked after the third time, or at once where only a person can help.

    One that a person asked to stop is cancelled. Raises IllegalMove as `finish` does.
    A failed run is asked for again by the next `sweep`.
    """
    run = _running(run_id, attempt)
    _end_badly(run, error, park=park, by=by, at=at)
    return run


@transaction.atomic
def stop(*, run_id: int, by: Actor, at: datetime, attempt: int) -> JobRun:
    """End a running attempt that a person asked to stop, at a safe point. Raises IllegalMove as `finish` does."""
    run = _running(run_id, attempt)
    if run.stop_asked_at is None:
        raise IllegalMove(f"nobody asked the job run {run_id} to stop")
    _cancel(run, by=by, at=at)
    return run


@transaction.atomic
def cancel(*, public_id: UUID, by: Actor, at: datetime) -> JobRun:
    """Cancel a run: one that waits never begins; one that runs is asked to stop, which it does at a safe point.

    To ask twice changes nothing. Raises IllegalMove for a run that ended or is parked, UnknownRun where there is none.
    """
    run = _named(public_id)
    check_move(JobState(run.state), JobState.CANCELLED)
    if run.state != JobState.RUNNING:
        _cancel(run, by=by, at=at)
    elif run.stop_asked_at is None:
        run.stop_asked_at = at
        run.save()
        _record("ask_to_stop", run, by=by, at=at)
    return run


@transaction.atomic
def restart(*, public_id: UUID, by: Actor, at: datetime) -> JobRun:
    """Ask again, with a fresh count of attempts, for a run that failed, was parked or was cancelled.

    Raises IllegalMove for a run in any other state, UnknownRun where there is none.
    """
    run = _named(public_id)
    run.attempts = 0
    _ask_again(run, by=by, at=at)
    return run


@transaction.atomic
def sweep(*, by: Actor, at: datetime, stalled_after: timedelta = STALLED_AFTER) -> Swept:
    """Ask again for what failed or stalled, and park what did so three times.

    Two sweeps at once share the work: a run that one holds is skipped by the other.
    """
    again: list[int] = []
    parked: list[int] = []
    for run in unfinished(at - stalled_after).select_for_update(skip_locked=True):
        if run.state == JobState.RUNNING:
            _end_badly(run, "stalled: no heartbeat", by=by, at=at)
        if run.state == JobState.PARKED:
            parked.append(run.pk)
        elif run.state == JobState.FAILED:
            _ask_again(run, by=by, at=at)
            again.append(run.pk)
        elif run.state == JobState.REQUESTED:
            run.requested_at = at
            run.save()
            send_after_commit(run.job, run_id=run.pk)
            again.append(run.pk)
    return Swept(again=tuple(again), parked=tuple(parked))


@transaction.atomic
def note_schedule(*, by: Actor, at: datetime) -> None:
    """Note that a message of the schedule reached a worker; no audit event, since it changes nothing."""
    ScheduleSign.objects.update_or_create(pk=1, defaults={"at": at})


def unfinished(silent_since: datetime) -> QuerySet[JobRun]:
    """Return the runs a sweep must look at: failed ones, and those silent since before the given time."""
    return JobRun.objects.filter(
        Q(state=JobState.FAILED)
        | Q(state=JobState.RUNNING, heartbeat_at__lt=silent_since)
        | Q(state=JobState.REQUESTED, requested_at__lt=silent_since)
    ).order_by("pk")


def _locked(run_id: int) -> JobRun | None:
    """Return the run under a row lock."""
    return JobRun.objects.select_for_update().filter(pk=run_id).first()


def _named(public_id: UUID) -> JobRun:
    """Return the run that a person names, under a row lock. Raises UnknownRun."""
    run = JobRun.objects.select_for_update().filter(public_id=public_id).first()
    if run is None:
        raise UnknownRun(f"there is no job run {public_id}")
    return run


def _running(run_id: int, attempt: int | None) -> JobRun:
    """Return the locked run of this very attempt."""
    run = _locked(run_id)
    if run is None or (attempt is not None and run.attempts != attempt):
        raise IllegalMove(f"the job run {run_id} is not in the hands of this attempt")
    return run


def _move(run: JobRun, new: JobState) -> None:
    """Change the state by the table of moves; the caller holds the row lock and saves."""
    check_move(JobState(run.state), new)
    run.state = new


def _end_badly(run: JobRun, error: str, *, park: bool = False, by: Actor, at: datetime) -> None:
    """Fail or park a running run; one that was asked to stop is cancelled, and its error stays readable."""
    run.error = error[:LONGEST_ERROR]
    if run.stop_asked_at is not None:
        _cancel(run, by=by, at=at)
        return
    _move(run, JobState.PARKED if park or run.attempts >= ATTEMPTS else JobState.FAILED)
    run.finished_at = at
    run.save()
    _record("park" if run.state == JobState.PARKED else "fail", run, by=by, at=at)


def _cancel(run: JobRun, *, by: Actor, at: datetime) -> None:
    """Cancel a run that nobody works on any more."""
    _move(run, JobState.CANCELLED)
    run.finished_at = at
    run.save()
    _record("cancel", run, by=by, at=at)


def _ask_again(run: JobRun, *, by: Actor, at: datetime) -> None:
    """Put a run that ended without its work done back in the queue."""
    _move(run, JobState.REQUESTED)
    run.requested_at = at
    run.started_at = run.heartbeat_at = run.finished_at = run.stop_asked_at = None
    run.save()
    _record("request_again", run, by=by, at=at)
    send_after_commit(run.job, run_id=run.pk)


def _record(action: str, run: JobRun, *, by: Actor, at: datetime) -> None:
    """Write the audit row of a change."""
    details = {
        "job": run.job,
        "business_date": run.business_date,
        "scope": run.scope,
        "attempts": run.attempts,
    }
    record(
        action=f"job_{action}", subject_kind="job_run", subject_key=str(run.public_id), details=details, by=by, at=at
    )
