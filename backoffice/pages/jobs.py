"""The page of job runs: what was asked for, how far it is, what failed and waits for a person.

Takes what core answered and puts names, states and times into words. Decides nothing: which runs may be asked for again
is told by the table of moves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from core.jobs import Progress
from core.queries import JobRunList, JobRunView
from core.states import MOVES, JobState
from screens import formats

LONGEST_TRACE = 3_000
"""Of what went wrong the end tells most; the whole of it stands in the log."""
NIGHTLY = "nightly"
DIGEST = re.compile("[0-9a-f]{24}")
"""The inputs that a close is for; its first digits tell it from others."""
SHOWN_DIGITS = 12
TIME = re.compile(r"\d{4}-\d\d-\d\dT")
"""The moment a backfill was asked for, which what follows it bears too."""
VERDICTS = {
    JobState.REQUESTED: "superseded",
    JobState.RUNNING: "running",
    JobState.SUCCEEDED: "accepted",
    JobState.FAILED: "failed",
    JobState.PARKED: "rejected",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """How far a run is: for the bar, and in words."""

    done: int
    total: int
    text: str


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job run as it is drawn."""

    id: UUID
    name: str
    scope: str
    day: str
    state: str
    verdict: str
    bar: Bar | None
    attempts: str
    asked: str
    took: str
    error: str
    trace: str
    again: bool
    """Whether a person may ask for it once more."""
    open: bool
    """Whether it will change by itself."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A choice of state with the number of its runs."""

    name: str
    count: str
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class JobsPage:
    """Everything the template draws."""

    tabs: tuple[Tab, ...]
    lines: tuple[JobLine, ...]
    total: int
    address: str
    jobs: tuple[tuple[str, str], ...]
    """The jobs that can be chosen: name and words."""
    changing: tuple[UUID, ...]
    """The runs whose lines are drawn anew while the page is open."""


def job_name(job: str) -> str:
    """Return a job in words; its own name where nobody gave it any."""
    names = {
        "deliver": _("Take in a delivery"),
        "close": _("Daily close"),
        "backfill": _("Backfill"),
        "serve": _("Copy for the portal"),
        "publish_retention": _("Publish retention"),
        "reports": _("Make and send reports"),
        "report_again": _("Make a report again"),
        "collect_facts": _("Clear away files"),
        "move_terms": _("Moves to other terms"),
        "check_calendar": _("Check the calendar"),
        "contracts": _("What the day brings to contracts"),
        "settlement": _("Export to settlement"),
        "restamp": _("Stamp evidence again"),
        "seal_head": _("Seal the evidence of the day"),
        "seal_audit": _("Seal the audit of the day"),
        "report_storage": _("Report what is stored"),
    }
    return names.get(job, job)


def page(found: JobRunList, state: JobState | None, job: str, address: Callable[..., str]) -> JobsPage:
    """Return the page; `address` gives that of the list for a state and a job."""
    lines = tuple(line(one) for one in found.rows)
    return JobsPage(
        tabs=tuple(_tabs(found, state, job, address)),
        lines=lines,
        total=found.total,
        address=address(state, job),
        jobs=tuple((name, job_name(name)) for name in found.jobs),
        changing=tuple(one.id for one in lines if one.open),
    )


def _tabs(found: JobRunList, state: JobState | None, job: str, address: Callable[..., str]) -> Sequence[Tab]:
    short = {
        JobState.REQUESTED: _("Waiting"),
        JobState.RUNNING: _("Running"),
        JobState.FAILED: _("Failed"),
        JobState.PARKED: _("Parked"),
        JobState.SUCCEEDED: _("Done"),
    }
    every = sum(found.by_state.values())
    return [
        Tab(_("All"), formats.heads(every), address(None, job), state is None),
        *(
            Tab(name, formats.heads(found.by_state.get(one, 0)), address(one, job), state is one)
            for one, name in short.items()
        ),
    ]


def line(run: JobRunView) -> JobLine:
    """Return a run as a line of the list."""
    return JobLine(
        id=run.id,
        name=job_name(run.job),
        scope=_scope(run),
        day=run.business_date.isoformat() if run.business_date else "",
        state=VERDICTS[run.state],
        verdict=str(run.state.label),
        bar=_bar(run.progress),
        attempts=formats.heads(run.attempts),
        asked=formats.moment(run.requested_at),
        took=_took(run),
        error=run.error,
        trace=_trace(run),
        again=JobState.REQUESTED in MOVES[run.state],
        open=run.state in {JobState.REQUESTED, JobState.RUNNING},
    )


def _scope(run: JobRunView) -> str:
    """Return what tells a run from others of its job and day: a folder, or a digest of inputs."""
    if run.scope == NIGHTLY:
        return _("every night")
    if DIGEST.fullmatch(run.scope):
        return run.scope[:SHOWN_DIGITS]
    return "" if TIME.match(run.scope) else run.scope


def _bar(progress: Progress | None) -> Bar | None:
    if progress is None:
        return None
    words = {"done": formats.heads(progress.done), "total": formats.heads(progress.total)}
    text = _("%(done)s of %(total)s days") if progress.unit == "day" else _("%(done)s of %(total)s")
    return Bar(progress.done, progress.total, text % words)


def _took(run: JobRunView) -> str:
    if run.started_at is None:
        return ""
    if run.finished_at is None:
        return _("since %(at)s") % {"at": formats.moment(run.started_at)}
    return _("took %(time)s") % {"time": lasting(run.finished_at - run.started_at)}


def lasting(time: timedelta) -> str:
    """Return a duration in the unit that suits it."""
    seconds = max(1, round(time.total_seconds()))
    if seconds < 120:
        return _("%(count)s s") % {"count": seconds}
    if seconds < 7200:
        return _("%(count)s min") % {"count": round(seconds / 60)}
    return _("%(count)s h") % {"count": round(seconds / 3600)}


def _trace(run: JobRunView) -> str:
    """Return what stands before the last line of an error; nothing where that is all."""
    text = run.trace.strip()
    return text[-LONGEST_TRACE:] if text != run.error else ""
