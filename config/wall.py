"""Middleware: each request of the web is one transaction that names who acts, from the view to its rendered page.

Owns that transaction, in which a view that fails takes back all it wrote (`ATOMIC_REQUESTS`); what one request reads
twice it remembers.
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


def behind_the_wall(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer inside a transaction that belongs to the person who asks."""

    def answered(request: HttpRequest) -> HttpResponse:
        with one_answer() if request.method in READING else nullcontext(), transaction.atomic():
            wall.enter(request.user)
            return get_response(request)

    return answered
