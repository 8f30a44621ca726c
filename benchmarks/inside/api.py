"""Requests a second of the API, beside a bare endpoint of DRF on the same server that answers the same object.

Owns the addresses that are measured and whose token asks. Both are asked in turns, over a real web server as in
production; the ratio is the median of the pairs. What was published is kept: answers are warm, as after a night.
"""

from __future__ import annotations

import re
import secrets
import statistics
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.urls import reverse

from accounts.models import Client
from accounts.operations import create_staff, grant_role, issue_token
from accounts.queries import acting, demo_units
from accounts.roles import MEANINGS
from accounts.rules import Role
from benchmarks.figures import Figure, at_least, reported
from benchmarks.inside.bare import FOLDER
from benchmarks.inside.server import Asker, rate, request, served
from benchmarks.sizes import Sizes
from core import clock
from core.actor import system
from smart_products.statistics.operations import close, publish_retention

TARGET = 0.6
"""Of the bare endpoint's requests a second, for the matrix of a day that is kept."""
CROWD = 8
ETAG = re.compile(rb"\r\netag: *([^\r]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One address, how it is asked, and what its speed may not fall below."""

    name: str
    route: str
    connections: int = 1
    known: bool = False
    """Whether who asks shows the mark of what he has."""
    target: float | None = None


ROWS = (
    Row("matrix", "matrix", target=TARGET),
    Row(f"matrix, {CROWD} connections", "matrix", CROWD, target=TARGET),
    Row("matrix, not changed", "matrix", known=True),
    Row("catalogue", "products"),
    Row("client", "client"),
)


def measure(sizes: Sizes) -> list[Figure]:
    """Return requests a second of each address."""
    close(by=system("bench"), at=clock.now())
    publish_retention(by=system("bench"), at=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does after a load
    headers = {"Authorization": f"Bearer {_token()}", "Accept-Language": "en"}
    folder = Path(settings.LOCAL_DIR)
    (folder / FOLDER).mkdir(exist_ok=True)
    with served("benchmarks.inside.bare_settings", folder / "bench-web.log") as port:
        return [_figure(row, _address(row.route), headers, port, sizes) for row in ROWS]


def _address(route: str) -> str:
    """Return the address of a route; of a client's that of the first one."""
    return reverse(f"api:{route}", args=[Client.objects.order_by("pk")[0].public_id] if route == "client" else [])


def _token() -> str:
    """Return the secret of a token of a manager of the head office, good for a day."""
    units = demo_units()
    if units is None:
        raise RuntimeError("nothing is published")
    by, at, today = system("bench"), clock.now(), clock.shanghai_today()
    role = Role.HEAD_OFFICE_MANAGER
    manager = create_staff(username=f"bench_{secrets.token_hex(4)}", password=secrets.token_urlsafe(), by=by, at=at)
    grant_role(user=manager, role=role, unit=units[0], since=today, by=by, at=at)
    return issue_token(
        user=manager, name="bench", role=role, unit=units[0], areas=MEANINGS[role].areas,
        until=at + timedelta(days=1), by=acting(manager), at=at,
    ).secret  # fmt: skip


def _figure(row: Row, address: str, headers: dict[str, str], port: int, sizes: Sizes) -> Figure:
    """Ask for the address and for its bare twin in turns."""
    link = Asker(port)
    status, head, body = link.ask(request(address, headers))
    link.close()
    mark = ETAG.search(head)
    if status != 200 or mark is None:
        raise RuntimeError(f"{address} answers {status}: {body[:500]!r}")
    (Path(settings.LOCAL_DIR) / FOLDER / f"{row.route}.json").write_bytes(body)
    ours = request(address, {**headers, "If-None-Match": mark[1].decode()} if row.known else headers)
    theirs = request(f"/bare/{row.route}", headers)
    expected = 304 if row.known else 200
    told: dict[str, Any] = {"connections": row.connections, "seconds": sizes.api_seconds}
    rate(port, ours, expected, **told)
    rate(port, theirs, 200, **told)
    pairs = [(rate(port, theirs, 200, **told), rate(port, ours, expected, **told)) for _ in range(sizes.repeats)]
    bare, found = (statistics.median(side) for side in zip(*pairs, strict=True))
    name = f"api: {row.name}, beside a bare endpoint of {len(body):,} bytes"
    if row.target is None:
        return reported(name, found, "requests/s", bare)
    ratio = statistics.median(mine / other for other, mine in pairs)
    return at_least(name, found, "requests/s", bare, row.target, ratio)
