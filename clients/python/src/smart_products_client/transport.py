"""How the service is asked: over one pool of connections, with a token, and again where asking again is harmless.

Owns retries. What only reads, and what carries an Idempotency-Key, is asked again with the same key when the way was
lost, the same request is still being answered, or the service asks to wait; so it is done once, however often it is
sent. Never reads a shape: that is `operations.py`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeAlias
from urllib.parse import quote
from uuid import uuid4

import httpx

from smart_products_client.doors import Door, Held
from smart_products_client.problems import ProblemError, problem_of

File: TypeAlias = Path | tuple[str, bytes]
"""A file to hand over: a path, or a name and bytes."""

LOST = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError)
PASSING = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
READING = frozenset({"GET", "HEAD"})
LONGEST = 8.0
"""Seconds between two tries, where the service names no time."""


@dataclass(frozen=True)
class Asked:
    """A request, as it can be sent more than once."""

    method: str
    path: str
    query: Mapping[str, Any]
    headers: Mapping[str, str]
    body: object
    form: Mapping[str, Any]
    files: Mapping[str, Sequence[File]]
    keyed: bool

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does no more than once."""
        return self.keyed or self.method in READING


class Transport:
    """The way to one service. Threads may share it; close it, or use it in a `with`."""

    def __init__(
        self, http: httpx.Client, *, door: Door | None = None, attempts: int = 6, first_pause: float = 0.5
    ) -> None:
        self._http = http
        self._door: Door = door or Held(None)
        self._attempts = attempts
        self._first_pause = first_pause

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        parts: Mapping[str, object] | None = None,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, object] | None = None,
        body: object = None,
        form: Mapping[str, Any] | None = None,
        files: Mapping[str, Sequence[File] | None] | None = None,
        key: str | None = None,
        keyed: bool = False,
        raw: bool = False,
    ) -> Any:
        """Ask and return the answer: an object of JSON, bytes if `raw`, None where there is nothing to say.

        Raises ProblemError for a refusal, httpx.TransportError where the service is out of reach.
        """
        named = {name: quote(_plain(value), safe="") for name, value in (parts or {}).items()}
        told = _given(headers) | ({"Idempotency-Key": key or str(uuid4())} if keyed else {})
        carried = {name: several for name, several in (files or {}).items() if several is not None}
        address = path.format(**named)
        asked = Asked(method, address, _given(query), told, body, _given(form), carried, keyed=keyed)
        answer = self._sent(asked)
        if raw:
            return answer.content
        return answer.json() if answer.content else None

    def _sent(self, asked: Asked) -> httpx.Response:
        """Send a request as often as it takes, and return the good answer."""
        number = 0
        while True:
            number += 1
            try:
                return self._once(asked)
            except (*LOST, ProblemError) as error:
                wait = self._wait(error, number)
                if wait is None or number >= self._attempts or not asked.repeatable:
                    raise
            time.sleep(wait)

    def _wait(self, error: Exception, number: int) -> float | None:
        """Return how long to wait before the next try; None where it would end as this one did."""
        pause: float = min(self._first_pause * 2 ** (number - 1), LONGEST)
        if not isinstance(error, ProblemError):
            return pause
        if error.status in PASSING or error.code == "key_in_flight":
            return pause if error.wait is None else error.wait
        return None

    def _once(self, asked: Asked) -> httpx.Response:
        """Send a request, and again with another token if the token was refused. Raises ProblemError."""
        token = self._door.token(self._http)
        answer = self._send(asked, token)
        if answer.status_code == HTTPStatus.UNAUTHORIZED and token is not None and self._door.refused(token):
            answer = self._send(asked, self._door.token(self._http))
        if not answer.is_success:
            raise problem_of(answer)
        return answer

    def _send(self, asked: Asked, token: str | None) -> httpx.Response:
        shown = {"Authorization": f"Bearer {token}"} if token is not None else {}
        with ExitStack() as opened:
            files = [(name, _open(one, opened)) for name, several in asked.files.items() for one in several]
            return self._http.request(
                asked.method,
                asked.path,
                params=dict(asked.query),
                headers={**asked.headers, **shown},
                json=asked.body,
                data=dict(asked.form) or None,
                files=files or None,
            )


def _open(file: File, opened: ExitStack) -> tuple[str, bytes | BinaryIO]:
    """Return a file with its name, read piece by piece while it is sent."""
    if isinstance(file, Path):
        return file.name, opened.enter_context(file.open("rb"))
    return file


def _given(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what was given of some values, as text."""
    return {name: _each(value) for name, value in (values or {}).items() if value is not None}


def _each(value: object) -> str | list[str]:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return _plain(value)


def _plain(value: object) -> str:
    """Return a value as it stands in an address."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)
