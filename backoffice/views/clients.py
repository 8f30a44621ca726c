"""The lists of clients: by words and filters, as a sheet, and those whose test expires.

For roles that have clients, and of their own units alone; for anybody else there is nothing here. What leaves as a
sheet is recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Client, User
from accounts.models.clients import ClientQuerySet
from accounts.queries import acting, clients_of, visible_units
from accounts.roles import Area, opening
from accounts.scoping import granted_paths, reaches
from backoffice import lists
from backoffice.access import door
from backoffice.filters import BadAddress
from backoffice.lists import Listing
from backoffice.pages.clients import listing as pages
from backoffice.pages.feeds import pages_around
from backoffice.queries import Reader
from backoffice.scope import NoUnits, Scope, UnknownUnit
from backoffice.scope import scope as scope_of
from backoffice.views.feeds import offset_of
from core import clock
from core.actor import Actor
from core.keyset import BadPlace, cut
from screens import formats
from screens.downloads import table_file
from screens.reads import note_read
from smart_products.catalogue.queries import ProductView, products
from smart_products.signing.queries import worklists
from smart_products.signing.queries.lists import clients_chosen
from smart_products.suitability.queries import NothingPublished, expiring_among

PAGE = 50
SHEET = 10_000
"""Clients that a sheet holds at most."""
SOON = 30
"""Days within which a test that expires is on the work list."""
ORDER = ("source", "code")
P = ParamSpec("P")


def for_clients(
    view: Callable[Concatenate[HttpRequest, Reader, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let only readers in whose role has clients; others find nothing."""
    return door(view, lambda person: person.clients)


@dataclass(frozen=True, slots=True)
class Asked:
    """The choices of a list with what they mean: the unit in the reader's scope, its path, and the product."""

    chosen: Listing
    scope: Scope
    path: str
    product: ProductView | None
    products: dict[int, ProductView]


def asked(request: HttpRequest) -> Asked:
    """Return what a list is asked for; raise Http404 for what can not be read or seen."""
    try:
        chosen = lists.read(request.GET)
        paths = granted_paths(request.user, roles=opening(Area.CLIENTS))
        units = [one for one in visible_units(request.user, clock.shanghai_today()) if reaches(paths, one.path)]
        place = scope_of(units, chosen.unit or None, language())
    except (BadAddress, NoUnits, UnknownUnit) as problem:
        raise Http404 from problem
    every = {one.id: one for one in products()}
    product = next((one for one in every.values() if one.code == chosen.product), None)
    if chosen.product and product is None:
        raise Http404
    path = next(one.path for one in units if one.code == chosen.unit) if chosen.unit else ""
    return Asked(chosen, place, path, product, every)


def language() -> str:
    """Return the language of the answer."""
    return translation.get_language() or ""


def actor(request: HttpRequest) -> Actor:
    """Return who reads, as the log wants it named."""
    if not isinstance(request.user, User):
        raise Http404
    return acting(request.user)


def _found(request: HttpRequest, what: Asked) -> ClientQuerySet:
    chosen = what.chosen
    return clients_chosen(
        request.user,
        words=chosen.q,
        path=what.path,
        risk_class=chosen.risk,
        holds=chosen.holds != "no" if chosen.holds else None,
        product=what.product,
        on=clock.shanghai_today(),
    )


@require_safe
@for_clients
def clients(request: HttpRequest, person: Reader) -> HttpResponse:
    """List the reader's clients by code, fifty a page."""
    what = asked(request)
    chosen = what.chosen
    try:
        page = cut(_found(request, what), ORDER, size=PAGE, after=chosen.after, before=chosen.before)
    except BadPlace as problem:
        raise Http404 from problem
    context = {
        **_drawn(request, person, what, page.rows),
        "bar": pages.bar(what.scope, what.products.values(), chosen, language(), people=True),
        "before": chosen.address(before=page.before) if page.before else None,
        "after": chosen.address(after=page.after) if page.after else None,
        "sheet": formats.heads(SHEET),
    }
    return render(request, "backoffice/clients/list.html", context)


def _drawn(
    request: HttpRequest, person: Reader, what: Asked, rows: list[Client], notes: dict[int, str] | None = None
) -> dict[str, Any]:
    held = worklists.live_products([one.pk for one in rows], clock.shanghai_today())
    return {
        "section": "clients",
        "reader": person,
        "chosen": what.chosen,
        "lines": pages.lines(rows, held, what.products, request.user, language(), notes),
    }


@require_safe
@for_clients
def sheet(request: HttpRequest, person: Reader) -> HttpResponse:
    """Give the clients of a list as a file, the first ten thousand by code."""
    what = asked(request)
    rows = list(_found(request, what).order_by(*ORDER)[:SHEET])
    held = worklists.live_products([one.pk for one in rows], clock.shanghai_today())
    details = {"sheet": "clients", "rows": len(rows), "filters": what.chosen.on_record()}
    note_read(request, "unit", what.scope.unit.code, details, place=what.path)
    return table_file(request, pages.table(rows, held, what.products, request.user, language()), "clients")


@require_safe
@for_clients
def expiring(request: HttpRequest, person: Reader) -> HttpResponse:
    """List the clients whose class expires within thirty days, the next first."""
    what, today, offset = asked(request), clock.shanghai_today(), offset_of(request.GET)
    try:
        found = expiring_among(_found(request, what), today, SOON)
    except NothingPublished:
        found = []
    shown = found[offset : offset + PAGE]
    people = clients_of(request.user).select_related("outlet").in_bulk([one.client_id for one in shown])
    notes = {one.client_id: _("holds until %(day)s") % {"day": one.expires_on.isoformat()} for one in shown}
    rows = [people[one.client_id] for one in shown if one.client_id in people]
    before, after = pages_around(offset, PAGE, len(found))
    context = {
        **_drawn(request, person, what, rows, notes),
        "section": "subscriptions",
        "queue": "expiring",
        "days": SOON,
        "total": len(found),
        "bar": pages.bar(what.scope, what.products.values(), what.chosen, language(), people=True),
        "before": None if before is None else f"{what.chosen.address()}&from={before}",
        "after": None if after is None else f"{what.chosen.address()}&from={after}",
    }
    return render(request, "backoffice/clients/expiring.html", context)
