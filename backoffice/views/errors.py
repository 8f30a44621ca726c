"""The pages for 400, 403, 404 and 500, in the look of the rest.

They ask nothing of the database, so that they can be drawn when it is away.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from backoffice import states
from backoffice.states import State
from screens import preferences

START = "/"
"""Leads each reader to what is theirs."""


def _answer(request: HttpRequest, state: State, status: int) -> HttpResponse:
    context = {"state": state, "preferences": preferences.of(request), "brand": ""}
    return render(request, "backoffice/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400."""
    return _answer(request, states.refused(START), 400)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """Answer 403; also what a form without its token gets."""
    return _answer(request, states.refused(START), 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404 in the same words for what does not exist and what may not be seen."""
    return _answer(request, states.not_found(START), 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 with the request's number in the log."""
    number = str(getattr(request, "id", "") or request.META.get("HTTP_X_REQUEST_ID", ""))
    return _answer(request, states.broken(number, request.get_full_path()), 500)
