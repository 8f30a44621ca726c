"""A partner's own server, to which events are pushed: it keeps what it was told and answers as a test wants."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any


@dataclass(frozen=True)
class Told:
    """A request as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """What it tells."""
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Receiver:
    """What was told, in its order. `answers` says with which status, and which headers, a request is answered."""

    url: str
    told: list[Told] = field(default_factory=list)
    answers: Callable[[Told], tuple[int, dict[str, str]]] = lambda _told: (204, {})
    lock: Lock = field(default_factory=Lock)

    def keys(self) -> list[str]:
        """Return the subjects of what was told, in its order."""
        return [one.event["subject_key"] for one in self.told]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver on the loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told = Told({name.lower(): value for name, value in self.headers.items()}, body)
            with receiver.lock:
                receiver.told.append(told)
                status, headers = receiver.answers(told)
            self.send_response(status)
            for name, value in {"Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(f"http://127.0.0.1:{server.server_address[1]}/events")
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
