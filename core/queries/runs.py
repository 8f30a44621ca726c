"""Reads of core: job runs and receipts of the outbox as a list shows them. Never writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Min, Q

from core.jobs import Progress
from core.keyset import cut
from core.models import JobRun, OutboxReceipt, ScheduleSign
from core.states import JobState

TASKS = "tasks."
"""What the name of every task begins with; people leave it out."""


@dataclass(frozen=True, slots=True)
class JobRunView:
    """A job run in a list: where it stands, how far it is, and the last line of what went wrong."""

    public_id: UUID
    job: str
    business_date: date | None
    state: JobState
    attempts: int
    requested_at: datetime
    finished_at: datetime | None
    progress: Progress | None
    error: str
    scope: str = ""
    started_at: datetime | None = None
    trace: str = ""
    """All that was written down of what went wrong."""
    stopping: bool = False
    """Whether a person asked it to stop while it runs."""


@dataclass(frozen=True, slots=True)
class JobRunList:
    """A page of job runs, how many there are in the chosen state, and how many in each."""

    total: int
    by_state: Mapping[JobState, int]
    rows: Sequence[JobRunView]
    jobs: Sequence[str] = ()
    """The names of all jobs that were ever asked for."""
    before: str = ""
    after: str = ""
    """The places from which the pages around begin; empty for none."""


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt that is not absorbed: of which event, for whom, how often tried, the last line of what went wrong."""

    id: int
    handler: str
    kind: str
    subject: str
    at: datetime
    attempts: int
    parked: bool
    error: str


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What waits in a queue, since when, what runs, and what waits for a person."""

    waiting: int
    running: int
    parked: int
    oldest: datetime | None


def open_work() -> dict[str, OpenWork]:
    """Return what is open of job runs (`queue`) and of what happened (`outbox`), in two statements."""
    waits, runs, parked = (Q(state=one) for one in (JobState.REQUESTED, JobState.RUNNING, JobState.PARKED))
    jobs = JobRun.objects.filter(state__in=[JobState.REQUESTED, JobState.RUNNING, JobState.PARKED]).aggregate(
        waiting=Count("pk", filter=waits),
        running=Count("pk", filter=runs),
        parked=Count("pk", filter=parked),
        oldest=Min("requested_at", filter=waits),
    )
    fresh = Q(parked_at=None)
    receipts = OutboxReceipt.objects.filter(absorbed_at=None).aggregate(
        waiting=Count("pk", filter=fresh), parked=Count("pk", filter=~fresh), oldest=Min("event__at", filter=fresh)
    )
    return {"queue": OpenWork(**jobs), "outbox": OpenWork(running=0, **receipts)}


def last_schedule() -> datetime | None:
    """Return when a message of the schedule last reached a worker; None for never."""
    return ScheduleSign.objects.values_list("at", flat=True).first()


def open_receipts(*, parked: bool, limit: int) -> list[ReceiptView]:
    """Return receipts that are not absorbed, the oldest event first; with `parked` those that wait for a person."""
    rows = OutboxReceipt.objects.filter(absorbed_at=None).select_related("event").order_by("event_id", "pk")
    return [
        ReceiptView(
            id=row.pk,
            handler=row.handler,
            kind=row.event.kind,
            subject=f"{row.event.subject_kind} {row.event.subject_key}",
            at=row.event.at,
            attempts=row.attempts,
            parked=row.parked_at is not None,
            error=(row.error.strip().splitlines() or [""])[-1],
        )
        for row in (rows.exclude(parked_at=None) if parked else rows)[:limit]
    ]


def job_runs(*, limit: int, states: Collection[JobState] = tuple(JobState)) -> list[JobRunView]:
    """Return the runs in these states, those asked for last first."""
    rows = JobRun.objects.filter(state__in=list(states)).order_by("-requested_at", "-pk")
    return [_view(row) for row in rows[:limit]]


def job_run_named(number: int) -> UUID:
    """Return the id by which people know a run, of the number by which jobs do. Raises DoesNotExist."""
    found: UUID = JobRun.objects.values_list("public_id", flat=True).get(pk=number)
    return found


def job_run_of(*, job: str, scope: str) -> JobRunView | None:
    """Return the last run of a job whose scope begins with a word, and that word alone."""
    row = JobRun.objects.filter(job=job, scope__startswith=f"{scope} ").order_by("-requested_at", "-pk").first()
    return None if row is None else _view(row)


def job_run_list(
    *, limit: int, state: JobState | None = None, job: str = "", after: str = "", before: str = ""
) -> JobRunList:
    """Return a page of the runs in one state (None: all) of one job (empty: all), those asked for last first.

    `after` and `before` are places of another page. Raises BadPlace. Three statements.
    """
    every = JobRun.objects.filter(job=f"{TASKS}{job}") if job else JobRun.objects.all()
    counted = every.order_by("state").values_list("state").annotate(Count("pk"))
    by_state = {JobState(name): count for name, count in counted}
    rows = every if state is None else every.filter(state=state)
    page = cut(rows, ("-requested_at", "-id"), size=limit, after=after, before=before)
    total = sum(by_state.values()) if state is None else by_state.get(state, 0)
    names = JobRun.objects.order_by("job").values_list("job", flat=True).distinct()
    jobs = tuple(name.removeprefix(TASKS) for name in names)
    return JobRunList(total, by_state, [_view(row) for row in page.rows], jobs, page.before, page.after)


def _view(row: JobRun) -> JobRunView:
    done, total = row.progress_done, row.progress_total
    return JobRunView(
        public_id=row.public_id,
        job=row.job.removeprefix(TASKS),
        business_date=row.business_date,
        state=JobState(row.state),
        attempts=row.attempts,
        requested_at=row.requested_at,
        finished_at=row.finished_at,
        progress=None if done is None or total is None else Progress(done, total, row.progress_unit),
        error=(row.error.strip().splitlines() or [""])[-1],
        scope=row.scope,
        started_at=row.started_at,
        trace=row.error,
        stopping=row.state == JobState.RUNNING and row.stop_asked_at is not None,
    )
