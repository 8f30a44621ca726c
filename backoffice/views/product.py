"""The pages of a product, a family or the whole matrix, and their charts as sheets.

Each page asks statistics what its address says and draws the answer. The league stands on a page of its own, from which
the page of the product takes its first rows once it is on the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypedDict

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.access import staff
from backoffice.filters import MATRIX
from backoffice.pages.matrix import main_row
from backoffice.pages.product import compare as comparing
from backoffice.pages.product import league as leagues
from backoffice.pages.product import moves as moving
from backoffice.pages.product import page as pages
from backoffice.pages.product import sheets
from backoffice.pages.product import versions as histories
from backoffice.pages.product.compare import Seen
from backoffice.pages.product.head import node_called, plain_frame
from backoffice.queries import reader
from backoffice.views.asking import Asked, Missing, asked, in_words, not_published, other_side
from backoffice.views.matrix import matrix_of
from screens.downloads import table_file
from screens.tables import Table
from smart_products.statistics import queries
from smart_products.statistics.queries import (
    History,
    Matrix,
    NotPublished,
    Standing,
    Structure,
    Transitions,
    UnknownScope,
)
from smart_products.statistics.retention import Basis, Retention
from smart_products.statistics.retention import Standing as Ranked

Context = dict[str, object]


class Scope(TypedDict):
    """What every question about retention says beside its node."""

    as_of: date | None
    basis: Basis
    unit: str
    tier: str | None
    channel: str | None
    version: int | None


def draw(request: HttpRequest, name: str, make: Callable[[Asked], Context]) -> HttpResponse:
    """Draw the page of this name from what `make` answers, or the page in words that stands for it."""
    person = reader(request.user)
    address = reverse(f"backoffice:{name}")
    context: Context = {"section": "matrix", "reader": person, "filters_address": address}
    what = asked(request, person)
    if isinstance(what, Missing):
        return in_words(request, what, context | {"heading": _("Products")})
    try:
        context |= make(what)
    except NotPublished as problem:
        return in_words(request, not_published(what, problem, address), context | {"heading": _("Products")})
    except UnknownScope as problem:
        raise Http404 from problem
    template = str(context.get("piece", f"backoffice/product/{name}.html"))
    return render(request, template, context | {"filters": what.chosen})


@require_safe
@staff
def product(request: HttpRequest) -> HttpResponse:
    """Draw the page of a node: how it stands, its cohorts, how long signings last."""
    return draw(request, "product", _product)


def _product(what: Asked) -> Context:
    found = retention_of(what, values=what.chosen.show == "assets")
    return {"page": pages.page(matrix_of(what), found, what.chosen, what.around)}


@require_safe
@staff
def league(request: HttpRequest) -> HttpResponse:
    """Draw the units, tiers or channels below the scope beside each other; the page of the product takes the first."""
    return draw(request, "league", _first_rows if request.headers.get("HX-Target") == "league" else _league)


def _league(what: Asked) -> Context:
    by, rows = league_of(what)
    node = node_called(queries.node_names(), what.chosen.node)
    return {"page": leagues.page(rows, by, node, queries.versions_of(what.as_of), what.chosen, what.around)}


def _first_rows(what: Asked) -> Context:
    by, rows = league_of(what)
    found = leagues.piece(rows, by, what.chosen, what.around)
    return {"league": found, "piece": "backoffice/product/league_sheet.html"}


@require_safe
@staff
def moves(request: HttpRequest) -> HttpResponse:
    """Draw where clients went over the period; the page of the product takes the sheet alone."""
    return draw(request, "moves", _moves_sheet if request.headers.get("HX-Target") == "moves" else _moves)


def _moves(what: Asked) -> Context:
    return {"page": moving.page(moves_of(what), queries.versions_of(what.as_of), what.chosen, what.around)}


def _moves_sheet(what: Asked) -> Context:
    found = moving.moves(moves_of(what), what.chosen, what.around)
    return {"moves": found, "piece": "backoffice/product/moves_sheet.html"}


@require_safe
@staff
def compare(request: HttpRequest) -> HttpResponse:
    """Draw two units, two nodes or two days beside each other, or the choice of what to compare with."""
    return draw(request, "compare", _compare)


def _compare(what: Asked) -> Context:
    matrix, other = matrix_of(what), other_side(what)
    seen = () if other is None else (own_side(what, matrix), seen_of(other))
    return {"page": comparing.page(matrix, seen, queries.node_names(), what.chosen, what.around)}


@require_safe
@staff
def versions(request: HttpRequest) -> HttpResponse:
    """Draw what each version of the day said, when it was published, and what it knew."""
    return draw(request, "versions", _versions)


def _versions(what: Asked) -> Context:
    return {"page": histories.page(history_of(what), what.chosen, what.around)}


@require_safe
@staff
def sheet(request: HttpRequest, name: str) -> HttpResponse:
    """Give a chart as a file, for the same choices as the page."""
    what = asked(request, reader(request.user))
    if isinstance(what, Missing) or name not in SHEETS:
        raise Http404
    try:
        body = SHEETS[name](what)
    except (NotPublished, UnknownScope) as problem:
        raise Http404 from problem
    return table_file(request, body, f"{name}-{what.chosen.node or MATRIX}-{what.as_of.isoformat()}")


def retention_of(what: Asked, *, values: bool = False) -> Retention:
    """Return the retention for what was asked; `values` asks for what cohorts are worth, which can take much longer.

    Raises NotPublished and UnknownScope.
    """
    return queries.retention(node=what.chosen.node or MATRIX, values=values, **_scope(what))


def league_of(what: Asked) -> tuple[str, Sequence[Ranked]]:
    """Return the breakdown of what was asked and its rows. Raises NotPublished and UnknownScope."""
    by = leagues.way_of(what.around.scope, what.chosen)
    if not by:
        return by, ()
    structure = Structure(what.chosen.structure or Structure.WAS)
    return by, queries.league(by=by, node=what.chosen.node or MATRIX, structure=structure, **_scope(what))


def moves_of(what: Asked) -> Transitions:
    """Return where clients went over the period that was asked for. Raises NotPublished and UnknownScope."""
    chosen = what.chosen
    found = queries.transitions(
        since=plain_frame(chosen, what.around).since,
        as_of=chosen.as_of,
        unit=what.unit,
        tier=chosen.tier,
        channel=chosen.channel,
        version=chosen.version,
    )
    if chosen.node not in (None, *(row.node.code for row in found.rows)):
        raise UnknownScope("node", chosen.node or "")
    return found


def history_of(what: Asked) -> History:
    """Return what each version of the day said of what was asked. Raises NotPublished and UnknownScope."""
    chosen = what.chosen
    return queries.history(
        as_of=chosen.as_of, node=chosen.node or MATRIX, unit=what.unit, tier=chosen.tier, channel=chosen.channel
    )


def own_side(what: Asked, matrix: Matrix) -> Seen:
    """Return what the domain answered about the page's own side. Raises NotPublished and UnknownScope."""
    row = main_row(matrix, what.chosen.node)
    return Seen(what.chosen, Standing(matrix.as_of, matrix.publication.version, row), retention_of(what))


def seen_of(what: Asked) -> Seen:
    """Return what the domain answers about one side. Raises NotPublished and UnknownScope."""
    chosen = what.chosen
    found = queries.standing(
        as_of=chosen.as_of,
        since=chosen.since,
        unit=what.unit,
        tier=chosen.tier,
        channel=chosen.channel,
        node=chosen.node,
        version=chosen.version,
    )
    return Seen(chosen, found, retention_of(what))


def _both(what: Asked) -> list[Seen]:
    return [seen_of(one) for one in (what, other_side(what)) if one is not None]


def _scope(what: Asked) -> Scope:
    chosen = what.chosen
    return {
        "as_of": chosen.as_of,
        "basis": Basis(chosen.basis or Basis.SIGNED),
        "unit": what.unit,
        "tier": chosen.tier,
        "channel": chosen.channel,
        "version": chosen.version,
    }


SHEETS: dict[str, Callable[[Asked], Table]] = {
    "cohorts": lambda what: sheets.cohorts(retention_of(what, values=True)),
    "survival": lambda what: sheets.survival(retention_of(what)),
    "n-day": lambda what: sheets.n_day(retention_of(what)),
    "league": lambda what: sheets.league(league_of(what)[1]),
    "moves": lambda what: moving.sheet(moves_of(what)),
    "compare": lambda what: comparing.sheet(_both(what)),
    "versions": lambda what: histories.sheet(history_of(what)),
}
"""The charts that can be taken along."""
