"""The page of health: how the service stands, in one place, and what to do where it does not.

For whoever sees deliveries and job runs; for anybody else there is nothing here.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backoffice.pages import health as pages
from backoffice.queries import Reader
from backoffice.views.feeds import for_feeds
from core import clock
from smart_products.health import queries


@require_safe
@for_feeds
def health(request: HttpRequest, person: Reader) -> HttpResponse:
    """Show every check: state, what was found, what to do."""
    found = queries.health(today=clock.shanghai_today(), at=clock.now())
    context = {"section": "operations", "reader": person, "page": pages.page(found)}
    return render(request, "backoffice/operations/health.html", context)
