"""What each job does when its turn has come: one call into the domain, and the request for what follows.

A chore takes its run and returns what is kept as the run's result. It may be done again after a crash at any point:
what follows is asked for before the run is called done. Never moves the state of a run (attempts.py).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings

from accounts.operations.pushing import forget_deliveries
from core import clock, jobs
from core.actor import Actor
from core.calendar import ALARM_DAYS, days_left
from core.models import JobRun
from core.operations import forget_answers
from smart_products.holdings.operations import serve_months
from smart_products.holdings.queries import inputs_digest, newest_fact_day
from smart_products.statistics.operations import close, publish_retention
from smart_products.statistics.operations.collect import collect_facts
from smart_products.statistics.queries.aside import SetAside
from smart_products.statistics.queries.members import served_files
from tasks import inbox
from tasks.ahead import ask_ahead
from tasks.attempts import Tell

CLOSE, BACKFILL, SERVE, RETENTION = "tasks.close", "tasks.backfill", "tasks.serve", "tasks.publish_retention"
REPORTS = "tasks.reports"

Result = Mapping[str, Any]

log = logging.getLogger(__name__)


def take_delivery(run: JobRun, by: Actor, tell: Tell) -> Result:
    """Judge the folder of a run, put it away, and ask for the close of the newest day."""
    folder = inbox.find(settings.INBOX_DIR, run.scope)
    taken = inbox.take(folder, today=clock.shanghai_today(), by=by, at=clock.now()) if folder else None
    if taken is None:  # an attempt before this one got as far as moving it
        return {"state": "gone", "close": request_close(by)}
    outcome, place = taken
    return {
        "state": outcome.state,
        "place": f"{place.parent.name}/{place.name}",
        "delivery": str(outcome.delivery.public_id) if outcome.delivery else None,
        "close": request_close(by),
    }


def request_close(by: Actor) -> int | None:
    """Ask for the close of the newest day, once for what has been accepted so far; return the id of the run."""
    return _request(CLOSE, by)


def request_retention(by: Actor) -> int | None:
    """Ask for retention as of the newest day, once for what has been accepted so far; return the id of the run."""
    return _request(RETENTION, by)


def _request(job: str, by: Actor) -> int | None:
    newest = newest_fact_day()
    if newest is None:
        return None
    run, _created = jobs.request(job, newest, inputs_digest()[:24], by=by, at=clock.now())
    return run.pk


def request_backfill(by: Actor) -> int | None:
    """Ask for a close of however many published days, as an operator confirms it; return the id of the run."""
    newest, at = newest_fact_day(), clock.now()
    if newest is None:
        return None
    run, _created = jobs.request(BACKFILL, newest, at.isoformat(), by=by, at=at)
    return run.pk


def close_days(run: JobRun, by: Actor, tell: Tell) -> Result:
    """Close every delivered day that needs it, and ask for the portal's copy and for retention.

    Too many published days are closed again by a backfill alone, which an operator asked for.
    """

    def progress(_day: date, number: int, total: int) -> None:
        tell(number, total, "day")

    result = close(by=by, at=clock.now(), confirm=run.job == BACKFILL, progress=progress)
    asked = [jobs.request(job, run.business_date, run.scope, by=by, at=clock.now()) for job in (SERVE, RETENTION)]
    return {
        "days": len(result.days),
        "first": _iso(min(result.days, default=None)),
        "last": _iso(max(result.days, default=None)),
        "restated": result.restated,
        "months": len(result.months),
        "cut": result.cut,
        "aside": plain_aside(result.aside),
        "asked": [follower.pk for follower, _created in asked],
    }


def plain_aside(aside: SetAside) -> list[Result]:
    """Return the accounts a close set aside as JSON values, by reason."""
    return [
        {"reason": group.reason.value, "accounts": group.accounts, "first": [" ".join(one) for one in group.first]}
        for group in aside.groups
    ]


def serve(run: JobRun, by: Actor, tell: Tell) -> Result:
    """Bring the portal's copy in step with what is published."""
    served = serve_months(months=served_files(), by=by, at=clock.now())
    return {"months": len(served.months), "days": len(served.days), "rows": served.rows}


def retention(run: JobRun, by: Actor, tell: Tell) -> Result:
    """Publish retention as the last close knew it, ask for the reports, and have the usual questions answered."""

    def progress(_day: date, number: int, total: int) -> None:
        tell(number, total, "day")

    days = publish_retention(by=by, at=clock.now(), progress=progress)
    jobs.request(REPORTS, run.business_date, run.scope, by=by, at=clock.now())
    return {"days": len(days), "last": _iso(max(days, default=None)), "answers": ask_ahead(progress)}


def collect(run: JobRun, by: Actor, tell: Tell) -> Result:
    """Delete the files that nothing names any more, and what the API keeps for a time alone."""
    found = collect_facts(folder=settings.FACTS_DIR, by=by, at=clock.now())
    answers = forget_answers(by=by, at=clock.now())
    pushed = forget_deliveries(by=by, at=clock.now())
    return {"files": len(found.files), "bytes": found.size, "kept": found.kept, "answers": answers, "pushed": pushed}


def look_at_calendar(run: JobRun, by: Actor, tell: Tell) -> Result:
    """Say how many days of the trading calendar are left, and whether that is too few."""
    left = days_left(clock.shanghai_today())
    if left < ALARM_DAYS:
        log.warning("the trading calendar ends in %s days: run `manage.py import_calendar`", left)
    return {"days_left": left, "alarm": left < ALARM_DAYS}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
