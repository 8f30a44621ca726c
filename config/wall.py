"""Middleware: each request of the web is one transaction that names who acts, from the view to its rendered page.

Owns that transaction; a view that fails takes back all it wrote, and what one request reads twice it remembers. Has to
be the last of the middlewares, where errors of views arrive first.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from accounts import wall
from core.reading import one_answer

READING = ("GET", "HEAD")
"""What such a request reads twice it may remember: it changes nothing."""


class Wall:
    """Goes around the view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer inside a transaction that belongs to the person who asks."""
        with one_answer() if request.method in READING else nullcontext(), transaction.atomic():
            wall.enter(request.user)
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Take back what a view wrote that failed; the page that says so is drawn without the database."""
        transaction.set_rollback(True)
