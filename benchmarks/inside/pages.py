"""Whole pages of the back office: what the first reader waits and the 95th percentile after him, and their statements.

Owns the pages that are measured. They go through Django's test client, without a network: the middleware, the session,
the login with its grants, the transaction, the questions behind row-level security and the template, as served.
Publishes retention first, as a night does. For the first reader nothing is kept of what was asked ahead.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Client as People
from accounts.models import Unit
from accounts.operations import create_staff, grant_role
from accounts.queries import demo_units
from accounts.rules import Role
from benchmarks.figures import Figure, within
from benchmarks.sizes import Sizes
from benchmarks.timing import timed
from core import clock
from core.actor import system
from smart_products.statistics.operations import close, publish_retention
from smart_products.statistics.queries import fact_days, node_names
from smart_products.statistics.queries.kept import CACHE, LISTS

MILLISECONDS = 300.0
OF_A_CLIENT = 150.0
STATEMENTS = 15
MARKS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")
"""Of the transaction; they ask nothing."""

PAGES = (
    ("the matrix", "/matrix/"),
    ("the matrix by tier", "/matrix/?by=tier"),
    ("the matrix of a branch", "/matrix/?unit={branch}"),
    ("the matrix of an outlet", "/matrix/?unit={outlet}"),
    ("the matrix of a tier", "/matrix/?tier=t3"),
    ("the matrix of a tier in a branch", "/matrix/?unit={branch}&tier=t3"),
    ("the same with its outlets", "/matrix/?unit={branch}&tier=t3&show=rows"),
    ("a product", "/product/?node={node}"),
    ("all products", "/product/"),
    ("all products, confirmed", "/product/?basis=confirmed"),
    ("all products on an earlier day", "/product/?as_of={day}"),
    ("all products, a tier in a branch", "/product/?unit={branch}&tier=t3"),
    ("worth of cohorts", "/product/?show=assets"),
    ("worth of cohorts in a branch", "/product/?show=assets&unit={branch}"),
    ("worth of cohorts on an earlier day", "/product/?show=assets&as_of={day}"),
    ("league of branches", "/product/league/"),
    ("league of outlets", "/product/league/?by=outlet"),
    ("league on an earlier day", "/product/league/?as_of={day}"),
    ("moves", "/product/moves/"),
    ("two products compared", "/product/compare/?node={node}&versus=node.matrix"),
    ("versions", "/product/versions/"),
    ("funnel", "/product/funnel/?node={node}"),
    ("search", "/search/?q=a"),
    ("reports", "/reports/"),
)
WORK_LISTS = (
    ("clients", "/clients/"),
    ("clients by name", "/clients/?q=zhang"),
    ("clients with a product", "/clients/?product={node}"),
    ("tests that expire", "/clients/expiring/"),
    ("contracts", "/subscriptions/"),
    ("what the feeds told", "/subscriptions/?origin=feed"),
)
BEHIND = (
    ("clients retained", "/product/clients/retained/"),
    ("clients who signed first", "/product/clients/first_time/"),
    ("clients who lapsed", "/product/clients/lapsed/"),
    ("clients of a tier who lapsed", "/product/clients/lapsed/?tier=t3"),
    ("clients of first-sign retention", "/product/clients/first_sign/"),
    ("clients by signed assets", "/product/clients/signed_assets/"),
    ("clients by what entered", "/product/clients/entered/"),
    ("clients by market", "/product/clients/market/"),
    ("clients who stayed", "/product/clients/stayed/?node={node}"),
)
OF_ONE = (("a client", "/clients/{client}/"), ("his history", "/clients/{client}/history/"))
OF_CLIENTS = (*WORK_LISTS, *BEHIND, *OF_ONE)
OPERATED = (
    ("deliveries", "/feeds/"),
    ("health", "/operations/"),
    ("warnings", "/operations/warnings/"),
    ("restated days", "/operations/restatements/"),
    ("signed here and by feed", "/operations/aside/"),
    ("job runs", "/jobs/"),
)
CHECKED = (
    ("audit", "/audit/"),
    ("audit of a word", "/audit/?q=deliver"),
    ("admin, clients", "/admin/accounts/client/"),
    ("admin, subscriptions", "/admin/signing/subscription/"),
    ("admin", "/admin/"),
)
Pages = tuple[tuple[str, str], ...]
READERS: tuple[tuple[Role, int, Pages], ...] = (
    (Role.HEAD_OFFICE_MANAGER, 0, PAGES),
    (Role.HEAD_OFFICE_MANAGER, 0, OF_CLIENTS),
    (Role.BRANCH_MANAGER, 1, OF_CLIENTS),
    (Role.OUTLET_MANAGER, 2, OF_CLIENTS),
    (Role.OPERATIONS, 0, OPERATED),
    (Role.AUDITOR, 0, CHECKED),
)
"""Who reads what on which of the units; of clients' pages the database picks the rows of each reader out."""


def measure(sizes: Sizes) -> list[Figure]:
    """Return what each page takes a manager of the head office, counted anew and from kept answers."""
    close(by=system("bench"), at=clock.now())
    publish_retention(by=system("bench"), at=clock.now())
    units, days = demo_units(), fact_days()
    if units is None:
        raise RuntimeError("nothing is published")
    words = {
        "branch": units[1].code,
        "outlet": units[2].code,
        "node": next(name.code for name in node_names() if name.kind == "product"),
        "day": days[-6].isoformat(),
    }
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does after a load
    found = []
    for role, place, pages in READERS:
        browser = _inside(role, units[place])
        one = People.objects.filter(outlet__path__startswith=units[place].path)[0]
        whose = f", {role.value}" if pages is OF_CLIENTS else ""
        for name, address in pages:
            limit = OF_A_CLIENT if (name, address) in OF_ONE else MILLISECONDS
            filled = address.format(**words, client=one.public_id)
            found += _figures(browser, f"{name}{whose}", filled, limit, sizes)
    return found


def _inside(role: Role, unit: Unit) -> Client:
    """Return a browser with somebody before it who holds a role on a unit."""
    by, at, today = system("bench"), clock.now(), clock.shanghai_today()
    manager = create_staff(username=f"bench_{secrets.token_hex(4)}", password=secrets.token_urlsafe(), by=by, at=at)
    grant_role(user=manager, role=role, unit=unit, since=today, by=by, at=at)
    client = Client(headers={"host": "localhost"})
    client.force_login(manager)
    return client


def _figures(client: Client, name: str, address: str, limit: float, sizes: Sizes) -> list[Figure]:
    question = partial(_get, client, address)
    question()
    first = []
    for _ in range(sizes.repeats):
        _forget()
        first.append(timed(question))
    _forget()
    counted = _statements(question)
    kept = _statements(question)
    taken = sorted(timed(question) for _ in range(sizes.pages))
    p95 = taken[math.ceil(0.95 * sizes.pages) - 1]
    return [
        within(f"page: {name}, first reader", median(first) * 1e3, "ms", limit),
        within(f"page: {name}, first reader, SQL statements", counted, "statements", STATEMENTS),
        within(f"page: {name}, p95", p95 * 1e3, "ms", limit),
        within(f"page: {name}, SQL statements", kept, "statements", STATEMENTS),
    ]


def _forget() -> None:
    for name in (CACHE, LISTS):
        caches[name].clear()


def _statements(question: Callable[[], None]) -> int:
    with CaptureQueriesContext(connection) as captured:
        question()
        # the log is emptied by the next request
        return len([one for one in captured if not one["sql"].startswith(MARKS)])


def _get(client: Client, address: str) -> None:
    connection.ensure_connection()
    link: Any = connection.connection
    link.execute("SET ROLE app")
    try:
        answer = client.get(address)
    finally:
        link.execute("RESET ROLE")
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}")
