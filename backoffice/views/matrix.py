"""The matrix page and its table as a sheet.

Reads the address, asks statistics for the matrix of what the reader may see, and draws it. What can not
be shown becomes a page in words: nothing published, a day without a publication, no role, nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.queries import client_of
from backoffice.access import staff
from backoffice.pages import matrix as pages
from backoffice.pages import sheet
from backoffice.queries import Reader, reader
from backoffice.views.asking import Asked, Missing, asked, in_words, not_published
from screens.downloads import table_file
from smart_products.statistics import queries
from smart_products.statistics.queries import Matrix, NotPublished, Structure, UnknownScope


@dataclass(frozen=True, slots=True)
class Found:
    """What the domain answered, with what was asked."""

    asked: Asked
    matrix: Matrix
    by: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send staff to the matrix and clients to the portal."""
    return redirect("backoffice:matrix" if client_of(request.user) is None else "portal:home")


@require_safe
@staff
def matrix(request: HttpRequest) -> HttpResponse:
    """Draw the product matrix for the choices in the address; a breakdown that takes long is drawn in afterwards."""
    person, piece = reader(request.user), request.headers.get("HX-Target") == "by"
    answer = ask(request, person, patient=piece)
    address = reverse("backoffice:matrix")
    context: dict[str, object] = {"section": "matrix", "reader": person, "filters_address": address}
    if isinstance(answer, Missing):
        return in_words(request, answer, context | {"heading": _("Product matrix")})
    chosen = replace(answer.asked.chosen, show="")  # how this page was drawn is not how the next one has to be
    page = pages.page(answer.matrix, answer.by, chosen, answer.asked.around)
    context |= {"page": page, "filters": chosen}
    context["sheet_address"] = reverse("backoffice:matrix-sheet") + page.sheet_address
    if piece:
        return render(request, "backoffice/parts/breakdown.html", context | {"breakdown": page.breakdown})
    return render(request, "backoffice/matrix.html", context)


@require_safe
@staff
def matrix_sheet(request: HttpRequest) -> HttpResponse:
    """Give the rows of the matrix as a file, exact to the fen, for the same choices as the page."""
    answer = ask(request, reader(request.user))
    if isinstance(answer, Missing):
        raise Http404
    language = translation.get_language()
    name = f"matrix-{answer.matrix.as_of.isoformat()}-v{answer.matrix.publication.version}"
    rows = [*answer.matrix.rows, *answer.matrix.slices]
    return table_file(request, sheet.table(rows, answer.matrix, language), name)


def ask(request: HttpRequest, person: Reader, *, patient: bool = True) -> Found | Missing:
    """Return what the domain answers to the choices in the address; raise Http404 for what can not be
    seen.
    """
    what = asked(request, person)
    if isinstance(what, Missing):
        return what
    by = pages.by_default(what.chosen, what.around.scope)
    try:
        structure = Structure(what.chosen.structure or Structure.WAS)
        found = matrix_of(what, by=by, patient=patient or what.chosen.show == "rows", structure=structure)
    except NotPublished as problem:
        return not_published(what, problem, reverse("backoffice:matrix"))
    except UnknownScope as problem:
        raise Http404 from problem
    return Found(what, found, by)


def matrix_of(what: Asked, *, by: str = "", patient: bool = True, structure: Structure = Structure.WAS) -> Matrix:
    """Return the matrix for what was asked, with the rows of a breakdown. Raises NotPublished and UnknownScope."""
    chosen = what.chosen
    return queries.matrix(
        as_of=chosen.as_of,
        since=chosen.since,
        unit=what.unit,
        tier=chosen.tier,
        channel=chosen.channel,
        by=by,
        node=chosen.node,
        version=chosen.version,
        patient=patient,
        structure=structure,
    )
