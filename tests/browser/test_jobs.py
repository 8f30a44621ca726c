"""Job runs in a real browser: progress that moves by itself, an error that opens, a run that is asked for again."""

from __future__ import annotations

from datetime import date
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
from tests.browser.looks import ONE_LOOK
from tests.browser.site import Site, faults, log_in
from tests.delivered import Broker, Login

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BY = system("test")
DAY = date(2024, 12, 31)


@pytest.fixture
def site(live_server: LiveServer, tmp_path: Path) -> Site:
    """A house without a publication, and a login for operations; all is committed, so that the server sees it."""
    organise()
    staff("operator", "HQ", Role.OPERATIONS)
    return Site(live_server.url, Broker(tmp_path, {"operations": Login("operator", "right horse")}))


def started(scope: str) -> JobRun:
    run = jobs.request("tasks.backfill", DAY, scope, by=BY, at=clock.now())[0]
    claimed = jobs.claim(run_id=run.pk, by=BY, at=clock.now())
    assert claimed is not None
    beat(claimed, 1)
    return claimed


def beat(run: JobRun, done: int) -> None:
    far = jobs.Progress(done, 4, "day")
    assert jobs.heartbeat(run_id=run.pk, attempt=run.attempts, by=BY, at=clock.now(), progress=far)


def broken(scope: str) -> JobRun:
    trace = 'Traceback (most recent call last):\n  File "x.py", line 1, in <module>\nOSError: no disk'
    return jobs.fail(run_id=started(scope).pk, error=trace, by=BY, at=clock.now(), park=True)


@pytest.mark.slow
def test_progress_moves_by_itself_until_the_run_is_done(page: Page, site: Site) -> None:
    run = started("moves")
    log_in(page, site, "operations")
    page.keyboard.press("g")
    page.keyboard.press("j")
    page.wait_for_url("**/jobs/")
    line = page.locator(f"#run-{run.public_id}")
    expect(line).to_contain_text("1 / 4 天")
    beat(run, 3)
    expect(line).to_contain_text("3 / 4 天")
    assert line.locator("progress").evaluate("bar => bar.value") == 3
    jobs.finish(run_id=run.pk, result={}, by=BY, at=clock.now())
    expect(line).to_contain_text("已完成")
    expect(page.locator("#states a", has_text="运行中")).to_contain_text("0")
    expect(page.locator("#poll")).to_have_count(0)


def test_an_error_opens_and_its_run_is_asked_for_again(page: Page, site: Site) -> None:
    run = broken("again")
    log_in(page, site, "operations")
    page.goto(f"{site.url}/jobs/?state=parked")
    line = page.locator(f"#run-{run.public_id}")
    line.locator("summary").click()
    expect(line.locator("pre")).to_contain_text("Traceback")
    line.get_by_role("button").click()
    page.wait_for_url("**/jobs/?state=parked")
    expect(line).to_have_count(0)
    run.refresh_from_db()
    assert run.state == JobState.REQUESTED
    page.locator("#states a").first.click()
    expect(line).to_contain_text("等待运行")


def test_without_scripts_the_page_reads_and_asks_again(browser: Browser, site: Site) -> None:
    run = broken("plain")
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    log_in(page, site, "operations")
    page.goto(f"{site.url}/jobs/")
    line = page.locator(f"#run-{run.public_id}")
    expect(line.locator("progress")).to_be_visible()
    line.get_by_role("button").click()
    expect(line).to_contain_text("waiting to run")
    context.close()


@pytest.mark.parametrize(("width", "scheme", "locale"), ONE_LOOK)
def test_nothing_serious_and_no_sideways_scrolling(
    browser: Browser, site: Site, width: int, scheme: Literal["light", "dark"], locale: str
) -> None:
    started(f"seen {locale} {width}")
    broken(f"seen broken {locale} {width}")
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale=locale)
    page = context.new_page()
    log_in(page, site, "operations")
    for address in ("/jobs/", "/jobs/?state=parked", "/jobs/?state=failed"):
        page.goto(f"{site.url}{address}")
        for summary in page.locator("summary").all():
            summary.click()
        assert faults(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    context.close()
