"""Saved views: an address of the back office under a name, kept by one person and shared with a unit if he likes.

A view is opened with the reader's own rights: one that shows a unit beyond them is refused in words. Another person's
view that is not shared does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import operations
from accounts.models import SavedView, User
from accounts.queries import acting, views_of, visible_units
from backoffice import filters, lists, states
from backoffice.access import door
from backoffice.filters import BadAddress
from backoffice.pages import saved as pages
from backoffice.pages.terms.refusals import Refusal
from backoffice.queries import Reader
from core import clock

LONGEST_NAME, LONGEST_QUERY = 80, 1000
P = ParamSpec("P")


def members(
    view: Callable[Concatenate[HttpRequest, Reader, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let whoever holds a role in; others find nothing."""
    return door(view, lambda person: bool(person.role))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@members
def views(request: HttpRequest, person: Reader) -> HttpResponse:
    """List the views that the reader is offered; save the one that the address or the form names."""
    if request.method != "POST":
        return _list(request, person)
    name, page = request.POST.get("name", "").strip(), request.POST.get("page", "")
    query = _query(page, request.POST.get("query", ""))
    if not page or not name or len(name) > LONGEST_NAME or "\0" in name or len(query) > LONGEST_QUERY:
        return _list(request, person, pages.unclear())
    try:
        operations.save_view(name=name, page=page, query=query, by=acting(_user(request)), at=clock.now())
    except pages.WORDS as problem:
        return _list(request, person, pages.refusal(problem))
    return redirect("backoffice:views")


@never_cache
@require_safe
@members
def view(request: HttpRequest, person: Reader, public_id: UUID) -> HttpResponse:
    """Lead to the page of a view, or say in words that it shows what the reader may not see."""
    held = _held(request, public_id)
    address = reverse(f"backoffice:{held.page}")
    given = QueryDict(held.query)
    day = filters.read(given).as_of if held.page in pages.FIGURES else None
    units = {one.code for one in visible_units(request.user, day or clock.shanghai_today())}
    if given.get("unit") and given["unit"] not in units:
        state = states.beyond_units(held.name, reverse("backoffice:views"))
        context = {"section": "views", "reader": person, "heading": _("Saved views"), "state": state}
        return render(request, "backoffice/state.html", context, status=403)
    return redirect(f"{address}?{held.query}" if held.query else address)


@never_cache
@require_POST
@members
def act(request: HttpRequest, person: Reader, public_id: UUID, act: str) -> HttpResponse:
    """Rename, share or delete a view of one's own; a refusal is told above the list."""
    held, by, at = _held(request, public_id), acting(_user(request)), clock.now()
    name, code = request.POST.get("name", "").strip(), request.POST.get("unit", "").strip()
    try:
        if act == "rename" and 0 < len(name) <= LONGEST_NAME and "\0" not in name:
            operations.rename_view(view=held, name=name, by=by, at=at)
        elif act == "share":
            unit = pages.unit_of(visible_units(request.user, clock.shanghai_today()), code)
            if code and unit is None:
                return _list(request, person, pages.unclear())
            operations.share_view(view=held, unit_id=unit, by=by, at=at)
        elif act == "delete":
            operations.delete_view(view=held, by=by, at=at)
        elif act == "rename":
            return _list(request, person, pages.unclear())
        else:
            raise Http404
    except pages.WORDS as problem:
        return _list(request, person, pages.refusal(problem))
    return redirect("backoffice:views")


def _list(request: HttpRequest, person: Reader, refusal: Refusal | None = None) -> HttpResponse:
    language = translation.get_language() or ""
    page = request.POST.get("page") or request.GET.get("page", "")
    asked = request.POST.get("query", "") if request.method == "POST" else request.GET.urlencode()
    user = _user(request)
    context = {
        "section": "views",
        "reader": person,
        "refusal": refusal,
        "new": {"page": page, "query": _query(page, asked), "title": pages.PAGES[page]}
        if page in pages.PAGES
        else None,
        "views": pages.lines(views_of(user), user.pk, language),
        "units": pages.units(visible_units(user, clock.shanghai_today()), language),
    }
    return render(request, "backoffice/views.html", context, status=refusal.status if refusal else 200)


def _held(request: HttpRequest, public_id: UUID) -> SavedView:
    held = views_of(_user(request)).filter(public_id=public_id).first()
    if held is None:
        raise Http404
    return held


def _query(page: str, text: str) -> str:
    """Return the choices of a page as its own reader writes them; Http404 for a page or a choice that is none."""
    if page and page not in pages.PAGES:
        raise Http404
    given = QueryDict(text)
    try:
        read = filters.read(given) if page in pages.FIGURES else lists.read(given)
    except BadAddress as problem:
        raise Http404 from problem
    return read.address().removeprefix("?")


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user
