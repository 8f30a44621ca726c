"""The steps to the first signing, as a page and as a file: counts of the reader's units of today, and their clients.

The contracts are those that `visible_to` leaves, below the unit that was asked for.
"""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.queries import clients_of, visible_units
from backoffice.access import staff
from backoffice.lists import LONGEST_PLACE
from backoffice.pages import funnel as pages
from backoffice.pages.clients import listing
from backoffice.pages.product.head import node_called, plain_frame
from backoffice.queries import Reader, reader
from backoffice.views.asking import Asked, Missing, asked
from backoffice.views.clients import ORDER, PAGE, SHEET, for_clients, language
from backoffice.views.product import Context, draw
from core import clock
from core.keyset import BadPlace, cut
from screens import formats
from screens.downloads import table_file
from screens.reads import note_read
from smart_products.catalogue.queries import products
from smart_products.signing.models import Contract
from smart_products.signing.queries import worklists
from smart_products.signing.queries.funnel import STEPS, clients_at
from smart_products.signing.queries.funnel import funnel as funnel_of
from smart_products.statistics import queries
from smart_products.statistics.queries import UnknownScope

WAYS = ("after", "before")


class Chosen(TypedDict):
    """What is asked of contracts: products, and the period in which they were begun."""

    products: list[int]
    since: date
    as_of: date


@require_safe
@staff
def funnel(request: HttpRequest) -> HttpResponse:
    """Draw how far clients came who began to sign in the period."""

    def make(what: Asked) -> Context:
        contracts, chosen = _narrowed(request, what)
        found = funnel_of(contracts, **chosen)
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
        contracts, chosen = _narrowed(request, what)
    except UnknownScope as problem:
        raise Http404 from problem
    found = funnel_of(contracts, **chosen)
    return table_file(request, pages.sheet(found, what.chosen.node, what.unit), f"funnel-{what.as_of.isoformat()}")


@require_safe
@for_clients
def clients(request: HttpRequest, person: Reader, step: str) -> HttpResponse:
    """List the clients at a step, fifty a page by code, or give them as a file; either is recorded."""
    what = asked(request, person)
    if isinstance(what, Missing) or step not in STEPS:
        raise Http404
    try:
        contracts, chosen = _narrowed(request, what)
        found = clients_of(request.user).filter(pk__in=clients_at(contracts, step=step, **chosen))
        found = found.select_related("outlet")
        after, before = (request.GET.get(name, "")[:LONGEST_PLACE] for name in WAYS)
        shown = cut(found, ORDER, size=PAGE, after=after, before=before)
    except (UnknownScope, BadPlace) as problem:
        raise Http404 from problem
    as_file = request.GET.get("as", "") in {"csv", "xlsx"}
    rows = list(found.order_by(*ORDER)[:SHEET]) if as_file else shown.rows
    kind = "sheet" if as_file else "list"
    note_read(request, "unit", what.unit, {kind: f"funnel {step}", "rows": len(rows)})
    names = {one.id: one for one in products()}
    held = worklists.live_products([one.pk for one in rows], clock.shanghai_today())
    if as_file:
        body = listing.table(rows, held, names, request.user, language(), None)
        return table_file(request, body, f"funnel-{step}-{what.as_of.isoformat()}")
    versions = queries.versions_of(what.as_of)
    node = node_called(queries.node_names(), what.chosen.node)
    address = what.chosen.address()
    context = {
        "section": "matrix",
        "reader": person,
        "filters": what.chosen,
        "page": pages.page(funnel_of(contracts, **chosen), node, versions, what.chosen, what.around),
        "name": pages.step_name(step),
        "step": step,
        "lines": listing.lines(rows, held, names, request.user, language(), {}),
        "sheet": formats.heads(SHEET),
        "before": f"{address}&before={shown.before}" if shown.before else None,
        "after": f"{address}&after={shown.after}" if shown.after else None,
    }
    return render(request, "backoffice/product/funnel_clients.html", context)


def _narrowed(request: HttpRequest, what: Asked) -> tuple[QuerySet[Contract], Chosen]:
    """Return the contracts of the reader's part and what is asked of them; raise UnknownScope without a product."""
    chosen = what.chosen
    of_node = pages.products_of(chosen.node, products())
    if not of_node:
        raise UnknownScope("node", chosen.node or "")
    path = next(one.path for one in visible_units(request.user, what.as_of) if one.code == what.unit)
    mine = Contract.objects.visible_to(request.user).filter(client__outlet__path__startswith=path)
    if chosen.channel is not None:
        mine = mine.filter(client__channel=chosen.channel)
    # Contracts are known up to now, figures up to the last fact day: the latest page does not end before its records.
    until = clock.shanghai_today() if what.as_of == what.around.days[-1] else what.as_of
    return mine, {"products": of_node, "since": plain_frame(chosen, what.around).since, "as_of": until}
