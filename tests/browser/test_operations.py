"""Operations in a real browser: how the service stands, judged by axe; a warning signed off, by keys alone; days of the
calendar shown before anybody proposes them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.rules import Role
from core.models import CalendarDay, CalendarProposal
from smart_products.holdings.models import DeliveryWarning
from tests.accounts.organisation import organise, staff
from tests.browser.looks import ONE_LOOK
from tests.browser.site import Site, faults, log_in
from tests.delivered import Broker, Login
from tests.holdings.warned import delivered, told
from tests.tasks.house import import_days

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ("operations/", "operations/warnings/", "operations/calendar/", "operations/restatements/", "operations/aside/")


@pytest.fixture
def site(live_server: LiveServer, tmp_path: Path) -> Site:
    """A house with one delivery that has warnings, and a login for operations."""
    organise()
    import_days()
    delivered(told("negative_value", "-1"), told("values_jumped", "3"))
    staff("operator", "HQ", Role.OPERATIONS)
    return Site(live_server.url, Broker(tmp_path, {"operations": Login("operator", "right horse")}))


def test_a_warning_is_signed_off_by_keys_alone(page: Page, site: Site) -> None:
    log_in(page, site, "operations")
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.wait_for_url("**/operations/")
    page.locator("main .tabs a").nth(2).press("Enter")
    page.wait_for_url("**/operations/warnings/")
    page.locator("input[name=warning]").first.press("Space")
    page.locator("#reason").fill("融资融券账户")
    page.locator("#reason").press("Enter")
    expect(page.locator("input[name=warning]")).to_have_count(1)
    row = DeliveryWarning.objects.get(signed_by="operator")
    assert row.reason == "融资融券账户"


def test_days_of_the_calendar_are_shown_before_they_are_proposed(page: Page, site: Site, tmp_path: Path) -> None:
    after = CalendarDay.objects.latest("day").day.year + 1
    file = tmp_path / "days.csv"
    file.write_text(f"day,trading,working\n{after}-01-01,0,0\n{after}-01-02,1,1\n", encoding="utf-8")
    log_in(page, site, "operations")
    page.goto(f"{site.url}/operations/calendar/")
    page.locator("#file").set_input_files(file)
    page.locator("#file ~ button").click()
    expect(page.locator("#v-t")).to_be_visible()
    assert not CalendarProposal.objects.exists()
    page.locator("form:has(textarea) button").click()
    expect(page.locator("#w-1")).to_be_visible()
    assert CalendarProposal.objects.get().proposer == "operator"


@pytest.mark.parametrize(("width", "scheme", "language"), ONE_LOOK)
def test_the_pages_of_operations_have_no_serious_fault(
    browser: Browser, site: Site, width: int, scheme: Literal["light", "dark"], language: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, locale=language, reduced_motion="reduce"
    )
    page = context.new_page()
    log_in(page, site, "operations")
    for path in PAGES:
        page.goto(f"{site.url}/{path}")
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    context.close()
