"""The steps to the first signing, as a page and as a file: counts of the reader's units of today, without names.

The contracts are those that `visible_to` leaves, below the unit that was asked for.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.queries import visible_units
from backoffice.access import staff
from backoffice.pages import funnel as pages
from backoffice.pages.product.head import node_called, plain_frame
from backoffice.queries import reader
from backoffice.views.asking import Asked, Missing, asked
from backoffice.views.product import Context, draw
from core import clock
from screens.downloads import table_file
from smart_products.catalogue.queries import products
from smart_products.signing.models import Contract
from smart_products.signing.queries.funnel import Funnel
from smart_products.signing.queries.funnel import funnel as funnel_of
from smart_products.statistics import queries
from smart_products.statistics.queries import UnknownScope


@require_safe
@staff
def funnel(request: HttpRequest) -> HttpResponse:
    """Draw how far clients came who began to sign in the period."""

    def make(what: Asked) -> Context:
        found = _found(request, what)
        node = node_called(queries.node_names(), what.chosen.node)
        versions = queries.versions_of(what.as_of)
        return {"page": pages.page(found, node, versions, what.chosen, what.around)}

    return draw(request, "funnel", make)


@require_safe
@staff
def sheet(request: HttpRequest) -> HttpResponse:
    """Give the steps as a file, for the same choices as the page."""
    what = asked(request, reader(request.user))
    if isinstance(what, Missing):
        raise Http404
    try:
        found = _found(request, what)
    except UnknownScope as problem:
        raise Http404 from problem
    return table_file(request, pages.sheet(found, what.chosen.node, what.unit), f"funnel-{what.as_of.isoformat()}")


def _found(request: HttpRequest, what: Asked) -> Funnel:
    """Return the counts for what was asked; raise UnknownScope for what names no product."""
    chosen = what.chosen
    of_node = pages.products_of(chosen.node, products())
    if not of_node:
        raise UnknownScope("node", chosen.node or "")
    path = next(one.path for one in visible_units(request.user, what.as_of) if one.code == what.unit)
    mine = Contract.objects.visible_to(request.user).filter(client__outlet__path__startswith=path)
    # Contracts are known up to now, figures up to the last fact day: the latest page does not end before its records.
    until = clock.shanghai_today() if what.as_of == what.around.days[-1] else what.as_of
    return funnel_of(mine, of_node, since=plain_frame(chosen, what.around).since, as_of=until)
