"""The pages of settings: what each role may, who works here, one person with the roles held, proposed and ended.

For administrators, each within the own units; for anybody else there is nothing here. A password is made here, shown
once, and kept by nobody.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import operations, queries
from accounts.models import User
from accounts.roles import GRANTED
from accounts.rules import Role
from backoffice.access import door
from backoffice.forms import LostFactor, NewLogin, Proposal
from backoffice.pages import people as pages
from backoffice.pages.feeds import pages_around
from backoffice.pages.terms.refusals import Refusal
from backoffice.queries import Reader
from backoffice.views.feeds import offset_of
from core import clock
from core.actor import Actor

PAGE = 50
MOST_UNITS = 500
"""Units offered to choose from; the code of any other can be typed."""

P = ParamSpec("P")


def administrators(
    view: Callable[Concatenate[HttpRequest, Reader, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let only administrators in; others find nothing."""
    return door(view, lambda person: person.settings)


@require_safe
@administrators
def roles(request: HttpRequest, person: Reader) -> HttpResponse:
    """Show what each role may, and how many hold it in the reader's units."""
    context = {"section": "settings", "reader": person, "roles": pages.roles(queries.holders(request.user))}
    return render(request, "backoffice/settings/roles.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@administrators
def people(request: HttpRequest, person: Reader) -> HttpResponse:
    """List what waits for a second person, and the logins of staff; make a new one."""
    if request.method != "POST":
        return _list(request, person)
    form = NewLogin(request.POST)
    if not form.is_valid():
        return _list(request, person, _unclear(form))
    password = secrets.token_urlsafe(12)
    try:
        made = operations.add_staff(**form.cleaned_data, password=password, by=_by(request), at=clock.now())
    except pages.WORDS as problem:
        return _list(request, person, pages.refusal(problem))
    return _page(request, person, made, password=password)


@never_cache
@require_safe
@administrators
def member(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """Show a login with its roles."""
    return _page(request, person, _login(request, public_id))


@never_cache
@require_POST
@administrators
def act(request: HttpRequest, person: Reader, public_id: UUID, act: str) -> HttpResponse:
    """Switch a login, give it a new password, propose a role or that its second factors go; a refusal is told there."""
    held, by, at = _login(request, public_id), _by(request), clock.now()
    password = secrets.token_urlsafe(12) if act == "password" else None
    try:
        if act in {"off", "on"}:
            operations.switch_login(user=held, on=act == "on", by=by, at=at)
        elif password is not None:
            held = operations.renew_staff_password(user=held, password=password, by=by, at=at)
        elif act == "lost":
            lost = LostFactor(request.POST)
            if not lost.is_valid():
                return _page(request, person, held, _unclear(lost))
            operations.propose_factor_reset(user=held, reason=lost.cleaned_data["reason"], by=by, at=at)
        elif act == "propose":
            form = Proposal(request.POST)
            if not form.is_valid():
                return _page(request, person, held, _unclear(form))
            _propose(request, held, form.cleaned_data, by)
        else:
            raise Http404
    except pages.WORDS as problem:
        return _page(request, person, held, pages.refusal(problem))
    if password:
        return _page(request, person, held, password=password)
    return redirect("backoffice:settings-person", public_id)


@never_cache
@require_POST
@administrators
def grant(request: HttpRequest, person: Reader, public_id: UUID, act: str) -> HttpResponse:
    """Confirm, withdraw or end a grant; a refusal is told on the page of its person."""
    held, by, at = queries.grant_administered(request.user, public_id), _by(request), clock.now()
    if held is None:
        raise Http404
    try:
        if act == "confirm":
            operations.confirm_grant(grant=held, by=by, at=at)
        elif act == "withdraw":
            operations.withdraw_grant(grant=held, by=by, at=at)
        elif act == "end":
            operations.end_grant(grant=held, until=clock.shanghai_today(), by=by, at=at)
        else:
            raise Http404
    except pages.WORDS as problem:
        return _page(request, person, held.user, pages.refusal(problem))
    return redirect("backoffice:settings-person", held.user.public_id)


@never_cache
@require_POST
@administrators
def reset(request: HttpRequest, person: Reader, public_id: UUID, act: str) -> HttpResponse:
    """Confirm or withdraw that second factors go; a refusal is told on the page of their person."""
    held, by, at = queries.reset_administered(request.user, public_id), _by(request), clock.now()
    if held is None or act not in {"confirm", "withdraw"}:
        raise Http404
    password = secrets.token_urlsafe(12) if act == "confirm" else None
    try:
        if password is not None:
            operations.confirm_factor_reset(reset=held, password=password, by=by, at=at)
        else:
            operations.withdraw_factor_reset(reset=held, by=by, at=at)
    except pages.WORDS as problem:
        return _page(request, person, held.user, pages.refusal(problem))
    if password is not None:
        return _page(request, person, held.user, password=password)
    return redirect("backoffice:settings-person", held.user.public_id)


def _list(request: HttpRequest, person: Reader, refusal: Refusal | None = None) -> HttpResponse:
    text, role, offset = request.GET.get("q", "").strip(), request.GET.get("role", ""), offset_of(request.GET)
    if role and role not in GRANTED:
        raise Http404
    found = queries.staff_administered(request.user, text, role)
    total = found.count()
    shown = list(found[offset : offset + PAGE])
    lines = _grants(request, queries.grants_of(request.user, shown, open_only=True))
    waiting = _grants(request, queries.waiting_grants(request.user)[:PAGE])
    before, after = pages_around(offset, PAGE, total)

    def address(start: int | None) -> str | None:
        given = {"q": text, "role": role, "from": start}
        return None if start is None else f"{reverse('backoffice:settings-people')}?{urlencode(given)}"

    context = {
        "section": "settings",
        "reader": person,
        "people": [pages.person(user, lines) for user in shown],
        "waiting": waiting,
        "resets": _resets(request),
        "total": total,
        "q": text,
        "role": role,
        "roles": [(one.value, one.label) for one in GRANTED],
        "form": NewLogin(request.POST if refusal else None),
        "before": address(before),
        "after": address(after),
        "refusal": refusal,
    }
    return render(request, "backoffice/settings/people.html", context, status=refusal.status if refusal else 200)


def _page(
    request: HttpRequest, person: Reader, held: User, refusal: Refusal | None = None, password: str | None = None
) -> HttpResponse:
    lines = _grants(request, queries.grants_of(request.user, [held])[:PAGE])
    proposing = refusal is not None and "role" in request.POST
    context = {
        "section": "settings",
        "reader": person,
        "one": pages.person(held, lines),
        "self": held.pk == request.user.pk,
        "resets": [line for line in _resets(request) if line.person == held.public_id],
        "lost": LostFactor(request.POST if refusal is not None and "reason" in request.POST else None),
        "form": Proposal(request.POST if proposing else None, initial={"since": clock.shanghai_today()}),
        "units": pages.units(queries.units_administered(request.user)[:MOST_UNITS], _language()),
        "password": password,
        "refusal": refusal,
    }
    return render(request, "backoffice/settings/person.html", context, status=refusal.status if refusal else 200)


def _propose(request: HttpRequest, held: User, given: Mapping[str, Any], by: Actor) -> None:
    unit = queries.units_administered(request.user).filter(code=given["unit"]).first()
    if unit is None:
        raise operations.BeyondReach(given["unit"])
    operations.propose_grant(
        user=held, role=Role(given["role"]), unit=unit, since=given["since"], until=given["until"], by=by,
        at=clock.now(),
    )  # fmt: skip


def _grants(request: HttpRequest, found: queries.Grants) -> list[pages.GrantLine]:
    today, user = clock.shanghai_today(), _user(request)
    return [pages.grant(one, user, today, _language()) for one in found]


def _resets(request: HttpRequest) -> list[pages.ResetLine]:
    return [pages.reset(one, _user(request)) for one in queries.waiting_resets(request.user)[:PAGE]]


def _login(request: HttpRequest, public_id: UUID) -> User:
    found = queries.login_administered(request.user, public_id)
    if found is None:
        raise Http404
    return found


def _unclear(form: forms.Form) -> Refusal:
    return pages.unclear(" ".join(f"{form.fields[name].label}: {errors[0]}" for name, errors in form.errors.items()))


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _by(request: HttpRequest) -> Actor:
    return queries.acting(_user(request))


def _language() -> str:
    return translation.get_language() or ""
