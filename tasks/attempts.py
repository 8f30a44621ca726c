"""One attempt at a job: claimed, kept alive while it works, and ended well or badly.

Owns what makes a killed attempt known at once: while it lives it holds a lock of PostgreSQL on a connection of its
own, which the server gives up with the process. Whoever gets the lock of a run that is still called running knows
that its attempt is dead. Where work tells how far it is, it can be stopped: what it has written by then stands whole,
as after a kill. The states themselves move in `core.jobs`. Never knows what a job does.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection

from core import clock, jobs
from core.actor import Actor, system
from core.models import JobRun
from core.states import IllegalMove, JobState

Tell = Callable[[int, int, str], None]
"""Says how far a job is: so many done, of how many, of what. May be called at any rate, from any thread whose errors
reach the work: it raises Stopped once a person asked the run to stop."""

Work = Callable[[JobRun, Actor, Tell], Mapping[str, Any]]
"""What a job does: takes its run, actor and how to tell its progress, returns what is kept as its result."""

BEAT = 2.0
"""Seconds between signs of life, which say how far the work is."""
PATIENCE = "5s"
"""How long to wait for the lock of a run: somebody may be looking whether its attempt is dead."""
LOCK_KEY = "hashtextextended('job run ' || %s, 0)"
NEVER = timedelta(days=36_500)

log = logging.getLogger(__name__)


class Stopped(BaseException):
    """The run was asked to stop, or taken away; no handler of errors on the way takes it for one."""


def perform(*, run_id: int, work: Work) -> bool:
    """Do the work of a requested run once, and say whether this call did it.

    A repeated message finds the run taken or done and does nothing. What `work` raises ends the attempt badly: the
    sweep asks for it again, and parks it after the third time. What only a person can decide is parked at once.
    """
    with _alive(run_id) as held:
        if not held:
            return False
        run = jobs.claim(run_id=run_id, by=system("tasks"), at=clock.now())
        if run is None:
            bury(run_id)
            return False
        held.attempt = run.attempts
        _work(run, work, held.tell)
        return True


def bury(run_id: int) -> bool:
    """Fail a run that is called running though nobody works on it, and say so; the caller holds its lock."""
    run = JobRun.objects.filter(pk=run_id, state=JobState.RUNNING).first()
    if run is None:
        return False
    with suppress(IllegalMove):
        by = system("tasks")
        jobs.fail(run_id=run_id, error="the worker was lost", by=by, at=clock.now(), attempt=run.attempts)
        jobs.sweep(by=by, at=clock.now())
    return True


def bury_dead() -> list[int]:
    """Fail every run whose attempt is dead, and return their ids. A sweep asks for them again."""
    running = jobs.unfinished(clock.now() + NEVER).filter(state=JobState.RUNNING)
    dead = []
    for run_id in running.values_list("pk", flat=True):
        if _lock(run_id):
            try:
                if bury(run_id):
                    dead.append(run_id)
            finally:
                _unlock(run_id)
    return dead


def _work(run: JobRun, work: Work, tell: Tell) -> None:
    by = system(run.job.removeprefix("tasks."))
    try:
        result = work(run, by, tell)
    except Stopped:
        log.info("job run %s (%s) stops", run.pk, run)
        with suppress(IllegalMove):
            jobs.stop(run_id=run.pk, by=by, at=clock.now(), attempt=run.attempts)
        return
    except jobs.AsksPerson as question:
        log.warning("job run %s (%s) waits for a person: %s", run.pk, run, question)
        with suppress(IllegalMove):
            at = clock.now()
            jobs.fail(run_id=run.pk, error=str(question), by=by, at=at, attempt=run.attempts, park=True)
        return
    except Exception:
        log.exception("job run %s (%s) failed", run.pk, run)
        with suppress(IllegalMove):
            jobs.fail(run_id=run.pk, error=traceback.format_exc(), by=by, at=clock.now(), attempt=run.attempts)
        return
    try:
        jobs.finish(run_id=run.pk, result=result, by=by, at=clock.now(), attempt=run.attempts)
    except IllegalMove:
        log.warning("job run %s was taken away while it worked; another attempt does it again", run.pk)


class _Held:
    """The lock of a run and the thread that keeps it and beats; true when the lock was got."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self.attempt = 0
        self.progress: jobs.Progress | None = None
        self.got = False
        self.stops = False
        self.known = threading.Event()
        self.done = threading.Event()

    def __bool__(self) -> bool:
        return self.got

    def tell(self, done: int, total: int, unit: str) -> None:
        """Remember how far the work is; the next beat writes it. Raises Stopped when the last one said to stop."""
        self.progress = jobs.Progress(done, total, unit)
        if self.stops and done < total:
            raise Stopped(self.run_id)

    def keep(self) -> None:
        """Hold the lock on this thread's own connection until done, and beat now and then."""
        try:
            self.got = _lock(self.run_id, patient=True)
            self.known.set()
            while self.got and not self.done.wait(BEAT):
                if self.attempt:
                    by, at = system("tasks"), clock.now()
                    self.stops = not jobs.heartbeat(
                        run_id=self.run_id, attempt=self.attempt, by=by, at=at, progress=self.progress
                    )
        finally:
            self.known.set()
            connection.close()


@contextmanager
def _alive(run_id: int) -> Iterator[_Held]:
    held = _Held(run_id)
    thread = threading.Thread(target=held.keep, name=f"job-run-{run_id}", daemon=True)
    thread.start()
    held.known.wait()
    try:
        yield held
    finally:
        held.done.set()
        thread.join()


def _lock(run_id: int, *, patient: bool = False) -> bool:
    """Take the lock of a run for this connection; False when somebody else keeps it."""
    with connection.cursor() as cursor:
        if not patient:
            cursor.execute(f"SELECT pg_try_advisory_lock({LOCK_KEY})", [str(run_id)])
            return bool(cursor.fetchone()[0])
        cursor.execute(f"SET lock_timeout = '{PATIENCE}'")
        try:
            cursor.execute(f"SELECT pg_advisory_lock({LOCK_KEY})", [str(run_id)])
        except OperationalError:
            return False
        return True


def _unlock(run_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_unlock({LOCK_KEY})", [str(run_id)])
