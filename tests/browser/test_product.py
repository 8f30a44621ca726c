"""From a row of the matrix to the page of a product in a real browser: cohorts, curve, moves and league, a comparison;
on a phone, without JavaScript, and when a piece of the page does not come.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django import DjangoDbBlocker

from smart_products.statistics import queries
from tests.browser.looks import LOOKS
from tests.browser.site import Site, faults, log_in, running
from tests.effort import THOROUGH

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture(scope="module")
def site(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One broker for all journeys, since none of them changes anything; emptied at the end."""
    with django_db_blocker.unblock():
        yield from running(tmp_path_factory.mktemp("site") / "broker", clients=60, days=24)


def test_from_a_row_of_the_matrix_to_its_cohorts_and_back(page: Page, site: Site) -> None:
    log_in(page, site)
    page.locator('th a[href*="/product/?"][href*="node=grid"]').click()
    page.wait_for_url("**/product/**node=grid*")
    expect(page.locator("h1")).to_have_text("网格交易")
    found = queries.retention(node="grid")
    expect(page.locator("#cohorts tbody tr")).to_have_count(min(13, len(found.cohorts)))
    expect(page.locator("#moves .plain-table").first).to_be_visible()
    expect(page.locator("#league tbody tr").first).to_be_visible()

    page.locator("#cohorts .tabs a").nth(1).click()
    page.wait_for_url("**show=assets*")
    expect(page.locator("#cohorts .under").first).to_be_visible()
    # The pieces come once the page is ready, so that a choice made now is heard.
    expect(page.locator("#league tbody tr").first).to_be_visible()
    page.locator("#basis").select_option("confirmed")
    page.wait_for_url("**basis=confirmed*")
    assert "show=assets" in page.url, "the address holds the whole state"

    page.locator('#tenure a[href="#figure-tenure"]').click()
    expect(page.locator("#figure-tenure")).to_contain_text("Kaplan-Meier")
    expect(page.locator("#figure-tenure")).to_contain_text("确认口径")
    page.keyboard.press("Escape")
    expect(page.locator("#figure-tenure")).to_be_hidden()
    page.locator("#tenure summary").click()
    expect(page.locator("#tenure details table")).to_be_visible()
    with page.expect_download() as download:
        page.locator('#cohorts a[href*="cohorts.csv"]').first.click()
    assert download.value.suggested_filename.startswith("cohorts-grid-")


def test_two_products_are_compared_by_one_choice(page: Page, site: Site) -> None:
    log_in(page, site)
    page.goto(f"{site.url}/product/compare/?node=grid")
    page.locator("#versus").select_option("node.conditional")
    page.wait_for_url("**versus=node.conditional*")
    expect(page.locator(".two-columns tbody tr")).to_have_count(7)
    expect(page.locator(".two-columns thead")).to_contain_text("条件单")
    page.locator(".two-columns thead a").nth(1).click()
    page.wait_for_url("**/product/?**node=conditional*")
    assert "versus" not in page.url


def test_a_piece_that_does_not_come_says_so(browser: Browser, site: Site) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    log_in(page, site)

    def broken(route: Route) -> None:
        route.fulfill(status=500, body="")

    page.route("**/product/moves/**", broken)
    page.goto(f"{site.url}/product/?node=grid")
    expect(page.locator("#moves .note-box")).to_be_visible()
    expect(page.locator("#league tbody tr").first).to_be_visible()
    page.unroute("**/product/moves/**")
    page.locator("#moves .note-box a").click()
    page.wait_for_url("**/product/moves/**")
    expect(page.locator("#moves .plain-table").first).to_be_visible()
    context.close()


def test_without_scripts_every_part_is_a_link_away(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    log_in(page, site)
    page.goto(f"{site.url}/product/?node=grid")
    expect(page.locator("#cohorts tbody tr").first).to_be_visible()
    page.locator("#league h2 a").click()
    page.wait_for_url("**/product/league/**")
    expect(page.locator("#league tbody tr").first).to_be_visible()
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme", "locale"), [*LOOKS, (360, "dark", "en")])
def test_nothing_serious_and_no_sideways_scrolling(
    browser: Browser, site: Site, width: int, scheme: Literal["light", "dark"], locale: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale=locale)
    page = context.new_page()
    log_in(page, site)
    for address in (
        "/product/?node=grid", "/product/?show=assets", "/product/#figure-cohorts", "/product/league/?by=tier",
        "/product/moves/", "/product/moves/?node=grid",
        "/product/compare/?node=grid&versus=node.conditional", "/product/versions/?node=grid",
    )[:: 1 if THOROUGH else 2]:  # fmt: skip
        page.goto(f"{site.url}{address}")
        page.wait_for_load_state("networkidle")
        assert faults(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    context.close()
