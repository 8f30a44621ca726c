"""Why a figure of a past day differs, in a real browser: from its history to two versions and the delivery behind them;
on a phone, without JavaScript, and in both languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import DjangoDbBlocker

from accounts.models import AssetAccount
from smart_products.statistics import queries
from tests.browser.looks import ONE_LOOK
from tests.browser.site import Site, faults, log_in, running
from tests.restated import revalue

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

DAY = "2024-12-30"


@pytest.fixture(scope="module")
def site(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One broker with a day in three versions; emptied at the end."""
    with django_db_blocker.unblock():
        folder = tmp_path_factory.mktemp("site")
        for site in running(folder / "broker", clients=40, days=4):
            codes = sorted(AssetAccount.objects.values_list("code", flat=True))
            revalue(site.broker, folder / "1", DAY, codes, sequence=2, factor="1.10")
            revalue(site.broker, folder / "2", DAY, codes[:5], sequence=3, factor="1.20")
            yield site


def test_from_the_history_to_the_delivery_that_made_the_difference(page: Page, site: Site) -> None:
    log_in(page, site)
    page.goto(f"{site.url}/product/versions/?as_of={DAY}")
    page.locator("tbody tr").first.locator('a[href*="differences"]').click()
    page.wait_for_url("**/product/differences/**version=3*")
    expect(page.locator("h1")).to_contain_text("版本对比")
    expect(page.locator("#differences-t")).to_contain_text("从第 2 版到第 3 版")

    page.locator("#pick-against").select_option("1")
    page.wait_for_url("**against=1*")
    expect(page.locator("#differences-t")).to_contain_text("从第 1 版到第 3 版")
    day = queries.fact_days()[-2]
    first = queries.matrix(as_of=day, version=1, since=queries.fact_days()[0]).total
    expect(page.locator(".differ tbody tr").first).to_contain_text(f"{first.assets.now / 100:,.2f}")

    page.locator("#tier").select_option("t1")
    page.wait_for_url("**tier=t1*")
    assert "against=1" in page.url, "the address holds the whole state"
    page.go_back()
    expect(page.locator("#tier")).to_have_value("")
    with page.expect_download() as download:
        page.locator('main a[href*="differences.csv"]').first.click()
    assert download.value.suggested_filename == f"differences-matrix-{DAY}.csv"
    page.locator('main a[href="#figure-differences"]').click()
    expect(page.locator("#figure-differences")).to_contain_text("口径")
    page.keyboard.press("Escape")
    page.locator('a[href^="/feeds/"]', has_text="第 3 次交付").click()
    page.wait_for_url("**/feeds/*-*/")
    expect(page.locator("h1")).to_have_text(DAY)


def test_another_day_leads_on_from_a_version_it_does_not_have(browser: Browser, site: Site) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    log_in(page, site)
    page.goto(f"{site.url}/product/differences/?as_of={DAY}&against=1&version=3")
    earlier = queries.fact_days()[1].isoformat()
    page.locator("#as_of").select_option(earlier)
    page.wait_for_url(f"**as_of={earlier}*")
    expect(page.locator(".state h2")).to_contain_text(f"{earlier} 没有第 3 版")
    page.locator(".state a").click()
    page.wait_for_url("**/product/versions/**")
    context.close()


def test_without_scripts_the_page_reads_and_versions_can_be_chosen(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    log_in(page, site)
    page.goto(f"{site.url}/product/differences/?as_of={DAY}")
    page.locator("#pick-against").select_option("1")
    page.locator(".pick button").click()
    page.wait_for_url("**against=1*")
    expect(page.locator("#differences-t")).to_contain_text("From version 1 to version 3")
    assert page.locator("#accounts-t").is_visible()
    context.close()


@pytest.mark.parametrize(("width", "scheme", "locale"), ONE_LOOK)
def test_nothing_serious_and_no_sideways_scrolling(
    browser: Browser, site: Site, width: int, scheme: Literal["light", "dark"], locale: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale=locale)
    page = context.new_page()
    log_in(page, site)
    for query in ("against=1&version=3", "against=3&version=3", "version=9", "against=1#figure-differences"):
        page.goto(f"{site.url}/product/differences/?as_of={DAY}&{query}")
        page.wait_for_load_state("networkidle")
        assert faults(page) == [], query
        assert page.evaluate("document.documentElement.scrollWidth") <= width, query
    context.close()
