"""The page of limits and of what proofs rest on: proposed by one administrator of the house, confirmed by another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from backoffice.access import door
from backoffice.forms import NewValue
from backoffice.pages import limits as pages
from backoffice.pages.terms.refusals import Refusal
from backoffice.queries import Reader
from backoffice.views.warnings import actor
from core import clock, operations
from core.limits import LIMITS
from core.queries import setting_of, settings_agreed, settings_waiting
from smart_products.signing.seals.configured import fingerprints

P = ParamSpec("P")


def of_the_house(
    view: Callable[Concatenate[HttpRequest, Reader, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let only administrators of the whole house in; others find nothing."""
    return door(view, lambda person: person.house)


@require_safe
@of_the_house
def limits(request: HttpRequest, person: Reader) -> HttpResponse:
    """Show every limit as it holds, what proofs rest on, and what waits for a second person."""
    return _page(request, person)


@require_POST
@of_the_house
def propose(request: HttpRequest, person: Reader, key: str) -> HttpResponse:
    """Propose another value of a limit, or that what runs now is what proofs rest on."""
    at = clock.now()
    running = None if key in LIMITS else fingerprints(at).get(key)
    if key not in LIMITS and running is None:
        raise Http404
    form = NewValue({"value": request.POST.get("value", "") if running is None else running, **_reason(request)})
    if not form.is_valid():
        return _page(request, person, pages.unclear(form), key)
    try:
        operations.propose_setting(key=key, **form.cleaned_data, by=actor(request), at=at)
    except pages.REFUSED as problem:
        return _page(request, person, pages.refusal(problem), key)
    return redirect("backoffice:settings-limits")


@require_POST
@of_the_house
def act(request: HttpRequest, person: Reader, public_id: UUID, act: str) -> HttpResponse:
    """Confirm or withdraw what waits; a refusal is told on the page."""
    held, by, at = setting_of(public_id), actor(request), clock.now()
    if held is None or act not in {"confirm", "withdraw"}:
        raise Http404
    try:
        if act == "confirm":
            operations.confirm_setting(version=held, by=by, at=at)
        else:
            operations.withdraw_setting(version=held, by=by, at=at)
    except pages.REFUSED as problem:
        return _page(request, person, pages.refusal(problem))
    return redirect("backoffice:settings-limits")


def _reason(request: HttpRequest) -> dict[str, str]:
    return {"reason": request.POST.get("reason", "")}


def _page(request: HttpRequest, person: Reader, refusal: Refusal | None = None, tried: str = "") -> HttpResponse:
    held, waiting = settings_agreed(), settings_waiting()
    context = {
        "section": "settings",
        "reader": person,
        "limits": pages.limits(held, waiting),
        "seals": pages.seals(fingerprints(clock.now()), held, waiting),
        "waiting": pages.waits(waiting, held, request.user.pk),
        "tried": {"key": tried, "value": request.POST.get("value", ""), **_reason(request)},
        "refusal": refusal,
    }
    return render(request, "backoffice/settings/limits.html", context, status=refusal.status if refusal else 200)
