"""Steps that several journeys begin with."""

from __future__ import annotations

from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.delivered import Broker


def log_in(page: Page, server: LiveServer, broker: Broker, role: str = "head_office_manager") -> None:
    """Come as a stranger, log in, and end on the matrix."""
    login = broker.logins[role]
    page.goto(f"{server.url}/matrix/")
    page.locator("input[name=login]").fill(login.username)
    page.locator("input[name=password]").fill(login.password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/matrix/**")
