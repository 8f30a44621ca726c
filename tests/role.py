"""Requests of the tests reach the database as the web does: as `app`, which row-level security binds.

The tests themselves stay `owner`, who makes houses and looks behind the wall.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse


@contextmanager
def as_app() -> Iterator[None]:
    """Be the role of the web inside."""
    connection.ensure_connection()
    link: Any = connection.connection
    # Past Django, which would count it among the statements of a page. What `owner` left behind in a transaction that
    # has not ended yet is gone in the web, and is no table that `app` could make anew.
    link.execute("DISCARD TEMP")
    link.execute("SET ROLE app")
    try:
        yield
    finally:
        link.execute("RESET ROLE")


def as_the_web(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the first of all: the whole request is the web's."""

    def answered(request: HttpRequest) -> HttpResponse:
        with as_app():
            return get_response(request)

    return answered
