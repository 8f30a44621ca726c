"""The lists of what clients signed: contracts made here by state, what feeds told, and the queues that wait for staff.

For roles that have clients, and of their own units alone; for anybody else there is nothing here. A queue is a saved
filter with an address of its own. What leaves as a sheet is recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backoffice.lists import FEED_STATES
from backoffice.pages import contracts as pages
from backoffice.pages.clients import listing
from backoffice.pages.contracts import Count, Line
from backoffice.queries import Reader
from backoffice.views.clients import PAGE, SHEET, Asked, asked, for_clients, language
from core import clock
from core.keyset import BadPlace, Cut, cut
from screens import formats
from screens.downloads import table_file
from screens.reads import note_read
from smart_products.signing.models import Contract, Subscription
from smart_products.signing.queries import worklists

CONTRACTS, SUBSCRIPTIONS = ("-number",), ("-start", "-source", "-code")
QUEUES: dict[str, Callable[[QuerySet[Contract]], QuerySet[Contract]]] = {
    "cooling-off": lambda found: worklists.cooling_off_ends(found, clock.shanghai_today()),
    "rematching": worklists.open_questions,
}
"""Contracts that wait for somebody, by the name in the address."""
Row = TypeVar("Row", bound=Model)


@require_safe
@for_clients
def subscriptions(request: HttpRequest, person: Reader) -> HttpResponse:
    """List contracts made here, or what feeds told: how many in each state first, then fifty a page."""
    what = asked(request)
    if what.chosen.origin == "feed":
        found, counts = _told(request, what)
        page: Cut[Any] = _cut(found, SUBSCRIPTIONS, what)
        lines = pages.subscriptions(page.rows, what.products, clock.shanghai_today(), request.user, language())
    else:
        made, counts = _made(request, what)
        page = _cut(made, CONTRACTS, what)
        lines = pages.contracts(page.rows, what.products, request.user, language())
    return _draw(request, person, what, page, lines, counts=counts)


@require_safe
@for_clients
def queue(request: HttpRequest, person: Reader, name: str) -> HttpResponse:
    """List the contracts of a queue, fifty a page."""
    if name not in QUEUES:
        raise Http404
    what = asked(request)
    found = QUEUES[name](worklists.signed_here(request.user, what.path, what.product))
    page = _cut(found, CONTRACTS, what)
    questions = worklists.questions_of(page.rows) if name == "rematching" else {}
    lines = pages.contracts(page.rows, what.products, request.user, language(), questions)
    return _draw(request, person, what, page, lines, queue=name)


@require_safe
@for_clients
def sheet(request: HttpRequest, person: Reader) -> HttpResponse:
    """Give what is listed as a file, the latest ten thousand."""
    what = asked(request)
    if what.chosen.origin == "feed":
        told = _told(request, what, count=False)[0].order_by(*SUBSCRIPTIONS)[:SHEET]
        lines = pages.subscriptions(told, what.products, clock.shanghai_today(), request.user, language())
    else:
        made = _made(request, what, count=False)[0].order_by(*CONTRACTS)[:SHEET]
        lines = pages.contracts(made, what.products, request.user, language())
    details = {"sheet": "subscriptions", "rows": len(lines), "filters": what.chosen.on_record()}
    note_read(request, "unit", what.scope.unit.code, details, place=what.path)
    return table_file(request, pages.table(lines), "subscriptions")


def _made(request: HttpRequest, what: Asked, *, count: bool = True) -> tuple[QuerySet[Contract], tuple[Count, ...]]:
    """Return the contracts that are asked for, and all of them by state."""
    chosen, found = what.chosen, worklists.signed_here(request.user, what.path, what.product)
    if chosen.state in FEED_STATES:
        raise Http404
    counts = pages.state_counts(worklists.states_of(found), chosen) if count else ()
    return (found.filter(state=chosen.state) if chosen.state else found), counts


def _told(request: HttpRequest, what: Asked, *, count: bool = True) -> tuple[QuerySet[Subscription], tuple[Count, ...]]:
    """Return the subscriptions of feeds that are asked for, and how many run and have ended."""
    chosen, found = what.chosen, worklists.told_by_feeds(request.user, what.path, what.product)
    running = worklists.in_force(clock.shanghai_today())
    if chosen.state not in ("", *FEED_STATES):
        raise Http404
    counted = [found.filter(running), found.exclude(running)]
    counts = pages.feed_counts([worklists.bounded(one) for one in counted], chosen) if count else ()
    return (counted[FEED_STATES.index(chosen.state)] if chosen.state else found), counts


def _cut(found: QuerySet[Row], order: tuple[str, ...], what: Asked) -> Cut[Row]:
    try:
        return cut(found, order, size=PAGE, after=what.chosen.after, before=what.chosen.before)
    except BadPlace as problem:
        raise Http404 from problem


def _draw(
    request: HttpRequest,
    person: Reader,
    what: Asked,
    page: Cut[Any],
    lines: list[Line],
    *,
    counts: tuple[Count, ...] = (),
    queue: str = "",
) -> HttpResponse:
    chosen = what.chosen
    context = {
        "section": "subscriptions",
        "reader": person,
        "chosen": chosen,
        "queue": queue,
        "counts": counts,
        "bar": listing.bar(what.scope, what.products.values(), chosen, language(), people=False),
        "lines": zip(lines, page.rows, strict=True),
        "some": bool(lines),
        "origins": {"here": chosen.address(origin="", state=""), "feed": chosen.address(origin="feed", state="")},
        "every_state": chosen.address(state=""),
        "before": chosen.address(before=page.before) if page.before else None,
        "after": chosen.address(after=page.after) if page.after else None,
        "sheet": formats.heads(SHEET),
    }
    return render(request, "backoffice/subscriptions.html", context)
