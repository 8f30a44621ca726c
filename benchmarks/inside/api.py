"""Requests a second of the API, each beside a bare DRF endpoint on the same server that gives the same object.

Owns which addresses are measured. A server of one process runs as in production; one asks in turns what is measured and
its bare peer, over connections that stay open, so that a busy machine slows both.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread

from accounts.models import Client, User
from accounts.operations import create_staff, grant_role, issue_token
from accounts.queries import acting, demo_units
from accounts.roles import MEANINGS
from accounts.rules import Role
from benchmarks.figures import Figure, against, reported
from benchmarks.inside.bare import CONSTANTS
from benchmarks.sizes import Sizes
from benchmarks.timing import paired
from core import clock
from core.actor import system

LEAST = 0.6
"""Of the requests a second of the bare peer, at least."""
READERS = 4
"""Connections that ask at once."""
REQUESTS = 200
"""Of each connection in a round."""
ROUNDS = 7
PATIENCE = 60.0


def measure(sizes: Sizes) -> list[Figure]:
    """Return milliseconds a request, and requests a second, of what the API answers from a cached publication."""
    client = Client.objects.exclude(outlet=None).earliest("pk")
    measured = {
        "matrix": ("/api/v1/matrix", LEAST),
        "matrix-of-a-product": ("/api/v1/matrix?node=grid&fields=as_of,version,rows", LEAST),
        "catalogue": ("/api/v1/products", None),
        "client": (f"/api/v1/clients/{client.public_id}", None),
        "clients": ("/api/v1/clients?limit=100", None),
    }
    secret = _secret()
    found: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        constants = Path(folder) / "constants.json"
        constants.write_text("{}")
        with _server(constants) as port:
            told = {name: json.loads(_one(port, address, secret)) for name, (address, _least) in measured.items()}
        constants.write_text(json.dumps(told))
        with _server(constants) as port:
            for name, (address, least) in measured.items():
                found += _figures(port, secret, name, address, least, min(REQUESTS, sizes.pages * 10))
    return found


def _figures(port: int, secret: str, name: str, address: str, least: float | None, requests: int) -> list[Figure]:
    bare = f"/bare/{name}"
    for one in (address, bare):
        _round(port, one, secret, requests // 4)
    pair = paired(lambda: _round(port, address, secret, requests), lambda: _round(port, bare, secret, requests), ROUNDS)
    ours, theirs = (seconds / requests / READERS * 1e3 for seconds in (pair.ours, pair.theirs))
    title = f"API: {name}, a request beside a bare one"
    figure = (
        reported(title, ours, "ms", theirs)
        if least is None
        else against(title, ours, "ms", theirs, 1 / least, pair.ratio)
    )
    return [figure, reported(f"API: {name}, requests a second", 1e3 / ours, "/s", 1e3 / theirs)]


def _round(port: int, address: str, secret: str, requests: int) -> float:
    """Return the seconds in which each of the readers has asked so often."""

    def ask() -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        for _request in range(requests):
            _got(link, address, secret)
        link.close()

    readers = [Thread(target=ask) for _ in range(READERS)]
    began = time.perf_counter()
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    return time.perf_counter() - began


def _one(port: int, address: str, secret: str) -> bytes:
    return _got(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE), address, secret)


def _got(link: http.client.HTTPConnection, address: str, secret: str) -> bytes:
    link.request("GET", address, headers={"Authorization": f"Bearer {secret}", "Accept-Language": "en"})
    answer = link.getresponse()
    body = answer.read()
    if answer.status != http.client.OK:
        raise RuntimeError(f"{address} answers {answer.status}: {body[:300]!r}")
    return body


@contextmanager
def _server(constants: Path) -> Iterator[int]:
    """Serve as production does, in one process, with the bare addresses beside; give the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "benchmarks.inside.serving",
        "DATABASE_ROLE": "app",
        CONSTANTS: str(constants),
    }
    program = Path(sys.executable).with_name("granian")
    server = subprocess.Popen(
        [program, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
         "--blocking-threads", str(READERS), "--log-level", "error", "config.wsgi:application"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not listen")


def _secret() -> str:
    """Return a token of somebody who reads figures, clients and terms of the whole house."""
    units = demo_units()
    if units is None:
        raise RuntimeError("nothing is published")
    by, at, role = system("bench"), clock.now(), Role.HEAD_OFFICE_MANAGER
    name = f"bench_api_{int(at.timestamp())}"
    user: User = create_staff(username=name, password=name, by=by, at=at)
    grant_role(user=user, role=role, unit=units[0], since=clock.shanghai_today(), by=by, at=at)
    issued = issue_token(
        user=user, name="bench", role=role, unit=units[0], areas=MEANINGS[role].areas, until=at + timedelta(days=1),
        by=acting(user), at=at,
    )  # fmt: skip
    return issued.secret
