"""Verifying a paper: anybody drops a PDF and reads whether it is ours and untouched.

Needs no login and keeps nothing; one address may ask only so often, and one file may take only so much, since judging
is work.
"""

from __future__ import annotations

import logging
from datetime import datetime

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from core import clock
from portal.pages.signing import fingerprint, moment
from screens.preferences import house
from smart_products.signing.judging.apart import Busy, TooCostly, examine_apart
from smart_products.signing.queries.evidence import is_issued
from smart_products.signing.seals.configured import anchors
from smart_products.signing.seals.verifying import as_issued

log = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Judge a paper."""
    context: dict[str, object] = {"provider": house(translation.get_language() or "")}
    given = request.FILES.get("paper")
    if request.method == "POST" and given is not None and not isinstance(given, list):
        if given.size is None or given.size > settings.VERIFY_BYTES:
            context["too_large"] = True
            return render(request, "portal/verify.html", context, status=413)
        if not ratelimit.consume(request, action="portal_verify"):
            context["too_many"] = True
            return render(request, "portal/verify.html", context, status=429)
        pdf, language = given.read(), translation.get_language() or ""
        try:
            judged = examine_apart(pdf, anchors=anchors(clock.now()), language=language)
        except TooCostly:
            log.warning("a paper to verify took too much: %s bytes", len(pdf), exc_info=True)
            context["too_costly"] = True
            return render(request, "portal/verify.html", context, status=422)
        except Busy:
            context["busy"] = True
            return render(request, "portal/verify.html", context, status=503)
        report = as_issued(judged, pdf, is_issued)
        marks = [(mark.role, _time(mark.stamped_at or mark.signed_at)) for mark in report.marks]
        context |= {
            "report": report,
            "name": given.name,
            "certificates": sorted({fingerprint(mark.certificate_sha256) for mark in report.marks}),
            "marks": marks,
        }
    return render(request, "portal/verify.html", context)


def _time(at: datetime | None) -> str:
    return moment(timezone.localtime(at)) if at is not None else "-"
