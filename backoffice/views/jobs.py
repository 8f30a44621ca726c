"""The page of job runs, and the one thing a person can do there: ask once more for what failed.

Only roles that work for the whole house see it; for anybody else there is nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from backoffice import states
from backoffice.pages import jobs as pages
from backoffice.pages.feeds import pages_around
from backoffice.queries import Reader
from backoffice.views.feeds import for_feeds, offset_of
from core import clock, jobs
from core.actor import Actor
from core.jobs import UnknownRun
from core.queries import job_run_list
from core.states import IllegalMove, JobState

PAGE = 30


@require_safe
@for_feeds
def job_runs(request: HttpRequest, person: Reader) -> HttpResponse:
    """List job runs, those asked for last first; of one state, if one is chosen."""
    state, offset = _state(request.GET), offset_of(request.GET)
    page = pages.page(job_run_list(limit=PAGE, offset=offset, state=state), state, _address)
    before, after = pages_around(offset, PAGE, page.total)
    context = {
        "section": "jobs",
        "reader": person,
        "page": page,
        "state": state or "",
        "here": _address(state, offset),
        "before": None if before is None else _address(state, before),
        "after": None if after is None else _address(state, after),
    }
    return render(request, "backoffice/jobs.html", context)


@require_POST
@for_feeds
def again(request: HttpRequest, person: Reader, run_id: int) -> HttpResponse:
    """Ask once more for a run that failed or was parked, and go back to the list; who did so is on record."""
    user, back = request.user, _address(_state(request.POST))
    if not isinstance(user, User):
        raise Http404
    try:
        jobs.restart(run_id=run_id, by=Actor("user", user.get_username(), user.pk), at=clock.now())
    except UnknownRun as problem:
        raise Http404 from problem
    except IllegalMove:
        context = {"section": "jobs", "reader": person, "heading": _("Job runs"), "state": states.not_waiting(back)}
        return render(request, "backoffice/state.html", context, status=409)
    return HttpResponseRedirect(back)


def _state(query: Mapping[str, str]) -> JobState | None:
    """Return the state that is chosen. Raises Http404 for one that does not exist."""
    text = query.get("state", "")
    if text and text not in JobState.values:
        raise Http404
    return JobState(text) if text else None


def _address(state: JobState | None, offset: int = 0) -> str:
    """Return the address of the list for a state and an offset."""
    chosen = {"state": state.value if state else "", "from": offset}
    query = urlencode({name: value for name, value in chosen.items() if value})
    return reverse("backoffice:jobs") + (f"?{query}" if query else "")
