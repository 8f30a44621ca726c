"""The pages of feed status: the list of deliveries, one delivery, its quarantine as a sheet.

Only roles that work for the whole house see them; for anybody else there is nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from backoffice.access import door
from backoffice.pages import feeds as pages
from backoffice.pages import warnings as warning_pages
from backoffice.queries import Reader
from screens.downloads import table_file
from screens.reads import note_read
from smart_products.holdings import queries
from smart_products.holdings.queries import Refusal, UnknownDelivery
from smart_products.holdings.states import FileMode

PAGE = 50
SHOWN_REFUSALS = 200
SEQUENCE_TAKEN = "sequence_taken"
"""The one breach that is not mended under the same sequence."""
P = ParamSpec("P")


def for_feeds(
    view: Callable[Concatenate[HttpRequest, Reader, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let only readers in whose role sees deliveries; others find nothing."""
    return door(view, lambda person: person.feeds)


def offset_of(query: Mapping[str, str]) -> int:
    """Return where a page of a list starts. Raises Http404 for what is no number."""
    text = query.get("from", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Http404
    return int(text)


@require_safe
@for_feeds
def deliveries(request: HttpRequest, person: Reader) -> HttpResponse:
    """List deliveries, the latest first."""
    offset = offset_of(request.GET)
    found = queries.deliveries(limit=PAGE, offset=offset)
    before, after = pages.pages_around(offset, PAGE, found.total)
    context = {
        "section": "feeds",
        "reader": person,
        "lines": [pages.line(one, reverse("backoffice:delivery", args=(one.public_id,))) for one in found.rows],
        "total": found.total,
        "before": None if before is None else f"?from={before}",
        "after": None if after is None else f"?from={after}",
    }
    return render(request, "backoffice/feeds/list.html", context)


@require_safe
@for_feeds
def delivery(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """Show one delivery: how it was judged, its files and totals, its warnings, and the first rows of
    its quarantine.
    """
    return show(request, person, public_id)


def show(request: HttpRequest, person: Reader, public_id: UUID, unsent: Sequence[Refusal] = ()) -> HttpResponse:
    """Draw the page of a delivery, with what was wrong with files that were to be sent again."""
    try:
        found = queries.delivery(public_id)
    except UnknownDelivery as problem:
        raise Http404 from problem
    refused = queries.quarantine(public_id, limit=SHOWN_REFUSALS) if found.delivery.quarantined else ()
    if refused:
        note_read(request, "quarantine", str(public_id), {"rows": len(refused)})
    context = {
        "section": "feeds",
        "reader": person,
        "public_id": public_id,
        "line": pages.line(found.delivery, ""),
        "files": pages.files(found),
        "faults": [pages.fault(one) for one in found.errors],
        "taken": any(one.rule == SEQUENCE_TAKEN for one in found.errors),
        "warnings": [warning_pages.line(one) for one in found.warnings],
        "refused": [pages.refused_row(one) for one in refused],
        "more": max(0, found.delivery.quarantined - SHOWN_REFUSALS),
        "sheet_address": reverse("backoffice:quarantine-sheet", args=(public_id,)),
        "may_send": person.operates and found.delivery.business_date is not None,
        "modes": FileMode.choices,
        "waiting": pages.waiting(settings.INBOX_DIR, found.delivery),
        "unsent": [pages.fault(one) for one in unsent],
    }
    return render(request, "backoffice/feeds/delivery.html", context, status=422 if unsent else 200)


@require_safe
@for_feeds
def quarantine_sheet(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """Give all refused rows of a delivery as a file."""
    try:
        refused = queries.quarantine(public_id, limit=None)
    except UnknownDelivery as problem:
        raise Http404 from problem
    note_read(request, "quarantine", str(public_id), {"rows": len(refused), "as": request.GET.get("as", "csv")})
    body = pages.quarantine_table(refused)
    return table_file(request, body, f"quarantine-{public_id}")
