"""A delivery sent again, corrected: the form's files go into the inbox, and a page tells what became of them.

Operations alone sends; whoever sees deliveries follows. For anybody else there is nothing here.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from backoffice.pages import resending as pages
from backoffice.queries import Reader
from backoffice.views.feeds import for_feeds, show
from backoffice.views.warnings import actor, operators
from core import clock
from core.queries import job_run_of
from smart_products.holdings import operations, queries
from smart_products.holdings.reading.faults import FeedError
from smart_products.holdings.states import FileMode
from smart_products.holdings.unpacking import Upload

JOB = "tasks.deliver"
FOLDER = re.compile(r"[\w.-]{1,200}")


@require_POST
@operators
def send(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """Put what was handed over into the inbox, and lead to where its fate is told; a refusal is told on the page."""
    found, mode = queries.delivery_row(public_id), request.POST.get("mode", "")
    if found is None or (mode and mode not in FileMode.values):
        raise Http404
    uploads = [Upload(PurePath(one.name or "").name, one) for one in request.FILES.getlist("files")]
    try:
        folder = operations.resend(
            delivery=found, uploads=uploads, mode=FileMode(mode) if mode else None, inbox=settings.INBOX_DIR,
            limit=settings.UPLOAD_BYTES, by=actor(request), at=clock.now(),
        )  # fmt: skip
    except FeedError as problem:
        return show(request, person, public_id, problem.refusals)
    return redirect("backoffice:delivery-sent", folder)


@require_safe
@for_feeds
def sent(request: HttpRequest, person: Reader, folder: str) -> HttpResponse:
    """Tell how far a folder is: in the inbox, asked for, under way, judged."""
    if not FOLDER.fullmatch(folder) or folder.startswith("."):
        raise Http404
    judged, run = queries.delivery_from(folder), job_run_of(job=JOB, scope=folder)
    here = (settings.INBOX_DIR / folder).is_dir()
    if not (judged or run or here):
        raise Http404
    context = {"section": "feeds", "reader": person, "page": pages.page(folder, judged, run, here=here)}
    return render(request, "backoffice/feeds/sent.html", context)
