"""axe finds nothing serious on any page, in light and dark, wide and narrow, with a panel open."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.steps import log_in
from tests.delivered import Broker, publish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def broker(transactional_db: None, tmp_path: Path) -> Broker:
    return publish(tmp_path / "broker", clients=40, days=3)


def faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")]


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing_serious(
    browser: Browser, live_server: LiveServer, broker: Broker, width: int, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    assert faults(page) == []
    log_in(page, live_server, broker)
    for address in ("/matrix/", "/matrix/#figure-signed-assets", "/matrix/?as_of=2020-01-01", "/feeds/", "/nowhere/"):
        page.goto(f"{live_server.url}{address}")
        assert faults(page) == [], address
    page.goto(f"{live_server.url}/feeds/")
    page.locator("tbody a").first.click()
    page.wait_for_url("**/feeds/*-*/")
    assert faults(page) == []
    context.close()
