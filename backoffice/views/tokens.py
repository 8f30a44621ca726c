"""One's own tokens for the API, and for administrators the clients of partners' systems: made, shown once, ended.

A secret stands in the one answer that made it, which no cache keeps. What a token may, the operation decides.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import operations, queries
from accounts.roles import Area
from accounts.rules import Role
from accounts.scoping import grants
from backoffice.access import door
from backoffice.forms import NewPartner, NewToken
from backoffice.pages import tokens as pages
from backoffice.pages.terms.refusals import Refusal
from backoffice.queries import Reader
from backoffice.views.warnings import actor
from core import clock

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Reader, P], HttpResponse]
Guarded = Callable[Concatenate[HttpRequest, P], HttpResponse]


def with_role(view: View[P]) -> Guarded[P]:
    """Let in whoever works here in some role."""
    return door(view, lambda person: bool(person.role))


def administrators(view: View[P]) -> Guarded[P]:
    """Let only administrators in; others find nothing."""
    return door(view, lambda person: person.settings)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@with_role
def tokens(request: HttpRequest, person: Reader) -> HttpResponse:
    """List one's own tokens and make another, whose secret is shown this once."""
    held = {str(one.public_id): one for one in grants(request.user)}
    form = NewToken(request.POST or None, choices=pages.held(held.values()))
    if request.method != "POST" or not form.is_valid():
        return _page(request, person, form)
    grant = held[form.cleaned_data["grant"]]
    try:
        made = operations.issue_token(user=grant.user, **_asked(form, grant), by=actor(request), at=clock.now())
    except pages.REFUSED as problem:
        return _page(request, person, form, refusal=pages.refusal(problem))
    return _page(request, person, secret=made.secret)


@require_POST
@with_role
def revoke(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """End one of one's own tokens."""
    token = queries.tokens_of(request.user).filter(public_id=public_id).first()
    if token is None:
        raise Http404
    operations.revoke_token(token=token, by=actor(request), at=clock.now())
    return redirect("backoffice:tokens")


@require_POST
@administrators
def partner(request: HttpRequest, person: Reader) -> HttpResponse:
    """Make the login of a partner's system; its roles are proposed and confirmed as those of staff are."""
    form = NewPartner(request.POST)
    if not form.is_valid():
        return _page(request, person, partner_form=form)
    try:
        made = operations.add_partner(**form.cleaned_data, by=actor(request), at=clock.now())
    except pages.REFUSED as problem:
        return _page(request, person, partner_form=form, refusal=pages.refusal(problem))
    return redirect("backoffice:settings-person", made.public_id)


@never_cache
@require_POST
@administrators
def client(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """Make a client for a role that two people gave a partner's login; its secret is shown this once."""
    user = queries.partners_administered(request.user).filter(public_id=public_id).first()
    if user is None:
        raise Http404
    held = {str(one.public_id): one for one in grants(user)}
    form = NewToken(request.POST, choices=pages.held(held.values()))
    if not form.is_valid():
        return _page(request, person, refusal=pages.unclear(form))
    told = _asked(form, held[form.cleaned_data["grant"]])
    try:
        made = operations.issue_client(user=user, **told, by=actor(request), at=clock.now())
    except pages.REFUSED as problem:
        return _page(request, person, refusal=pages.refusal(problem))
    return _page(request, person, secret=made.secret, client_id=made.client.client_id)


@require_POST
@administrators
def end_client(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """End a client of a partner's system, and all its tokens."""
    found = queries.clients_administered(request.user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    operations.revoke_client(client=found, by=actor(request), at=clock.now())
    return redirect("backoffice:tokens")


def _asked(form: NewToken, grant: Any) -> dict[str, Any]:
    """Return what a form asks for, as the operations take it."""
    told = form.cleaned_data
    return {
        "name": told["name"],
        "role": Role(grant.role),
        "unit": grant.unit,
        "areas": [Area(one) for one in told["areas"]],
        "until": clock.now() + timedelta(days=told["days"]),
    }


def _page(
    request: HttpRequest,
    person: Reader,
    form: NewToken | None = None,
    *,
    partner_form: NewPartner | None = None,
    secret: str = "",
    client_id: str = "",
    refusal: Refusal | None = None,
) -> HttpResponse:
    at = clock.now()
    context = {
        "section": "tokens",
        "reader": person,
        "form": form or NewToken(choices=pages.held(grants(request.user))),
        "tokens": pages.lines(queries.tokens_of(request.user)[: pages.MOST], at),
        "secret": secret,
        "client_id": client_id,
        "refusal": refusal,
    }
    if person.settings:
        context["partner_form"] = partner_form or NewPartner()
        context["clients"] = pages.lines(queries.clients_administered(request.user)[: pages.MOST], at)
        context["partners"] = pages.partners(queries.partners_administered(request.user), NewToken)
    return render(request, "backoffice/tokens.html", context, status=refusal.status if refusal else 200)
