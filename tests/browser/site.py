"""A running server with a published broker behind it, and the way in; shared by the journeys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.delivered import Broker, publish

LEFT_OVER = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type IN ('client backend', 'parallel worker') AND pid <> pg_backend_pid()
"""
"""Connections of the server; an autovacuum worker is not ours to end."""


@dataclass(frozen=True)
class Site:
    """A running server with a published broker behind it."""

    url: str
    broker: Broker


def running(folder: Path, *, clients: int, days: int) -> Iterator[Site]:
    """Publish a broker and serve it. All is committed, so that the server sees it, and emptied at the end."""
    broker = publish(folder, clients=clients, days=days)
    server = LiveServer("localhost")
    yield Site(server.url, broker)
    server.stop()
    with connection.cursor() as cursor:
        # A browser keeps connections alive, and with them the server's threads and their sessions.
        cursor.execute(LEFT_OVER)
    call_command("flush", interactive=False, verbosity=0)


def log_in(page: Page, site: Site, role: str = "head_office_manager") -> None:
    """Come as a stranger, log in, and end on the matrix."""
    login = site.broker.logins[role]
    page.goto(f"{site.url}/matrix/")
    page.locator("input[name=login]").fill(login.username)
    page.locator("input[name=password]").fill(login.password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/matrix/**")


def faults(page: Page) -> list[str]:
    """Return what axe finds serious or worse on the page as it stands."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")]
