"""Who may open a page of the portal: a login that belongs to a client, and nobody else.

Fails closed: staff get 404, strangers the log-in page. What a page shows is asked for by this client alone, so that
nothing of another can be named. Never decides what a client agreed to: the page does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from accounts.queries import ClientReader, reader_of_login
from core.actor import Actor

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, ClientReader, P], HttpResponse]


def client(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Hand a view the client whose login this is."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        reader = reader_of_login(request.user.pk)
        if reader is None:
            raise Http404
        return view(request, reader, *args, **kwargs)

    return guarded


def actor(request: HttpRequest) -> Actor:
    """Return the person who acts, as operations want it named."""
    return Actor("user", request.user.get_username(), request.user.pk)
