"""Two versions of a day's figures compared: the page, and the same as a sheet.

Asks statistics what the address says and draws the answer. Names no account beyond the reader's units; a version that
is not there is told in words, under the status of what does not exist.
"""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.queries import unit_tree
from backoffice import states
from backoffice.access import staff
from backoffice.filters import MATRIX
from backoffice.pages.product import differences as pages
from backoffice.pages.product import differences_sheet as sheets
from backoffice.pages.product.head import plain_frame
from backoffice.queries import reader, visible_accounts
from backoffice.views.asking import Asked, Missing, asked, in_words, not_published
from screens.downloads import table_file
from screens.reads import note_read
from smart_products.statistics import queries
from smart_products.statistics.queries import Differences, NoSuchVersion, NotPublished, UnknownScope


@require_safe
@staff
def differences(request: HttpRequest) -> HttpResponse:
    """Draw two versions of a day beside each other and what made the difference."""
    person = reader(request.user)
    address = reverse("backoffice:differences")
    context: dict[str, object] = {"section": "matrix", "reader": person, "filters_address": address}
    heading = {"heading": _("Two versions compared")}
    what = asked(request, person)
    if isinstance(what, Missing):
        return in_words(request, what, context | heading)
    try:
        found = _differences(request, what, pages.SHOWN_ACCOUNTS)
    except NoSuchVersion as problem:
        return in_words(request, _no_such_version(what, problem, address), context | heading)
    except NotPublished as problem:
        return in_words(request, not_published(what, problem, address), context | heading)
    except UnknownScope as problem:
        raise Http404 from problem
    context["page"] = pages.page(found, queries.node_names(), what.chosen, what.around, feeds=person.feeds)
    context["filters"] = pages.settled(what.chosen, found)
    return render(request, "backoffice/product/differences.html", context)


@require_safe
@staff
def sheet(request: HttpRequest) -> HttpResponse:
    """Give two versions of a day as a file, for the same choices as the page."""
    what = asked(request, reader(request.user))
    if isinstance(what, Missing):
        raise Http404
    try:
        found = _differences(request, what, sheets.LIMIT)
    except (NotPublished, UnknownScope) as problem:
        raise Http404 from problem
    frame = plain_frame(what.chosen, what.around)
    body = sheets.sheet(found, "" if frame.opening else frame.since.isoformat())
    return table_file(request, body, f"differences-{what.chosen.node or MATRIX}-{what.as_of.isoformat()}")


def _differences(request: HttpRequest, what: Asked, limit: int) -> Differences:
    """Return the differences of what was asked, and record that accounts are shown.

    Raises NotPublished, NoSuchVersion and UnknownScope.
    """
    chosen, frame = what.chosen, plain_frame(what.chosen, what.around)
    found = queries.differences(
        as_of=what.as_of,
        earlier=chosen.against,
        later=chosen.version,
        since=None if frame.opening else frame.since,
        node=chosen.node or MATRIX,
        unit=what.unit,
        tier=chosen.tier,
        channel=chosen.channel,
        limit=limit,
        visible=visible_accounts(request.user),
    )
    if found.accounts:
        path = next((unit.path for unit in unit_tree(what.as_of) if unit.code == what.unit), "")
        details = {"as_of": what.as_of, "unit": what.unit, "accounts": len(found.accounts)}
        note_read(request, "differences", chosen.node or MATRIX, details, place=path)
    return found


def _no_such_version(what: Asked, problem: NoSuchVersion, address: str) -> Missing:
    """Return the page for a day without the versions that were asked for."""
    chosen = replace(what.chosen, version=None, against=None)
    history = reverse("backoffice:versions") + chosen.address()
    if len(problem.versions) == 1 and what.chosen == chosen:
        return Missing(chosen, states.reported_once(what.as_of, history), 200, what.around)
    last_two = address + chosen.address() if len(problem.versions) > 1 else ""
    told = states.no_such_version(what.as_of, problem.version, problem.versions, history, last_two)
    return Missing(chosen, told, 404, what.around)
