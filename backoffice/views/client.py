"""One client: facts and amounts, what happened, a covered field on asking, and the papers.

For the client's own people and the roles above them; for anybody else there is nothing here. Every look at a client,
every covered field that is shown and every paper that is taken is recorded.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.concerns import record_client_read
from accounts.masking import reads_in_full, roles_at
from accounts.queries import ClientCard, client_card, notices_of
from accounts.roles import Field
from accounts.rules import Purpose
from backoffice.pages.clients import card as cards
from backoffice.pages.clients import history as histories
from backoffice.queries import Reader
from backoffice.views.clients import actor, for_clients, language
from core import clock
from screens import assets, formats, signed
from screens.downloads import paper
from screens.fields import on_asking, shown
from smart_products.catalogue.queries import products
from smart_products.signing.queries import contracts_of, subscriptions_of, worklists
from smart_products.signing.queries.evidence import read_document
from smart_products.signing.states import SIGNED
from smart_products.statistics.queries import client_book
from smart_products.suitability.queries import NothingPublished, assessments_of, decisions_of, standing_of
from smart_products.suitability.rules import Standing


@require_safe
@for_clients
def client(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """Show a client in facts, with the amounts that the client reads himself."""
    found = _card(request, public_id)
    _record(request, found, {"page": "client"})
    return _page(request, person, found)


def _page(request: HttpRequest, person: Reader, found: ClientCard, asked: Collection[str] = ()) -> HttpResponse:
    today, every = clock.shanghai_today(), {one.id: one for one in products()}
    made = contracts_of(found.client.pk)
    context: dict[str, Any] = {
        "section": "clients",
        "reader": person,
        "client": found.client,
        "card": cards.card(found, _standing(found, today), request.user, today, language(), asked),
        "contracts": cards.contracts(made, every, language()),
        "refused": found.refuses(Purpose.FINANCIAL_ACCOUNTS),
        "unit": formats.scales(language())[-1].word,
    }
    if not context["refused"]:
        book = client_book(found.client.pk)
        context["page"] = assets.page(book.line(), assets.span(request.GET), language())
        context["live"] = signed.lines(book, every, language(), live=True)
        context["ended"] = signed.lines(book, every, language(), live=False)
    return render(request, "backoffice/clients/client.html", context)


@require_safe
@for_clients
def history(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """List what happened with a client; his page takes the sheet alone."""
    found = _card(request, public_id)
    _record(request, found, {"page": "history"})
    pk = found.client.pk
    rows = histories.Happened(
        contracts=contracts_of(pk), pauses=worklists.pauses_of(pk), subscriptions=subscriptions_of(pk),
        papers=worklists.papers_read(pk), decisions=decisions_of(pk), assessments=assessments_of(pk),
        notices=notices_of(found.client)[: histories.MOST], consents=found.consents,
    )  # fmt: skip
    entries, older = histories.entries(rows, {one.id: one for one in products()}, language())
    context = {
        "section": "clients",
        "reader": person,
        "client": found.client,
        "name": shown(found.client, Field.NAME, request.user),
        "entries": entries,
        "older": older,
        "papers": _may_take_papers(request, found),
    }
    name = "history_sheet" if request.headers.get("HX-Target") == "history" else "history"
    return render(request, f"backoffice/clients/{name}.html", context)


@require_POST
@for_clients
def show(request: HttpRequest, person: Reader, public_id: UUID, name: str) -> HttpResponse:
    """Show one covered field of one client: in its place, or with the whole page where there are no scripts."""
    found, field = _card(request, public_id), on_asking(name)
    if field is None:
        raise Http404
    _record(request, found, {"field": field.value})
    if "HX-Request" in request.headers and "HX-Boosted" not in request.headers:
        one = shown(found.client, field, request.user, {field})
        return render(request, "backoffice/clients/field.html", {"one": one})
    return _page(request, person, found, {field})


@require_safe
@for_clients
def document(request: HttpRequest, person: Reader, public_id: UUID, sha256: str) -> HttpResponse:
    """Give a paper of a client, byte for byte, to who may take it."""
    found = _card(request, public_id)
    made = [one for one in contracts_of(found.client.pk) if one.state in SIGNED]
    numbers = {sha: one.number for one in made for sha in (*one.papers, one.signature)}
    numbers |= {step.document_id or "": step.contract.number for step in worklists.papers_read(found.client.pk)}
    if sha256 not in numbers or not _may_take_papers(request, found):
        raise Http404
    _record(request, found, {"paper": sha256, "contract": numbers[sha256]})
    return paper(read_document(sha256), f"{numbers[sha256]}-{sha256[:8]}.pdf")


def _card(request: HttpRequest, public_id: UUID) -> ClientCard:
    found = client_card(request.user, public_id)
    if found is None:
        raise Http404
    return found


def _may_take_papers(request: HttpRequest, found: ClientCard) -> bool:
    return reads_in_full(roles_at(request.user, found.path), Field.PAPERS)


def _standing(found: ClientCard, today: Any) -> Standing | None:
    try:
        return standing_of(found.client, today)
    except NothingPublished:
        return None


def _record(request: HttpRequest, found: ClientCard, details: dict[str, str]) -> None:
    record_client_read(found.client, details=details, by=actor(request), at=clock.now())
