"""Products: the list by fit, the page of one, and its papers to read before anything is signed.

Asks the catalogue for the terms in force today and suitability for the client's standing; what is not on offer does
not exist here.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from accounts.queries import ClientReader
from core import clock
from portal.access import client
from portal.pages import products as pages
from portal.pages.test import result
from smart_products.catalogue.bodies import blocks
from smart_products.catalogue.models import TermsVersion
from smart_products.catalogue.queries import read_terms, terms_in_force
from smart_products.signing.queries import subscriptions_of
from smart_products.suitability.queries import NothingPublished, matching_rules, standing_of


def _language() -> str:
    return translation.get_language() or ""


def _signed(reader: ClientReader, today: date) -> frozenset[int]:
    return frozenset(one.product_id for one in subscriptions_of(reader.client.pk) if one.in_force(today))


def offered(public_id: UUID, today: date) -> TermsVersion:
    """Return the terms in force of a product by its public id; what is not on offer does not exist."""
    found = next((one for one in terms_in_force(today) if one.product.public_id == public_id), None)
    if found is None:
        raise Http404
    return found


@require_safe
@client
def offer(request: HttpRequest, reader: ClientReader) -> HttpResponse:
    """List what can be signed today, the fitting first."""
    today = clock.shanghai_today()
    context: dict[str, object] = {"tab": "products", "reader": reader}
    try:
        standing, rules = standing_of(reader.client, today), matching_rules(today)
    except NothingPublished:
        return render(request, "portal/products.html", context)
    signed = _signed(reader, today)
    context["groups"] = pages.groups(terms_in_force(today), standing, rules, today, _language(), signed)
    context["result"] = result(standing, rules, today)
    return render(request, "portal/products.html", context)


@require_safe
@client
def product(request: HttpRequest, reader: ClientReader, public_id: UUID) -> HttpResponse:
    """Show one product: what it does, whether it fits, what it costs, what can go wrong, how to leave."""
    today = clock.shanghai_today()
    version = offered(public_id, today)
    try:
        standing, rules = standing_of(reader.client, today), matching_rules(today)
    except NothingPublished as problem:
        raise Http404 from problem
    context = {
        "tab": "products",
        "reader": reader,
        "page": pages.page(
            version, standing, rules, today, _language(), signed=version.product_id in _signed(reader, today)
        ),
        "result": result(standing, rules, today),
    }
    return render(request, "portal/product.html", context)


@require_safe
@client
def paper(request: HttpRequest, reader: ClientReader, public_id: UUID, kind: str) -> HttpResponse:
    """Show one paper of a product in full, in large type."""
    version = offered(public_id, clock.shanghai_today())
    terms, language = read_terms(version), _language()
    found = next((one for one in terms.papers if one.kind == kind), None)
    if found is None:
        raise Http404
    context = {
        "tab": "products",
        "reader": reader,
        "name": terms.name.in_language(language),
        "title": found.title.in_language(language),
        "blocks": blocks(found.body.in_language(language)),
        "public_id": public_id,
        "version": version,
    }
    return render(request, "portal/paper.html", context)
