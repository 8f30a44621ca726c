"""Home, mine, and one subscription: signed assets of the client who reads.

Asks statistics for the client's book once a page. Without the client's consent to the use of account data nothing
of it is read, and the page says so.
"""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from accounts.queries import ClientReader
from accounts.rules import Purpose
from core import clock
from portal.access import client
from portal.pages import contracts, definitions
from portal.pages.test import Result, result
from screens import assets, formats, signed
from screens.downloads import csv_file
from smart_products.catalogue.queries import ProductView, products
from smart_products.signing.queries import contracts_of
from smart_products.statistics.queries import ClientBook, client_book
from smart_products.suitability.queries import NothingPublished, matching_rules, standing_of


def _language() -> str:
    return translation.get_language() or ""


def _products() -> dict[int, ProductView]:
    return {product.id: product for product in products()}


def _sheet_address(request: HttpRequest) -> str:
    return f"{request.path}sheet.csv?{request.GET.urlencode()}"


def _book(reader: ClientReader) -> ClientBook | None:
    return client_book(reader.client.pk) if Purpose.FINANCIAL_ACCOUNTS in reader.consents else None


def _standing(reader: ClientReader) -> Result | None:
    """Return how the client stands today; None while no matching rules are published."""
    today = clock.shanghai_today()
    try:
        return result(standing_of(reader.client, today), matching_rules(today), today)
    except NothingPublished:
        return None


@require_safe
@client
def home(request: HttpRequest, reader: ClientReader) -> HttpResponse:
    """Answer one question: how do my signed assets stand, and what came from me, what from the market."""
    language, book = _language(), _book(reader)
    context: dict[str, object] = {"tab": "home", "reader": reader, "book": book}
    if book is not None:
        line = book.line()
        context["page"] = assets.page(line, assets.span(request.GET), language)
        context["live"] = signed.lines(book, _products(), language, live=True)
        context["sheet_address"] = _sheet_address(request)
        context["first"] = min((one.start for one in book.subscriptions), default=None)
    context["result"] = _standing(reader)
    return render(request, "portal/home.html", context)


@require_safe
@client
def holdings(request: HttpRequest, reader: ClientReader) -> HttpResponse:
    """List what the client has signed, and what belongs to the login."""
    language, book = _language(), _book(reader)
    context: dict[str, object] = {"tab": "mine", "reader": reader, "book": book}
    if book is not None:
        found = _products()
        context["live"] = signed.lines(book, found, language, live=True)
        context["ended"] = signed.lines(book, found, language, live=False)
        context["unit"] = formats.scales(language)[-1].word
    made = contracts_of(reader.client.pk)
    context["begun"], context["signed"] = contracts.begun(made, language), contracts.signed(made, language)
    return render(request, "portal/mine.html", context)


@require_safe
@client
def subscription(request: HttpRequest, reader: ClientReader, public_id: UUID) -> HttpResponse:
    """Show one subscription over any period."""
    language, book = _language(), _book(reader)
    if book is None:
        return render(request, "portal/mine.html", {"tab": "mine", "reader": reader, "book": None})
    one = next((one for one in book.subscriptions if one.public_id == public_id), None)
    if one is None:
        raise Http404
    made = {held.subscription.public_id: held for held in contracts_of(reader.client.pk) if held.subscription}
    lines = signed.lines(book, _products(), language, live=True) + signed.lines(book, _products(), language, live=False)
    context = {
        "tab": "mine",
        "reader": reader,
        "line": next(line for line in lines if line.public_id == public_id),
        "page": assets.page(book.line([one]), assets.span(request.GET), language),
        "contract": made.get(public_id),
        "sheet_address": _sheet_address(request),
    }
    return render(request, "portal/subscription.html", context)


@require_safe
@client
def sheet(request: HttpRequest, reader: ClientReader, public_id: UUID | None = None) -> HttpResponse:
    """Give every day of a period as CSV, exact to the fen; of one subscription, or of all together."""
    book = _book(reader)
    chosen = [one for one in book.subscriptions if one.public_id == public_id] if book and public_id else None
    if book is None or chosen == []:
        raise Http404
    return csv_file(assets.csv_text(book.line(chosen), assets.span(request.GET)), "assets.csv")


@require_safe
@client
def how(request: HttpRequest, reader: ClientReader) -> HttpResponse:
    """Say how every figure is computed."""
    return render(request, "portal/how.html", {"tab": "home", "reader": reader, "definitions": definitions.words()})
