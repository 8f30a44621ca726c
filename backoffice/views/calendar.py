"""The page of the trading calendar: how far it reaches, what is proposed, and the import by two persons.

Whoever sees deliveries reads it; operations alone proposes and confirms. For anybody else there is nothing here.
"""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from backoffice.pages import calendar as pages
from backoffice.pages.terms.refusals import Refusal
from backoffice.queries import Reader
from backoffice.views.feeds import for_feeds
from backoffice.views.warnings import actor, operators
from core import calendar, clock, operations
from core.calendar_file import read_days
from core.queries import calendar_changes, calendar_months, calendar_proposal, calendar_proposals, rows_of
from smart_products.statistics.queries import latest_day

MONTHS = 15
OPEN = 5
LARGEST = 1 << 20
"""Bytes of a file: a day takes about 15 of them."""


@require_safe
@for_feeds
def days(request: HttpRequest, person: Reader) -> HttpResponse:
    """Show how far the calendar reaches, month by month, and what waits for a second person."""
    return _page(request, person)


@require_POST
@operators
def propose(request: HttpRequest, person: Reader) -> HttpResponse:
    """Show what a file would change; with `sure`, propose it as it was shown."""
    file, text = request.FILES.get("file"), request.POST.get("text", "")
    if file is not None and (file.size or 0) > LARGEST:
        return _page(request, person, pages.too_large())
    data = file.read() if file is not None else text.encode()
    try:
        rows = read_days(data, file.name or "" if file is not None else "")
        if not request.POST.get("sure"):
            (changes,) = calendar_changes(rows)
            preview = pages.preview(changes, latest_day(), data.decode("utf-8-sig"))
            return _page(request, person, preview=preview)
        operations.propose_calendar(rows=rows, closed=latest_day(), by=actor(request), at=clock.now())
    except pages.REFUSED as problem:
        return _page(request, person, pages.refusal(problem))
    return redirect("backoffice:calendar")


@require_POST
@operators
def act(request: HttpRequest, person: Reader, public_id: UUID, act: str) -> HttpResponse:
    """Confirm or withdraw a proposal; a refusal is told on the page."""
    held, by, at = calendar_proposal(public_id), actor(request), clock.now()
    if held is None or act not in ("confirm", "withdraw"):
        raise Http404
    try:
        if act == "confirm":
            operations.confirm_calendar(proposal=held, closed=latest_day(), by=by, at=at)
        else:
            operations.withdraw_calendar(proposal=held, by=by, at=at)
    except pages.REFUSED as problem:
        return _page(request, person, pages.refusal(problem))
    return redirect("backoffice:calendar")


def _page(
    request: HttpRequest, person: Reader, refusal: Refusal | None = None, preview: pages.Preview | None = None
) -> HttpResponse:
    today, closed = clock.shanghai_today(), latest_day()
    proposals = calendar_proposals()[:OPEN]
    changes = calendar_changes(*(rows_of(one) for one in proposals)) if proposals else []
    waiting = [
        pages.proposal(one, would, closed, request.user.pk) for one, would in zip(proposals, changes, strict=True)
    ]
    context = {
        "section": "operations",
        "reader": person,
        "reach": pages.reach(calendar.reach(), calendar.days_left(today), closed),
        "months": calendar_months(today, MONTHS),
        "waiting": waiting,
        "preview": preview,
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "backoffice/operations/calendar.html", context, status=status)
