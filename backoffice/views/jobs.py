"""The page of job runs, and the one thing a person can do there: ask once more for what failed.

Only roles that work for the whole house see it; for anybody else there is nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from backoffice import states
from backoffice.pages import jobs as pages
from backoffice.queries import Reader
from backoffice.views.feeds import for_feeds
from core import clock, jobs
from core.actor import Actor
from core.jobs import UnknownRun
from core.keyset import BadPlace
from core.queries import job_run_list, job_run_number
from core.states import IllegalMove, JobState

PAGE = 30
JOB = re.compile(r"[a-z_.]{0,100}")


@require_safe
@for_feeds
def job_runs(request: HttpRequest, person: Reader) -> HttpResponse:
    """List job runs, those asked for last first; of one state and one job, if they are chosen."""
    state, job = _chosen(request.GET)
    places = {name: request.GET.get(name, "") for name in ("after", "before")}
    try:
        found = job_run_list(limit=PAGE, state=state, job=job, **places)
    except BadPlace as problem:
        raise Http404 from problem
    context = {
        "section": "jobs",
        "reader": person,
        "page": pages.page(found, state, job, _address),
        "state": state or "",
        "job": job,
        "here": _address(state, job, **places),
        "before": _address(state, job, before=found.before) if found.before else None,
        "after": _address(state, job, after=found.after) if found.after else None,
    }
    return render(request, "backoffice/jobs.html", context)


@require_POST
@for_feeds
def again(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """Ask once more for a run that failed or was parked, and go back to the list; who did so is on record."""
    user, back = request.user, _address(*_chosen(request.POST))
    run_id = job_run_number(public_id)
    if not isinstance(user, User) or run_id is None:
        raise Http404
    try:
        jobs.restart(run_id=run_id, by=Actor("user", user.get_username(), user.pk), at=clock.now())
    except UnknownRun as problem:
        raise Http404 from problem
    except IllegalMove:
        context = {"section": "jobs", "reader": person, "heading": _("Job runs"), "state": states.not_waiting(back)}
        return render(request, "backoffice/state.html", context, status=409)
    return HttpResponseRedirect(back)


def _chosen(query: Mapping[str, str]) -> tuple[JobState | None, str]:
    """Return the state and the job that are chosen. Raises Http404 for what can be none."""
    text, job = query.get("state", ""), query.get("job", "")
    if (text and text not in JobState.values) or not JOB.fullmatch(job):
        raise Http404
    return (JobState(text) if text else None), job


def _address(state: JobState | None, job: str = "", *, after: str = "", before: str = "") -> str:
    """Return the address of the list for a state, a job and a page."""
    chosen = {"state": state.value if state else "", "job": job, "after": after, "before": before}
    query = urlencode({name: value for name, value in chosen.items() if value})
    return reverse("backoffice:jobs") + (f"?{query}" if query else "")
