"""Who may open a page: someone logged in, and for some pages someone with a certain role.

Fails closed. A page beyond a role answers 404, as a page that does not exist does, and so does every page to a
client without a role; any other login without one is told so. Never decides which rows are seen: `visible_to` of the
models does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from accounts.queries import client_of
from accounts.scoping import grants
from backoffice.queries import Reader, reader

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def staff(view: View[P]) -> View[P]:
    """Let only a login of staff in; strangers go to the log-in page, also from within a page that swaps a piece of
    itself.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            if not grants(request.user) and client_of(request.user) is not None:
                raise Http404
            return view(request, *args, **kwargs)
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
        return redirect_to_login(request.get_full_path())

    return guarded


def door(
    view: Callable[Concatenate[HttpRequest, Reader, P], HttpResponse], may: Callable[[Reader], bool]
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let only readers of staff in who may, and hand the view who reads; others find nothing."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        person = reader(request.user)
        if not may(person):
            raise Http404
        return view(request, person, *args, **kwargs)

    return staff(guarded)
