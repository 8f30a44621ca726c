"""Warnings of deliveries with their sign-off, and subscriptions set aside with their decision.

Whoever sees deliveries reads them; operations alone signs off and decides. For anybody else there is nothing here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.queries import acting
from backoffice.access import door
from backoffice.pages import warnings as pages
from backoffice.pages.feeds import words_of
from backoffice.pages.terms.refusals import Refusal
from backoffice.queries import Reader
from backoffice.views.feeds import for_feeds
from core import clock
from core.actor import Actor
from core.keyset import BadPlace, cut
from screens.reads import note_read
from smart_products.holdings import operations, queries
from smart_products.holdings.queries import WarningState
from smart_products.signing.models import AsideChoice
from smart_products.signing.operations import decide_aside
from smart_products.signing.queries import asides

PAGE = 50
STATES = (*WarningState, "all")
P = ParamSpec("P")


def operators(
    view: Callable[Concatenate[HttpRequest, Reader, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let only operations in; others find nothing."""
    return door(view, lambda person: person.operates)


@require_safe
@for_feeds
def warnings(request: HttpRequest, person: Reader) -> HttpResponse:
    """List warnings, open ones unless others are chosen, the latest first."""
    return _warnings(request, person)


@require_POST
@operators
def sign(request: HttpRequest, person: Reader) -> HttpResponse:
    """Sign the chosen warnings off for one reason, and go back to the list; a refusal is told there."""
    try:
        chosen = [UUID(one) for one in request.POST.getlist("warning")]
    except ValueError as problem:
        raise Http404 from problem
    try:
        operations.sign_off(warnings=chosen, reason=request.POST.get("reason", ""), by=actor(request), at=clock.now())
    except pages.REFUSED as problem:
        return _warnings(request, person, pages.refusal(problem))
    back = queries.delivery_of(request.POST.get("delivery", ""))
    return redirect("backoffice:delivery", back) if back else redirect("backoffice:warnings")


@require_safe
@for_feeds
def aside(request: HttpRequest, person: Reader) -> HttpResponse:
    """List subscriptions of feeds that overlap what was signed here, those that wait first to be decided."""
    return _aside(request, person)


@require_POST
@operators
def decide(request: HttpRequest, person: Reader) -> HttpResponse:
    """Keep ours or take theirs, and go back to the list; a refusal is told there."""
    given = request.POST
    if given.get("choice") not in (AsideChoice.KEPT_OURS, AsideChoice.TOOK_THEIRS):
        raise Http404
    found = asides(request.user).filter(source=given.get("source", ""), code=given.get("code", "")).first()
    if found is None:
        raise Http404
    try:
        decide_aside(aside=found, choice=AsideChoice(given["choice"]), by=actor(request), at=clock.now())
    except pages.UNDECIDED as problem:
        return _aside(request, person, pages.refusal(problem))
    return redirect("backoffice:aside")


def actor(request: HttpRequest) -> Actor:
    """Return who acts. Raises Http404 for nobody."""
    if not isinstance(request.user, User):
        raise Http404
    return acting(request.user)


def _warnings(request: HttpRequest, person: Reader, refusal: Refusal | None = None) -> HttpResponse:
    chosen = {name: request.GET.get(name, "") for name in ("source", "rule")}
    state, here = request.GET.get("state", WarningState.OPEN), reverse("backoffice:warnings")
    if state not in STATES or any("\0" in value for value in chosen.values()):
        raise Http404
    found = queries.warnings_found(state=None if state == "all" else WarningState(state), **chosen)
    kept = {name: value for name, value in chosen.items() if value}
    context = {
        **_cut(request, found, ("-found_at", "-public_id"), {**kept, "state": state}, here),
        "section": "warnings",
        "reader": person,
        "state": state,
        "states": pages.choices(here, state, kept),
        "chosen": chosen,
        "sources": queries.sources(),
        "rules": [(rule, words_of(rule)[0]) for rule in queries.rules_found()],
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
    }
    context["lines"] = pages.lines(context["rows"])
    status = refusal.status if refusal else 200
    return render(request, "backoffice/operations/warnings.html", context, status=status)


def _aside(request: HttpRequest, person: Reader, refusal: Refusal | None = None) -> HttpResponse:
    here, every = reverse("backoffice:aside"), request.GET.get("state") == "all"
    found = asides(request.user) if every else asides(request.user).filter(choice="")
    context = {
        **_cut(request, found, ("-set_aside_at", "-source", "-code"), {"state": "all"} if every else {}, here),
        "section": "warnings",
        "reader": person,
        "every": every,
        "refusal": refusal,
    }
    context["lines"] = [pages.aside(row, link=person.clients) for row in context["rows"]]
    if context["lines"]:
        note_read(request, "set_aside", "", {"rows": len(context["lines"])})
    status = refusal.status if refusal else 200
    return render(request, "backoffice/operations/aside.html", context, status=status)


def _cut(request: HttpRequest, found: Any, order: tuple[str, ...], kept: dict[str, str], here: str) -> dict[str, Any]:
    """Return the rows of a page and the addresses of those around it."""
    try:
        page = cut(found, order, size=PAGE, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    except BadPlace as problem:
        raise Http404 from problem
    around = {
        name: f"{here}?{urlencode({**kept, name: place})}" if place else None
        for name, place in (("before", page.before), ("after", page.after))
    }
    return {"rows": page.rows, **around}
