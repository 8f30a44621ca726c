"""Terms in a real browser, in both languages, on a desk and on a phone, with and without JavaScript: one product
manager drafts and proposes, a colleague publishes, and axe finds nothing serious on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import DjangoDbBlocker

from core import clock
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.catalogue.queries import read_terms
from smart_products.catalogue.states import TermsState
from tests.browser.site import Site, faults, running
from tests.catalogue.terms_samples import acting, publish, terms

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
LOOKS = [
    ("zh-CN", DESK, "light", True),
    ("en-US", PHONE, "dark", False),
    ("en-US", DESK, "light", True),
    ("zh-CN", PHONE, "dark", True),
]

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def site(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One broker for all journeys; each takes a product of its own: the last three have two versions."""
    with django_db_blocker.unblock():
        for made in running(tmp_path_factory.mktemp("site") / "broker", clients=30, days=2):
            author, colleague = (acting(made.broker.user(name)) for name in ("products", "products_colleague"))
            at, today = clock.now(), clock.shanghai_today()
            for product in Product.objects.order_by("-family__code", "-code")[:3]:
                publish(product, terms(), author, colleague, valid_from=today - DAY, at=at - DAY)
                publish(product, terms("pause.longest_days", 9), author, colleague, valid_from=today, at=at)
            yield made


def enter(page: Page, site: Site, username: str, path: str) -> None:
    login = site.broker.logins[username]
    page.goto(f"{site.url}/accounts/login/?next={path}")
    page.locator("input[name=login]").fill(login.username)
    page.locator("input[name=password]").fill(login.password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"**{path}")


def fill(page: Page) -> None:
    """Fill the form as a person would: everything that the feed did not tell."""
    expect(page.locator(".form-end button")).to_be_visible()
    for area in page.locator(".terms-form textarea, .terms-form input[type=text]").all():
        name = area.get_attribute("name") or ""
        if not area.input_value() and not name.startswith(("risks.1", "fees.0.amount", "fees.0.rate", "duration")):
            number = name.endswith(("seconds", "longest_days", "times_a_year", "_hours"))
            area.fill("0" if number else "use" if name.endswith("code") else f"说明 {name}")


@pytest.mark.parametrize(
    ("number", "look"),
    [pytest.param(number, look, marks=[pytest.mark.slow] * (number > 0)) for number, look in enumerate(LOOKS)],
)
def test_one_drafts_and_a_colleague_publishes(browser: Browser, site: Site, number: int, look: tuple) -> None:  # type: ignore[type-arg]
    locale, size, scheme, scripts = look
    options = {"locale": locale, "viewport": size, "color_scheme": scheme, "java_script_enabled": scripts}
    author, colleague = browser.new_context(**options), browser.new_context(**options)
    page = author.new_page()
    enter(page, site, "products", "/terms/")
    page.locator(".terms-table tbody th a").nth(number).click()
    page.locator("a.button[href$='/draft/']").click()
    fill(page)
    page.locator("[name='cooling_off_days']").fill("999")
    page.locator(".form-end button").click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    looked_at = _looked(page, scripts=scripts)
    page.locator("[name='cooling_off_days']").fill("5")
    page.locator("[name='risks.0.zh']").fill("放心，保 本")
    page.locator(".form-end button").click()
    page.wait_for_url("**/terms/version/**")
    expect(page.locator("#banned")).to_contain_text("risks.0.zh")
    looked_at += _looked(page, scripts=scripts)
    page.locator("a.button[href$='/draft/']").click()
    expect(page.locator("[name='risks.0.zh']")).to_have_value("放心，保 本")
    page.locator("[name='risks.0.zh']").fill("可能亏钱，不保本。")
    page.locator(".form-end button").click()
    page.wait_for_url("**/terms/version/**")
    expect(page.locator("#banned")).to_have_count(0)
    page.locator("form[action$='/propose/'] button").click()
    expect(page.locator("form[action$='/publish/']")).to_have_count(0)

    address = page.url.removeprefix(site.url)
    page = colleague.new_page()
    enter(page, site, "products_colleague", address)
    page.locator("form[action$='/publish/'] button").click()
    expect(page.locator(".verdict.accepted")).to_have_count(1)
    looked_at += _looked(page, scripts=scripts)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    version = TermsVersion.objects.get(public_id=address.split("/")[3])
    assert (version.state, version.valid_from) == (TermsState.PUBLISHED, clock.shanghai_today())
    assert read_terms(version).risks[0].zh == "可能亏钱，不保本。"
    assert version.digest in page.content()
    assert looked_at == []
    author.close()
    colleague.close()


@pytest.mark.parametrize(
    ("number", "look"),
    [(0, LOOKS[0]), (1, ("en-US", PHONE, "dark", True)), pytest.param(2, LOOKS[3], marks=pytest.mark.slow)],
)
def test_a_move_is_foreseen_and_planned(browser: Browser, site: Site, number: int, look: tuple) -> None:  # type: ignore[type-arg]
    locale, size, scheme, scripts = look
    after = TermsVersion.objects.filter(number=2).order_by("pk")[number]
    context = browser.new_context(locale=locale, viewport=size, color_scheme=scheme)
    page = context.new_page()
    enter(page, site, "products", f"/terms/version/{after.public_id}/contracts/")
    expect(page.locator("#consent")).to_be_visible()
    looked_at = _looked(page, scripts=scripts)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/terms/moves/**")
    looked_at += _looked(page, scripts=scripts)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert looked_at == []
    context.close()


def _looked(page: Page, *, scripts: bool) -> list[str]:
    """Return what axe finds; it is a script itself."""
    return faults(page) if scripts else []
