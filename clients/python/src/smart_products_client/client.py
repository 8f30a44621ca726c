"""The client: every operation of the API, and the log of events followed to its end and beyond."""

from __future__ import annotations

import time
from collections.abc import Iterator
from uuid import UUID

import httpx

from smart_products_client.doors import Door, Held, Partner
from smart_products_client.models import Event
from smart_products_client.operations import Operations

PAGE = 500
"""Events read at once."""


class Client(Operations):
    """One service, and who asks it.

    `token` is one that a person made; `client_id` and `client_secret` are a partner's system, whose tokens are asked
    for and renewed here, for the areas in `scope` (separated by blanks; all without it). `language` is that of the
    words in answers: `en`, or `zh-hans`. A request is tried `attempts` times where trying again is harmless.
    `http` is for those who need a proxy, certificates or a session of their own; it has to know the `base_url`.
    """

    def __init__(
        self,
        base_url: str = "",
        *,
        token: str | None = None,
        client_id: str | None = None,
        client_secret: str | None = None,
        scope: str | None = None,
        language: str = "en",
        timeout: float = 60.0,
        attempts: int = 6,
        first_pause: float = 0.5,
        http: httpx.Client | None = None,
    ) -> None:
        pool = http or httpx.Client(base_url=base_url, timeout=timeout)
        pool.headers["Accept-Language"] = language
        door: Door = Held(token)
        if client_id is not None and client_secret is not None:
            door = Partner(client_id, client_secret, scope)
        super().__init__(pool, door=door, attempts=attempts, first_pause=first_pause)

    def follow_events(
        self, *, after: UUID | str | None = None, kind: str | None = None, every: float | None = None
    ) -> Iterator[Event]:
        """Yield what happened after an event, in order; from the first on without one.

        Keep the id of the last event that you handled, and go on after it. At the end of the log the iterator ends,
        or looks again all `every` seconds. `kind` names the kinds wanted, separated by commas.
        """
        while True:
            page = self.events_list(after=after, kind=kind, limit=PAGE)
            yield from page["data"]
            after = page["next"] or after
            if page["data"]:
                continue
            if every is None:
                return
            time.sleep(every)
