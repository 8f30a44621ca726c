"""The matrix page and its table as a sheet.

Reads the address, asks statistics for the matrix of what the reader may see, and draws it. What can not
be shown becomes a page in words: nothing published, a day without a publication, no role, nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice import filters as addresses
from backoffice import states
from backoffice.access import staff
from backoffice.filters import BadAddress, Filters
from backoffice.pages import channels, sheet, tiers
from backoffice.pages import choices as choosing
from backoffice.pages import matrix as pages
from backoffice.pages.matrix import Surroundings
from backoffice.queries import Reader, reader, visible_units
from backoffice.scope import NoUnits, UnknownUnit
from backoffice.scope import scope as scope_of
from backoffice.states import State
from smart_products.statistics import queries
from smart_products.statistics.figures import MatrixRow
from smart_products.statistics.months import year_before
from smart_products.statistics.queries import Matrix, NotPublished, UnknownScope
from smart_products.statistics.tiers import TIERS


@dataclass(frozen=True, slots=True)
class Found:
    """What the domain answered, with what surrounds it."""

    chosen: Filters
    around: Surroundings
    matrix: Matrix
    slices: Sequence[MatrixRow]
    by: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A page in words, for what can not be shown."""

    chosen: Filters
    state: State
    status: int
    around: Surroundings | None = None


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send the reader to the matrix."""
    return redirect("backoffice:matrix")


@require_safe
@staff
def matrix(request: HttpRequest) -> HttpResponse:
    """Draw the product matrix for the choices in the address."""
    person = reader(request.user)
    answer = ask(request, person)
    context: dict[str, object] = {"section": "matrix", "reader": person, "filters": answer.chosen}
    if isinstance(answer, Missing):
        context |= {"state": answer.state, "heading": _("Product matrix")}
        if answer.around is not None:
            context["choices"] = _choices(answer.chosen, answer.around)
        return render(request, "backoffice/state.html", context, status=answer.status)
    page = pages.page(answer.matrix, answer.slices, answer.by, answer.chosen, answer.around)
    context |= {"page": page, "sheet_address": reverse("backoffice:matrix-sheet") + page.sheet_address}
    return render(request, "backoffice/matrix.html", context)


@require_safe
@staff
def matrix_sheet(request: HttpRequest) -> HttpResponse:
    """Give the rows of the matrix as CSV, exact to the fen, for the same choices as the page."""
    answer = ask(request, reader(request.user))
    if isinstance(answer, Missing):
        raise Http404
    language = translation.get_language()
    name = f"matrix-{answer.matrix.as_of.isoformat()}-v{answer.matrix.publication.version}.csv"
    body = sheet.csv_text([*answer.matrix.rows, *answer.slices], answer.matrix, language)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    # The byte order mark lets spreadsheet programs read Chinese names.
    return HttpResponse(body.encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers)


def ask(request: HttpRequest, person: Reader) -> Found | Missing:
    """Return what the domain answers to the choices in the address; raise Http404 for what can not be
    seen.
    """
    try:
        chosen = addresses.read(request.GET)
    except BadAddress as problem:
        raise Http404 from problem
    days = queries.fact_days()
    if not days:
        feeds = reverse("backoffice:feeds") if person.feeds else ""
        return Missing(chosen, states.nothing_published(feeds), 200)
    as_of, chosen = chosen.settled(days[-1])
    try:
        around = _around(request, days, as_of, chosen)
    except NoUnits:
        return Missing(chosen, states.no_role(), 403)
    except UnknownUnit as problem:
        raise Http404 from problem
    return _published(chosen, around)


def _around(request: HttpRequest, days: Sequence[date], as_of: date, chosen: Filters) -> Surroundings:
    language = translation.get_language() or ""
    known = on_a_known_day(days, as_of)
    place = scope_of(visible_units(request.user, known), chosen.unit, language)
    return Surroundings(
        days=days,
        scope=place,
        tiers=tiers.names(TIERS, language),
        channels=channels.names(queries.channels()),
        language=language,
    )


def on_a_known_day(days: Sequence[date], day: date) -> date:
    """Return the last day with facts up to the given one, or the first day of all: whose structure is
    shown.
    """
    return choosing.on_or_before(days, day) or days[0]


def _published(chosen: Filters, around: Surroundings) -> Found | Missing:
    chosen = _with_a_start(chosen, around.days)
    by = pages.by_default(chosen, around.scope)
    unit = around.scope.unit.code
    try:
        found = _matrix(chosen, unit, node=chosen.node)
        slices = _matrix(chosen, unit, node=chosen.node, by=by).rows if by else ()
    except NotPublished as problem:
        return _missing(chosen, around, problem)
    except UnknownScope as problem:
        raise Http404 from problem
    return Found(chosen, around, found, slices, by)


def _with_a_start(chosen: Filters, days: Sequence[date]) -> Filters:
    """Compare with the first day of all where no day lies a year back: a young broker still sees why assets grew."""
    as_of = chosen.as_of or days[-1]
    if chosen.since is None and days[0] < as_of and days[0] > year_before(as_of):
        return replace(chosen, since=days[0])
    return chosen


def _matrix(chosen: Filters, unit: str, *, node: str | None, by: str = "") -> Matrix:
    return queries.matrix(
        as_of=chosen.as_of,
        since=chosen.since,
        unit=unit,
        tier=chosen.tier,
        channel=chosen.channel,
        by=by,
        node=node,
        version=chosen.version,
    )


def _missing(chosen: Filters, around: Surroundings, problem: NotPublished) -> Missing:
    day = problem.day or chosen.as_of or around.days[-1]
    latest = chosen.as_of if day == chosen.since else problem.latest
    address = reverse("backoffice:matrix") + chosen.address(as_of=latest, version=None, since=None)
    return Missing(chosen, states.not_published(day, latest, address), 404, around)


def _choices(chosen: Filters, around: Surroundings) -> choosing.Choices:
    return choosing.choices(
        around.days, around.scope, chosen,
        as_of=chosen.as_of or around.days[-1], since=None,
        tiers=around.tiers, channels=around.channels, language=around.language,
    )  # fmt: skip
