"""The clients behind a figure: those of its count whom the reader may see today, as a list and as a file.

Asks statistics for the count's clients and narrows them to the reader's own. Both the list and the sheet are recorded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.queries import clients_of, count_of, visible_units
from backoffice.filters import LONGEST_CODE
from backoffice.lists import LONGEST_PLACE
from backoffice.pages import behind as pages
from backoffice.pages.clients import listing
from backoffice.queries import Reader
from backoffice.views import amounts
from backoffice.views.asking import Asked, Missing, asked, in_words, not_published
from backoffice.views.clients import ORDER, PAGE, SHEET, for_clients, language
from core import clock
from core.keyset import BadPlace, among, cut
from screens import formats
from screens.downloads import table_file
from screens.reads import note_read
from smart_products.catalogue.queries import products
from smart_products.signing.queries import worklists
from smart_products.statistics import queries
from smart_products.statistics.figures import LEAVE_REASONS
from smart_products.statistics.queries import Behind, Money, NotPublished, Structure, UnknownScope, Who
from smart_products.statistics.retention import Basis

MONTH, MONTHS = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])"), re.compile(r"[0-9]{1,3}")
DAYS = re.compile(r"[0-9]{1,5}")
BY_BASIS = (Who.FIRST_SIGN, Who.COHORT, Who.N_DAY, Who.AT_RISK)
"""Figures that are counted by signings, or by those that were confirmed."""


@require_safe
@for_clients
def clients(request: HttpRequest, person: Reader, who: str) -> HttpResponse:
    """List the clients behind a count by code, or behind an amount by its size, fifty a page."""
    if who in set(Money):
        return amounts.clients(request, person, Money(who))
    what, said = asked(request, person), _narrowed(request, who)
    address = reverse("backoffice:behind", args=[who])
    context: dict[str, object] = {"section": "matrix", "reader": person, "filters_address": address}
    if isinstance(what, Missing):
        return in_words(request, what, context | {"heading": pages.NAMES[Who(who)]})
    try:
        found = _found(what, who, said)
    except NotPublished as problem:
        words = not_published(what, problem, address)
        return in_words(request, words, context | {"heading": pages.NAMES[Who(who)]})
    mine, keys = clients_of(request.user).select_related("outlet"), _keys(found, said.reason)
    try:
        after, before = (request.GET.get(name, "")[:LONGEST_PLACE] for name in ("after", "before"))
        shown = cut(mine, ORDER, size=PAGE, after=after, before=before, keys=keys)
    except BadPlace as problem:
        raise Http404 from problem
    _note(request, what, found, said, len(shown.rows), "list")
    names = {one.id: one for one in products()}
    held = worklists.live_products([one.pk for one in shown.rows], clock.shanghai_today())
    notes = dict(pages.notes(found, shown.rows))
    seen = count_of(request.user, keys)
    context |= {
        "page": pages.page(found, seen, said.reason, what.chosen, what.around),
        "filters": what.chosen,
        "more": f"&{urlencode(said.pairs())}" if said.pairs() else "",
        "notes": _("Movement") if found.moves else "",
        "lines": listing.lines(shown.rows, held, names, request.user, language(), notes),
        "sheet_address": reverse("backoffice:behind-sheet", args=[who]),
        "sheet": formats.heads(SHEET),
        "before": _address(what, said, "before", shown.before),
        "after": _address(what, said, "after", shown.after),
    }
    return render(request, "backoffice/behind.html", context)


@require_safe
@for_clients
def sheet(request: HttpRequest, person: Reader, who: str) -> HttpResponse:
    """Give the clients behind a count as a file, the first ten thousand by code; behind an amount by its size."""
    if who in set(Money):
        return amounts.sheet(request, person, Money(who))
    what, said = asked(request, person), _narrowed(request, who)
    if isinstance(what, Missing):
        raise Http404
    try:
        found = _found(what, who, said)
    except NotPublished as problem:
        raise Http404 from problem
    mine = clients_of(request.user).select_related("outlet").filter(among(_keys(found, said.reason)))
    rows = list(mine.order_by(*ORDER)[:SHEET])
    _note(request, what, found, said, len(rows), "sheet")
    names = {one.id: one for one in products()}
    held = worklists.live_products([one.pk for one in rows], clock.shanghai_today())
    notes = pages.notes(found, rows) if found.moves else None
    body = listing.table(rows, held, names, request.user, language(), notes)
    return table_file(request, body, pages.file_name(found))


@dataclass(frozen=True, slots=True)
class Narrow:
    """What an address says beside its filters: a reason of lapses, the other product, a cohort's cell, so many days."""

    reason: str = ""
    other: str = ""
    cohort: str = ""
    months: str = ""
    days: str = ""

    def pairs(self) -> list[tuple[str, str]]:
        """Return names and values of what was said."""
        return [(item.name, value) for item in fields(self) if (value := getattr(self, item.name))]

    @property
    def cell(self) -> tuple[date, int] | None:
        """Return the first day of the month of a cohort, and the months since."""
        return (date.fromisoformat(f"{self.cohort}-01"), int(self.months)) if self.cohort else None


def _narrowed(request: HttpRequest, who: str) -> Narrow:
    """Return what is said beside the filters; raise Http404 for what there is not."""
    said = Narrow(**{item.name: request.GET.get(item.name, "") for item in fields(Narrow)})
    fits = (
        who in pages.NAMES
        and (not said.reason or (who == Who.LAPSED and said.reason in LEAVE_REASONS))
        and bool(said.other) == (who in (Who.SHARED, Who.TRANSITIONS))
        and len(said.other) <= LONGEST_CODE
        and bool(MONTH.fullmatch(said.cohort) and MONTHS.fullmatch(said.months)) == (who == Who.COHORT)
        and (who == Who.COHORT or not said.cohort + said.months)
        and bool(DAYS.fullmatch(said.days)) == (who in (Who.N_DAY, Who.AT_RISK))
        and (who in (Who.N_DAY, Who.AT_RISK) or not said.days)
    )
    if not fits:
        raise Http404
    return said


def _found(what: Asked, who: str, said: Narrow) -> Behind:
    chosen = what.chosen
    try:
        return queries.behind(
            who=Who(who),
            as_of=chosen.as_of,
            since=chosen.since,
            node=chosen.node,
            unit=what.unit,
            tier=chosen.tier,
            channel=chosen.channel,
            version=chosen.version,
            structure=Structure(chosen.structure or Structure.WAS),
            other=said.other or None,
            cohort=said.cell,
            days=int(said.days) if said.days else None,
            basis=Basis.CONFIRMED if who in BY_BASIS and chosen.basis else Basis.SIGNED,
        )
    except UnknownScope as problem:
        raise Http404 from problem


def _keys(found: Behind, reason: str) -> Sequence[int]:
    return found.of(reason) if reason else found.clients


def _note(request: HttpRequest, what: Asked, found: Behind, said: Narrow, rows: int, kind: str) -> None:
    unit = what.around.scope.unit.code
    path = next((one.path for one in visible_units(request.user, found.as_of) if one.code == unit), "")
    filters = dict(what.chosen.pairs()) | dict(said.pairs())
    note_read(request, "unit", unit, {kind: f"behind {found.who}", "rows": rows, "filters": filters}, place=path)


def _address(what: Asked, said: Narrow, way: str, place: str) -> str | None:
    """Return the address of a page of the list, or None where there is none."""
    more = [*said.pairs(), (way, place)]
    return f"{what.chosen.address()}&{urlencode(more)}" if place else None
