"""The search over units and products, which the key `/` leads to.

Answers a whole page; while words are typed only its list is shown. A search that finds one thing alone opens it.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.queries import visible_units
from backoffice import filters as addresses
from backoffice import states
from backoffice.access import staff
from backoffice.filters import LONGEST_CODE, BadAddress
from backoffice.pages import search as pages
from backoffice.queries import reader
from core import clock
from smart_products.statistics import queries


@require_safe
@staff
def search(request: HttpRequest) -> HttpResponse:
    """List what matches `q` among what the reader may see, on the day and with the filters of the address."""
    try:
        chosen = addresses.read(request.GET)
    except BadAddress as problem:
        raise Http404 from problem
    context: dict[str, object] = {"section": "search", "reader": reader(request.user), "filters": chosen}
    day = chosen.as_of or queries.latest_day() or clock.shanghai_today()
    units = visible_units(request.user, day)
    if not units:
        context |= {"state": states.no_role(), "heading": _("Search")}
        return render(request, "backoffice/state.html", context, status=403)
    words = request.GET.get("q", "")[:LONGEST_CODE]
    found = pages.search(words, units, queries.node_names(), chosen, translation.get_language())
    if found.only is not None and not _typing(request):
        return HttpResponseRedirect(reverse(f"backoffice:{found.only.page}") + found.only.address)
    return render(request, "backoffice/search.html", {**context, "found": found})


def _typing(request: HttpRequest) -> bool:
    """Return whether only the list is asked for, which happens while words are typed."""
    return "HX-Request" in request.headers and "HX-Boosted" not in request.headers
