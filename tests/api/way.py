"""The way of the Python client to the service within a test, and the troubles on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.http import HttpResponse

from config.wsgi import application
from smart_products_client import Client

BASE = "http://testserver"
Trouble = Callable[[httpx.Response], httpx.Response]


class Way(httpx.BaseTransport):
    """The way to the service, on which troubles wait: each befalls one answer, first to last."""

    def __init__(self, *troubles: Trouble) -> None:
        self._service = httpx.WSGITransport(application)
        self._troubles = list(troubles)
        self.asked: list[httpx.Request] = []
        self.answers: list[httpx.Response] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Ask the service. The test's connection stays open, as Django's own client lets it."""
        self.asked.append(request)
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        answer = self._service.handle_request(request)
        answer.read()
        answer.close()
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
        self.answers.append(answer)
        return self._troubles.pop(0)(answer) if self._troubles else answer

    @property
    def keys(self) -> set[str]:
        """The keys of what was asked."""
        return {one.headers["Idempotency-Key"] for one in self.asked}


def lost(answer: httpx.Response) -> httpx.Response:
    """Lose an answer that the service gave."""
    raise httpx.ReadError("lost")


def told(answer: HttpResponse) -> Trouble:
    """Give another answer of the service instead."""
    return lambda _: httpx.Response(answer.status_code, headers=dict(answer.items()), content=answer.content)


def client(way: Way, **shown: Any) -> Client:
    """Return a client on this way, which waits no longer than it is told to."""
    return Client(http=pool(way), first_pause=0.001, **shown)


def pool(way: Way, **shown: Any) -> httpx.Client:
    """Return connections on this way."""
    return httpx.Client(transport=way, base_url=BASE, **shown)
