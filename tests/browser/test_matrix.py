"""The main job in a real browser, in both languages: log in, read the matrix, drill to an outlet, change the
day, open a figure's definition; and again on a phone, by keyboard, and without JavaScript.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import DjangoDbBlocker

from smart_products.statistics import queries
from tests.browser.site import Site, faults, log_in, running

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

WORDS = {
    "zh-CN": {
        "html": "zh-CN",
        "title": "产品矩阵",
        "definition": "口径",
        "colour": "red-up",
        "weekday": "周二",
    },
    "en-US": {
        "html": "en",
        "title": "Product matrix",
        "definition": "Definition",
        "colour": "green-up",
        "weekday": "Tue",
    },
}


@pytest.fixture(scope="module")
def site(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One broker for all journeys, since none of them changes anything; emptied at the end."""
    with django_db_blocker.unblock():
        yield from running(tmp_path_factory.mktemp("site") / "broker", clients=40, days=3)


def listen(page: Page) -> list[str]:
    """Return what the page complains about, as it comes."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    return heard


@pytest.mark.parametrize(
    "locale", [pytest.param(one, marks=pytest.mark.slow if one == "en-US" else ()) for one in sorted(WORDS)]
)
def test_from_headquarters_to_an_outlet(browser: Browser, site: Site, locale: str) -> None:
    words = WORDS[locale]
    context = browser.new_context(locale=locale, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    complaints = listen(page)
    log_in(page, site)

    whole = queries.matrix()
    expect(page.locator("html")).to_have_attribute("lang", words["html"])
    expect(page.locator("html")).to_have_attribute("data-updown", words["colour"])
    expect(page.locator("h1")).to_have_text(words["title"])
    expect(page.locator(".figures .value").first).to_contain_text(f"{whole.total.clients.retained:,}")
    expect(page.locator("#as_of option:checked")).to_contain_text(words["weekday"])

    branches = sorted(queries.matrix(by="unit").slices, key=lambda row: -row.assets.now)
    page.locator("#by tbody th a").first.click()
    page.wait_for_url(f"**unit={branches[0].unit}*")
    branch = queries.matrix(unit=branches[0].unit)
    expect(page.locator(".figures .value").first).to_contain_text(f"{branch.total.clients.retained:,}")

    outlets = sorted(queries.matrix(by="unit", unit=branches[0].unit).slices, key=lambda row: -row.assets.now)
    page.locator("#by tbody th a").first.click()
    page.wait_for_url(f"**unit={outlets[0].unit}*")
    expect(page.locator(".crumbs li")).to_have_count(3)
    outlet = queries.matrix(unit=outlets[0].unit)
    expect(page.locator(".figures .value").first).to_contain_text(f"{outlet.total.clients.retained:,}")

    earlier = queries.fact_days()[-2]
    page.locator("#as_of").select_option(earlier.isoformat())
    page.wait_for_url(f"**as_of={earlier.isoformat()}*")
    assert f"unit={outlets[0].unit}" in page.url, "the address holds the whole state"
    then = queries.matrix(as_of=earlier, unit=outlets[0].unit)
    expect(page.locator(".figures .value").first).to_contain_text(f"{then.total.clients.retained:,}")

    page.locator("#n-signed-assets a").click()
    panel = page.locator("#figure-signed-assets")
    expect(panel).to_be_visible()
    expect(panel).to_contain_text(words["definition"])
    expect(panel).to_contain_text(f"{then.total.assets.now / 100:,.2f}")
    assert page.url.endswith("#figure-signed-assets")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert complaints == []
    context.close()


def test_back_leads_back(page: Page, site: Site) -> None:
    log_in(page, site)
    before = page.locator(".figures .value").first.inner_text()
    page.locator("#by tbody th a").first.click()
    page.wait_for_url("**unit=*")
    page.go_back()
    expect(page.locator(".figures .value").first).to_have_text(before)
    assert "unit=" not in page.url


def test_keys_and_switches(page: Page, site: Site) -> None:
    log_in(page, site)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("f")
    page.wait_for_url("**/feeds/**")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/matrix/**")
    page.locator("button[name=updown]").click()
    expect(page.locator("html")).to_have_attribute("data-updown", "green-up")
    page.locator("button[name=theme]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.locator("button[name=language]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_search_by_keys_opens_a_unit(page: Page, site: Site) -> None:
    log_in(page, site)
    branch = queries.matrix(by="unit").slices[0].unit
    outlets = [row.unit for row in queries.matrix(by="unit", unit=branch).slices]
    page.keyboard.press("/")
    page.keyboard.type(branch)
    expect(page.locator(f'#found a[href$="unit={branch}"]')).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/matrix/?*unit={branch}")
    page.keyboard.press("/")
    page.keyboard.type(outlets[0])
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/matrix/?*unit={outlets[0]}")
    page.keyboard.press("g")
    page.keyboard.press("f")
    page.wait_for_url("**/feeds/")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()


def test_a_phone_needs_no_sideways_scrolling(browser: Browser, site: Site) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}, color_scheme="dark")
    page = context.new_page()
    log_in(page, site)
    for address in ("/matrix/", "/feeds/", "/search/?q=1"):
        page.goto(f"{site.url}{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    page.goto(f"{site.url}/matrix/")
    page.locator(".filter-line a").click()
    expect(page.locator("#as_of")).to_be_visible()
    page.locator("a.menu").click()
    expect(page.locator("#nav")).to_be_visible()
    page.locator("#nav .close").click()
    expect(page.locator("#nav")).to_be_hidden()
    context.close()


def test_without_scripts_the_page_still_reads(browser: Browser, site: Site) -> None:
    context: BrowserContext = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    log_in(page, site)
    page.locator("#by tbody th a").first.click()
    page.wait_for_url("**unit=*")
    page.locator("#tier").select_option("t1")
    page.get_by_role("button", name="显示").click()
    page.wait_for_url("**tier=t1*")
    page.locator("#n-retained a").click()
    expect(page.locator("#figure-retained")).to_be_visible()
    context.close()


def test_the_feed_shows_what_was_delivered(page: Page, site: Site) -> None:
    log_in(page, site, "operations")
    page.goto(f"{site.url}/feeds/")
    lines = page.locator("tbody tr")
    expect(lines).to_have_count(2)
    lines.first.locator("a").click()
    expect(page.locator("h1")).to_have_text("2024-12-31")
    expect(page.locator("main")).to_contain_text(re.compile("holdings"))


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), pytest.param(390, "dark", marks=pytest.mark.slow)])
def test_axe_finds_nothing_serious(browser: Browser, site: Site, width: int, scheme: Literal["light", "dark"]) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{site.url}/accounts/login/")
    assert faults(page) == []
    log_in(page, site)
    for address in ("/matrix/", "/matrix/#figure-signed-assets", "/matrix/?as_of=2020-01-01", "/feeds/", "/nowhere/"):
        page.goto(f"{site.url}{address}")
        assert faults(page) == [], address
    page.goto(f"{site.url}/feeds/")
    page.locator("tbody a").first.click()
    page.wait_for_url("**/feeds/*-*/")
    assert faults(page) == []
    context.close()
