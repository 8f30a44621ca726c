"""The admin in a real browser: a list and a record that any reader can use, in every look, and an act that is done."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.rules import Role
from core import clock, jobs
from core.actor import system
from core.models import JobRun
from core.states import JobState
from tests.accounts.organisation import organise, staff
from tests.browser.looks import LOOKS
from tests.browser.site import Site, faults, log_in
from tests.delivered import Broker, Login

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BY = system("test")


@pytest.fixture
def site(live_server: LiveServer, tmp_path: Path) -> Site:
    """A house without a publication, a run that waits for a person, and a login for operations."""
    organise()
    staff("operator", "HQ", Role.OPERATIONS)
    run = jobs.request("tasks.backfill", None, "again", by=BY, at=clock.now())[0]
    jobs.claim(run_id=run.pk, by=BY, at=clock.now())
    jobs.fail(run_id=run.pk, error="OSError: no disk", by=BY, at=clock.now(), park=True)
    return Site(live_server.url, Broker(tmp_path, {"operations": Login("operator", "right horse")}))


def test_from_the_back_office_to_a_record_and_what_is_done_to_it(page: Page, site: Site) -> None:
    log_in(page, site, "operations")
    page.locator("#nav").get_by_role("link", name="数据记录").click()
    page.wait_for_url("**/admin/")
    page.locator("main").get_by_role("link", name="任务运行").click()
    page.get_by_role("link", name="tasks.backfill").click()
    expect(page.locator("main")).to_contain_text("OSError: no disk")
    page.get_by_role("link", name="重新运行").click()
    page.get_by_role("button", name="重新运行").click()
    expect(page.locator("#main")).to_contain_text("已完成：重新运行")
    assert JobRun.objects.get().state == JobState.REQUESTED
    expect(page.get_by_role("link", name="重新运行")).to_have_count(0)
    page.get_by_role("link", name="返回管理后台").click()
    page.wait_for_url("**/matrix/**")


@pytest.mark.parametrize(("width", "scheme", "locale"), LOOKS)
def test_nothing_serious_and_no_sideways_scrolling(
    browser: Browser, site: Site, width: int, scheme: Literal["light", "dark"], locale: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale=locale)
    page = context.new_page()
    log_in(page, site, "operations")
    run = JobRun.objects.get().public_id
    for address in ("/admin/accounts/client/", f"/admin/core/jobrun/{run}/change/"):
        page.goto(f"{site.url}{address}")
        assert faults(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    if width < 500:
        menu = page.locator(".record-menu")
        menu.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".record-nav")).to_be_visible()
        assert faults(page) == []
    context.close()
