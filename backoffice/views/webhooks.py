"""Webhooks: made, listed, given new secrets, ended; what became of each event, sent again or passed over by hand.

A secret stands in the one answer that made it, which no cache keeps. What may be done, the operations decide.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import operations, queries
from accounts.models import Webhook
from accounts.rules import PushState, Role
from accounts.scoping import grants
from backoffice.access import door
from backoffice.forms import NewWebhook
from backoffice.pages import webhooks as pages
from backoffice.pages.terms.refusals import Refusal
from backoffice.queries import Reader
from backoffice.views.tokens import Guarded, P, View
from backoffice.views.warnings import actor
from core import clock


def followers(view: View[P]) -> Guarded[P]:
    """Let in who reads the log of events, or administers those who do."""
    return door(view, lambda person: person.follows or person.settings)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@followers
def webhooks(request: HttpRequest, person: Reader) -> HttpResponse:
    """List webhooks and make another, whose secret is shown this once."""
    people = [request.user, *queries.partners_administered(request.user)]
    choices = pages.choices(people)
    form = NewWebhook(request.POST or None, choices=choices) if choices else None
    secret, refusal = "", None
    if request.method == "POST" and form is not None and form.is_valid():
        held = {str(each.public_id): each for one in people for each in grants(one)}
        grant = held[form.cleaned_data["grant"]]
        told = {key: form.cleaned_data[key] for key in ("name", "url", "kinds")}
        try:
            made = operations.add_webhook(
                user=grant.user, role=Role(grant.role), unit=grant.unit, **told, by=actor(request), at=clock.now()
            )
            secret, form = made.secret, NewWebhook(choices=choices)
        except pages.REFUSED as problem:
            refusal = pages.refusal(problem)
    found = queries.webhooks_of(request.user)[: pages.MOST]
    context = {
        "section": "tokens",
        "reader": person,
        "form": form,
        "lines": [pages.line(one, clock.now()) for one in found],
        "secret": secret,
        "refusal": refusal,
    }
    return render(request, "backoffice/webhooks.html", context, status=refusal.status if refusal else 200)


@require_safe
@followers
def webhook(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """Show a webhook and what became of the latest events."""
    return _page(request, person, _called(request, public_id))


@never_cache
@require_POST
@followers
def act(request: HttpRequest, person: Reader, public_id: UUID, act: str) -> HttpResponse:
    """Give a webhook another secret, have what is parked tried again, or end it."""
    held, by, at = _called(request, public_id), actor(request), clock.now()
    try:
        if act == "secret":
            made = operations.rotate_secret(webhook=held, by=by, at=at)
            return _page(request, person, _called(request, public_id), secret=made.secret)
        if act == "again":
            parked = list(queries.deliveries_to(held, PushState.PARKED))
            operations.push_again(webhook=held, deliveries=parked, by=by, at=at)
        elif act == "end":
            operations.end_webhook(webhook=held, by=by, at=at)
        else:
            raise Http404
    except pages.REFUSED as problem:
        return _page(request, person, held, refusal=pages.refusal(problem))
    return redirect("backoffice:webhook", held.public_id)


@require_POST
@followers
def delivery_act(request: HttpRequest, person: Reader, public_id: UUID, delivery: UUID, act: str) -> HttpResponse:
    """Have an event pushed again, or passed over."""
    held, by, at = _called(request, public_id), actor(request), clock.now()
    found = queries.deliveries_to(held).filter(public_id=delivery).first()
    if found is None or act not in {"again", "pass"}:
        raise Http404
    try:
        if act == "again":
            operations.push_again(webhook=held, deliveries=[found], by=by, at=at)
        else:
            operations.pass_over(delivery=found, by=by, at=at)
    except pages.REFUSED as problem:
        return _page(request, person, held, refusal=pages.refusal(problem))
    return redirect("backoffice:webhook", held.public_id)


def _called(request: HttpRequest, public_id: UUID) -> Webhook:
    """Return a webhook that the reader may see. Raises Http404."""
    found = queries.webhooks_of(request.user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, person: Reader, held: Any, *, secret: str = "", refusal: Refusal | None = None
) -> HttpResponse:
    state = request.GET.get("state", "")
    line = pages.line(held, clock.now())
    shown = queries.deliveries_to(held, state if state in PushState.values else "")[: pages.MOST]
    context = {
        "section": "tokens",
        "reader": person,
        "one": line,
        "deliveries": [pages.delivery(one, line.live) for one in shown],
        "states": [("", ""), *PushState.choices],
        "state": state,
        "secret": secret,
        "refusal": refusal,
    }
    return render(request, "backoffice/webhook.html", context, status=refusal.status if refusal else 200)
