"""The page of restatements: days that were published again, with their figures before and after.

For whoever sees deliveries; for anybody else there is nothing here.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from backoffice.pages import restatements as pages
from backoffice.queries import Reader
from backoffice.views.feeds import for_feeds
from core.keyset import BadPlace, cut
from core.queries import people_behind
from smart_products.statistics.queries import restated, restatements

PAGE = 20


@require_safe
@for_feeds
def restated_days(request: HttpRequest, person: Reader) -> HttpResponse:
    """List restated days, the latest published first."""
    given, here = request.GET, reverse("backoffice:restatements")
    try:
        page = cut(
            restated(), ("-published_at", "-public_id"), size=PAGE,
            after=given.get("after", ""), before=given.get("before", ""),
        )  # fmt: skip
    except BadPlace as problem:
        raise Http404 from problem
    found = restatements(page.rows)
    who = people_behind(
        action="resend_delivery", field="folder", values={one.folder for row in found for one in row.deliveries}
    )
    context = {
        "section": "operations",
        "reader": person,
        "lines": [pages.line(one, who, translation.get_language() or "") for one in found],
        "before": f"{here}?{pages.place('before', page.before)}" if page.before else None,
        "after": f"{here}?{pages.place('after', page.after)}" if page.after else None,
    }
    return render(request, "backoffice/operations/restatements.html", context)
