"""The pages of terms: what is offered, a product with its versions, a version, a draft, and the moves of a version.

Whoever works for the house may read; to draft, propose, publish, discard and retire takes a product manager of the
whole house. For anybody else there is nothing here. An act that is refused says why, on the page where it was asked
for.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.queries import acting
from backoffice.access import door
from backoffice.pages.terms import form as forms
from backoffice.pages.terms import listing, posted, refusals
from backoffice.pages.terms import version as pages
from backoffice.pages.terms.differences import differences
from backoffice.queries import Reader
from core import clock
from core.actor import Actor
from smart_products.catalogue import operations, queries
from smart_products.catalogue.models import TermsVersion
from smart_products.catalogue.queries import ProductTerms, UnknownTerms
from smart_products.catalogue.states import OFFERED, TermsState
from smart_products.catalogue.strict import TermsError
from smart_products.catalogue.terms import Terms

P = ParamSpec("P")


def readers(
    view: Callable[Concatenate[HttpRequest, Reader, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let only those in who work for the house; others find nothing."""
    return door(view, lambda person: person.terms)


def managers(
    view: Callable[Concatenate[HttpRequest, Reader, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let only product managers of the whole house in; others find nothing."""
    return door(view, lambda person: person.manages_terms)


@require_safe
@readers
def products(request: HttpRequest, person: Reader) -> HttpResponse:
    """List the products with their terms in force, and where ours and the feed's differ."""
    today = clock.shanghai_today()
    context = {
        "section": "terms",
        "reader": person,
        "lines": listing.lines(queries.product_terms(today), today, _language()),
        "warnings": listing.warnings(queries.differences_to_feed(today)),
    }
    return render(request, "backoffice/terms/list.html", context)


@require_safe
@readers
def product(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """Show a product with all its versions."""
    return _product_page(request, person, _product(public_id))


def _product_page(
    request: HttpRequest, person: Reader, found: ProductTerms, refusal: refusals.Refusal | None = None
) -> HttpResponse:
    today = clock.shanghai_today()
    context = {
        "section": "terms",
        "reader": person,
        "line": listing.line(found, today, _language()),
        "versions": listing.versions(queries.versions_of(found.product.pk), today),
        "today": today.isoformat(),
        "refusal": refusal,
    }
    return render(request, "backoffice/terms/product.html", context, status=refusal.status if refusal else 200)


@require_safe
@readers
def version(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """Show a version as the client will read it, with who did what, what differs, and what stands in the way."""
    return _version_page(request, person, _version(public_id))


def _version_page(
    request: HttpRequest, person: Reader, held: TermsVersion, refusal: refusals.Refusal | None = None
) -> HttpResponse:
    today, terms = clock.shanghai_today(), queries.read_terms(held)
    before = queries.version_before(held)
    text = request.GET.get("text", "")
    language = text if text in posted.LANGUAGES else _language()
    mine = {held.drafted_by_id, held.proposed_by_id}
    context = {
        "section": "terms",
        "reader": person,
        "held": held,
        "name": terms.name.in_language(_language()),
        "state": pages.state(held, today),
        "history": pages.history(held),
        "client": pages.client_view(terms, language),
        "text_is_chinese": language.startswith("zh"),
        "before": before,
        "differences": differences(queries.read_terms(before), terms) if before else (),
        "banned": pages.banned(queries.banned_words(terms)) if held.state not in OFFERED else (),
        "in_force": held.state in OFFERED and queries.terms_of(held.product_id, today) == held,
        "is_draft": held.state == TermsState.DRAFT,
        "is_proposed": held.state == TermsState.PROPOSED,
        "can_publish": request.user.pk not in mine,
        "today": today.isoformat(),
        "refusal": refusal,
    }
    return render(request, "backoffice/terms/version.html", context, status=refusal.status if refusal else 200)


@require_POST
@managers
def move(request: HttpRequest, person: Reader, public_id: UUID, act: str) -> HttpResponse:
    """Propose, send back, publish or discard a version; a refusal is told on its page."""
    held = _version(public_id)
    by, at = _actor(request), clock.now()
    try:
        if act == "propose":
            operations.propose_terms(version=held, by=by, at=at)
        elif act == "send-back":
            operations.send_back_terms(version=held, by=by, at=at)
        elif act == "discard":
            operations.discard_terms(version=held, by=by, at=at)
        elif act == "publish":
            operations.publish_terms(version=held, valid_from=_day(request), by=by, at=at)
        else:
            raise Http404
    except refusals.REFUSED as problem:
        return _version_page(request, person, _version(public_id), refusals.of(problem))
    return redirect("backoffice:terms-version", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def draft(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """Show the form of a draft, give it more rows, or save it."""
    found = _product(public_id)
    if found.open is not None and found.open.state != TermsState.DRAFT:
        return redirect("backoffice:terms-version", found.open.public_id)
    if request.method == "POST":
        return _posted_draft(request, person, found)
    return _form_page(request, person, found, forms.form(posted.filled(listing.start(found))), _digest(found))


def _posted_draft(request: HttpRequest, person: Reader, found: ProductTerms) -> HttpResponse:
    """Save a draft, or show the form again with more rows or with what is wrong."""
    fields, base = posted.typed(request.POST.dict()), request.POST.get("base", "")
    shown, refusal = forms.form(fields, more=request.POST.get("more", "")), None
    if "more" not in request.POST:
        try:
            if base != _digest(found):
                raise refusals.ChangedMeanwhile
            saved = _save(found, Terms.read(posted.mapping(fields)), _actor(request))
            return redirect("backoffice:terms-version", saved.public_id)
        except TermsError as problem:
            shown, refusal = forms.form(fields, problem.faults), refusals.of(problem)
        except refusals.REFUSED as problem:
            refusal = refusals.of(problem)
    return _form_page(request, person, found, shown, base, refusal)


def _digest(found: ProductTerms) -> str:
    """Return what the open draft says, by which a form knows whether somebody else saved meanwhile."""
    return found.open.digest if found.open else ""


def _save(found: ProductTerms, terms: Terms, by: Actor) -> TermsVersion:
    if found.open is None:
        return operations.draft_terms(product=found.product, terms=terms, by=by, at=clock.now())
    return operations.redraft_terms(version=found.open, terms=terms, by=by, at=clock.now())


def _form_page(
    request: HttpRequest,
    person: Reader,
    found: ProductTerms,
    shown: forms.Form,
    base: str,
    refusal: refusals.Refusal | None = None,
) -> HttpResponse:
    context = {
        "section": "terms",
        "reader": person,
        "line": listing.line(found, clock.shanghai_today(), _language()),
        "form": shown,
        "base": base,
        "open": found.open,
        "refusal": refusal,
    }
    return render(request, "backoffice/terms/draft.html", context, status=refusal.status if refusal else 200)


@require_POST
@managers
def retire(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """Offer a product no more from a day on."""
    found = _product(public_id)
    try:
        operations.retire_product(product=found.product, on=_day(request), by=_actor(request), at=clock.now())
    except refusals.REFUSED as problem:
        return _product_page(request, person, found, refusals.of(problem))
    return redirect("backoffice:terms-product", public_id)


def _product(public_id: UUID) -> ProductTerms:
    found = queries.product_terms(clock.shanghai_today(), public_id)
    if not found:
        raise Http404
    return found[0]


def _version(public_id: UUID) -> TermsVersion:
    try:
        return queries.terms_version(public_id)
    except UnknownTerms as problem:
        raise Http404 from problem


def _actor(request: HttpRequest) -> Actor:
    if not isinstance(request.user, User):
        raise Http404
    return acting(request.user)


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("on", ""))
    except ValueError as problem:
        raise refusals.NoDay from problem


def _language() -> str:
    return translation.get_language() or ""
