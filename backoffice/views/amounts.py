"""The clients behind an amount: who adds how much to the money of the matrix, the largest first, and as a file.

Asks statistics for the amounts and shows those of the reader's own clients. Both the list and the sheet are recorded.
Who took back the use of account data is listed without an amount.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Client
from accounts.queries import clients_of, count_of, telling_refusals, visible_units
from accounts.rules import Purpose
from backoffice.pages import amounts as pages
from backoffice.pages.behind import MONEY_NAMES
from backoffice.pages.clients import listing
from backoffice.queries import Reader
from backoffice.views.asking import Asked, Missing, asked, in_words, not_published
from backoffice.views.clients import PAGE, SHEET, language
from backoffice.views.feeds import offset_of
from core import clock
from screens import formats
from screens.downloads import table_file
from screens.reads import note_read
from smart_products.catalogue.queries import products
from smart_products.signing.queries import worklists
from smart_products.statistics import queries
from smart_products.statistics.queries import BehindMoney, Money, NotPublished, Structure, UnknownScope

AT_ONCE = 200
"""Clients that are looked up in one statement while a page is filled."""


@dataclass(frozen=True, slots=True)
class Adds:
    """What a client adds, at his place among all who do."""

    client: Client
    fen: int
    place: int
    silent: bool
    """Whether he took back the use of account data."""


def clients(request: HttpRequest, person: Reader, money: Money) -> HttpResponse:
    """List the clients behind an amount, the largest amounts first, fifty a page."""
    what, reason, start = asked(request, person), _reason(request, money), offset_of(request.GET)
    address = reverse("backoffice:behind", args=[money])
    context: dict[str, object] = {"section": "matrix", "reader": person, "filters_address": address}
    context["heading"] = MONEY_NAMES[money]
    if isinstance(what, Missing):
        return in_words(request, what, context)
    try:
        found = _found(what, money)
    except NotPublished as problem:
        return in_words(request, not_published(what, problem, address), context)
    keys, fen = _ranked(found, money, reason)
    rows = list(islice(_mine(request, keys, fen, start), PAGE + 1))
    seen = count_of(request.user, keys)
    shown = rows[:PAGE]
    _note(request, what, found, money, reason, len(shown), "list")
    lines = _lines(request, shown, signed=money in pages.SIGNED)
    context |= {
        "page": pages.page(found, money, reason, len(keys), seen, what.chosen, what.around),
        "filters": what.chosen,
        "more": f"&reason={reason}" if reason else "",
        "lines": lines,
        "notes": _("Amount, CNY"),
        "amounts": True,
        "sheet_address": reverse("backoffice:behind-sheet", args=[money]),
        "sheet": formats.heads(SHEET),
        "before": _address(what, reason, max(0, start - PAGE)) if start else None,
        "after": _address(what, reason, rows[PAGE].place) if len(rows) > PAGE else None,
    }
    return render(request, "backoffice/behind.html", context)


def sheet(request: HttpRequest, person: Reader, money: Money) -> HttpResponse:
    """Give the clients behind an amount as a file, the ten thousand with the largest amounts."""
    what, reason = asked(request, person), _reason(request, money)
    if isinstance(what, Missing):
        raise Http404
    try:
        found = _found(what, money)
    except NotPublished as problem:
        raise Http404 from problem
    rows = list(islice(_mine(request, *_ranked(found, money, reason), 0), SHEET))
    _note(request, what, found, money, reason, len(rows), "sheet")
    people, told, held, names = _around(request, rows)
    notes = {pk: None if fen is None else pages.yuan(fen) for pk, fen in told.items()}
    body = listing.table(people, held, names, request.user, language(), notes, noted=f"{money}_cny")
    return table_file(request, body, f"{money}-{found.node.code}-{found.as_of.isoformat()}")


def _reason(request: HttpRequest, money: Money) -> str:
    reason = request.GET.get("reason", "")
    if reason and reason not in pages.REASONS.get(money, ()):
        raise Http404
    return reason


def _found(what: Asked, money: Money) -> BehindMoney:
    chosen = what.chosen
    try:
        return queries.behind_money(
            as_of=chosen.as_of,
            since=None if money is Money.ASSETS else chosen.since,
            node=chosen.node,
            unit=what.unit,
            tier=chosen.tier,
            channel=chosen.channel,
            version=chosen.version,
            structure=Structure(chosen.structure or Structure.WAS),
            levels=money is Money.ASSETS,
        )
    except UnknownScope as problem:
        raise Http404 from problem


def _ranked(found: BehindMoney, money: Money, reason: str) -> tuple[list[int], list[int]]:
    keys, fen = found.amounts.largest(money, reason)
    return keys.tolist(), fen.tolist()


def _mine(request: HttpRequest, keys: Sequence[int], fen: Sequence[int], start: int) -> Iterator[Adds]:
    """Yield those from a place on whom the reader may see today."""
    people = telling_refusals(clients_of(request.user).select_related("outlet"), Purpose.FINANCIAL_ACCOUNTS)
    for first in range(start, len(keys), AT_ONCE):
        known = people.in_bulk(keys[first : first + AT_ONCE])
        for place in range(first, min(first + AT_ONCE, len(keys))):
            if keys[place] in known:
                client: Any = known[keys[place]]
                yield Adds(client, fen[place], place, client.silent)


def _around(
    request: HttpRequest, rows: Iterable[Adds]
) -> tuple[list[Client], dict[int, int | None], dict[int, list[int]], dict[int, Any]]:
    """Return people, what is told of each (nothing of who refuses), the products each holds, and their names."""
    people = {one.client.pk: one.client for one in rows}
    told = {one.client.pk: None if one.silent else one.fen for one in rows}
    held = worklists.live_products(people.keys(), clock.shanghai_today())
    return [*people.values()], told, held, {one.id: one for one in products()}


def _lines(request: HttpRequest, rows: Sequence[Adds], *, signed: bool) -> list[listing.ClientLine]:
    people, told, held, names = _around(request, rows)
    notes: Mapping[int, str] = {
        pk: _("use of account data taken back") if fen is None else formats.exact(fen, signed=signed)
        for pk, fen in told.items()
    }
    return listing.lines(people, held, names, request.user, language(), notes)


def _note(
    request: HttpRequest, what: Asked, found: BehindMoney, money: Money, reason: str, rows: int, kind: str
) -> None:
    filters = dict(what.chosen.pairs()) | ({"reason": reason} if reason else {})
    details = {kind: f"behind {money}", "rows": rows, "filters": filters}
    unit = what.around.scope.unit.code
    path = next((one.path for one in visible_units(request.user, found.as_of) if one.code == unit), "")
    note_read(request, "unit", unit, details, place=path)


def _address(what: Asked, reason: str, start: int) -> str:
    more = {"reason": reason, "from": start} if reason else {"from": start}
    return f"{what.chosen.address()}&{urlencode(more)}"
