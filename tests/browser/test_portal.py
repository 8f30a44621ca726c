"""The portal in a real browser, on a phone and on a desk, in both languages: register by an invitation, look at one's
assets over a period, take the test, mind one's sessions and consents; by keyboard, and without JavaScript.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect
from pytest_django import DjangoDbBlocker

from accounts.models import Client
from accounts.operations import give_consent, register_by_invite
from accounts.rules import Purpose
from core import clock
from core.actor import system
from smart_products.statistics import queries
from smart_products.suitability.operations import seed_suitability
from tests.browser.site import Site, faults, running
from tests.delivered import Login
from tests.portal.people import PASSWORD, invitation

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@dataclass(frozen=True)
class Screen:
    """A device and a language."""

    width: int
    height: int
    locale: str


PHONE, DESK = Screen(390, 844, "zh-CN"), Screen(1440, 900, "en-US")
SCREENS = [
    PHONE,
    DESK,
    *(pytest.param(one, marks=pytest.mark.slow) for one in (Screen(390, 844, "en-US"), Screen(1440, 900, "zh-CN"))),
]
PAGES = (
    *("/portal/", "/portal/mine/", "/portal/products/", "/portal/notices/", "/portal/privacy/", "/portal/sessions/"),
    *("/portal/how/", "/portal/test/", "/portal/test/1/", "/accounts/2fa/", "/accounts/password/change/"),
)


LENGTHEN = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walk.nextNode()) { found.push(walk.currentNode); }
  for (const one of found) {
    const text = one.textContent.trim();
    const words = text.length > 3 && /[^0-9.,+% \u2212-]/.test(text);
    if (words) { one.textContent = text + " " + text.slice(0, text.length / 2); }
  }
}"""


@dataclass(frozen=True)
class Extra:
    """What a test may change as it likes: logins of clients of their own, and an open invitation."""

    traveller: Login
    keyholder: Login
    invited: str


@pytest.fixture(scope="module")
def site(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One broker with the portal's copy and a questionnaire; emptied at the end."""
    with django_db_blocker.unblock():
        made = running(tmp_path_factory.mktemp("portal") / "broker", clients=40, days=60)
        site = next(made)
        call_command("serve", verbosity=0)
        today = clock.shanghai_today()
        seed_suitability(valid_from=today, on=today, by=system("test"), at=clock.now())
        yield site
        next(made, None)


@pytest.fixture(scope="module")
def extra(site: Site, django_db_blocker: DjangoDbBlocker) -> Extra:
    """Two more clients with a login, and one who is invited."""
    with django_db_blocker.unblock():
        return Extra(member("traveller"), member("keyholder"), invitation(stranger()))


@pytest.fixture(params=SCREENS, ids=lambda one: f"{one.width}-{one.locale}")
def tab(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab on each screen; the test fails when the page complained or can be pushed sideways."""
    yield from opened(browser, request.param)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A tab on a phone, in Chinese."""
    yield from opened(browser, PHONE)


def opened(browser: Browser, screen: Screen, *, script: bool = True) -> Iterator[Page]:
    context = browser.new_context(
        locale=screen.locale,
        viewport={"width": screen.width, "height": screen.height},
        java_script_enabled=script,
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    yield page
    assert heard == []
    context.close()


def log_in(page: Page, site: Site, login: Login | None = None) -> None:
    login = login or site.broker.logins["client"]
    page.goto(f"{site.url}/portal/")
    page.locator("input[name=login]").fill(login.username)
    page.locator("input[name=password]").fill(login.password)
    page.locator("input[name=password]").press("Enter")
    expect(page.locator(".tab-bar")).to_be_visible()


def stranger() -> Client:
    """Return a client with something signed and no login yet."""
    found = Client.objects.filter(login=None, subscriptions__end=None).exclude(subscriptions=None).first()
    assert found is not None
    return found


def member(username: str) -> Login:
    """Register one more client, whose login a test may change as it likes."""
    client, at = stranger(), clock.now()
    register_by_invite(token=invitation(client), username=username, password=PASSWORD, by=system("test"), at=at)
    give_consent(client=client, purpose=Purpose.FINANCIAL_ACCOUNTS, by=system("test"), at=at)
    return Login(username, PASSWORD)


def total(site: Site) -> str:
    book = queries.client_book(site.broker.user("client").client_login.client_id)
    return f"{book.line()[-1].assets / 100:,.2f}"


def test_every_page_is_fit_for_everybody(tab: Page, site: Site) -> None:
    log_in(tab, site)
    for address in PAGES:
        tab.goto(f"{site.url}{address}")
        assert faults(tab) == [], address
        assert not tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), address


def test_home_answers_one_question(tab: Page, site: Site) -> None:
    log_in(tab, site)
    expect(tab.locator(".hero")).to_contain_text(total(site))
    expect(tab.locator("svg.chart:visible")).to_have_count(1)
    tab.locator(".periods a").nth(0).click()
    tab.wait_for_url("**period=quarter*")
    expect(tab.locator(".periods a[aria-current]")).to_have_count(1)
    tab.locator("details.as-table summary").first.click()
    assert tab.locator("details.as-table tbody tr").count() > 10
    tab.go_back()
    expect(tab.locator(".hero")).to_contain_text(total(site))


def test_registering_by_an_invitation(phone: Page, site: Site, extra: Extra) -> None:
    phone.goto(f"{site.url}/accounts/login/")
    phone.get_by_role("link", name="客户凭邀请注册").click()
    phone.locator("input[name=word]").fill(extra.invited)
    phone.locator("input[name=word]").press("Enter")
    assert faults(phone) == []
    expect(phone.locator("input[type=checkbox]")).not_to_be_checked()
    phone.locator("input[name=username]").fill("newcomer")
    phone.locator("input[name=password]").fill(PASSWORD)
    phone.locator("input[name=again]").fill(PASSWORD)
    phone.locator("button.button").click()
    expect(phone.get_by_role("heading", name="没有使用您的账户数据")).to_be_visible()
    phone.get_by_role("button", name="同意使用我的账户数据").click()
    expect(phone.get_by_role("heading", name="我的签约资产")).to_be_visible()


def test_one_subscription_over_chosen_days(phone: Page, site: Site) -> None:
    log_in(phone, site)
    phone.locator(".tab-bar a").nth(2).click()
    phone.locator(".cards h2 a").first.click()
    expect(phone.locator(".hero")).to_be_visible()
    phone.get_by_text("选择其他日期").click()
    phone.locator("#since").fill("2024-11-15")
    phone.locator("#until").fill("2024-12-13")
    phone.get_by_role("button", name="查看这段期间").click()
    phone.wait_for_url("**since=2024-11-15&until=2024-12-13*")
    expect(phone.locator("main")).to_contain_text("2024-12-13 收盘")


def test_the_test_by_keyboard(phone: Page, site: Site) -> None:
    log_in(phone, site)
    phone.goto(f"{site.url}/portal/test/1/")
    phone.locator("input[name=answer]").nth(1).focus()
    phone.keyboard.press("Space")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/test/2/")
    phone.get_by_role("link", name="保存并离开").click()
    phone.goto(f"{site.url}/portal/test/")
    phone.get_by_role("link", name="继续上次的测评").click()
    phone.wait_for_url("**/test/2/")


def test_another_device_is_sent_away(phone: Page, site: Site, extra: Extra, browser: Browser) -> None:
    login = extra.traveller
    log_in(phone, site, login)
    for other in opened(browser, DESK):
        log_in(other, site, login)
        phone.goto(f"{site.url}/portal/sessions/")
        phone.get_by_role("button", name="结束其他所有设备").click()
        other.goto(f"{site.url}/portal/")
        expect(other.locator("input[name=login]")).to_be_visible()
    phone.goto(f"{site.url}/portal/")
    expect(phone.locator(".hero")).to_be_visible()


def test_colours_and_language_are_the_readers(phone: Page, site: Site) -> None:
    log_in(phone, site)
    phone.goto(f"{site.url}/portal/privacy/")
    phone.locator("button[name=updown]").click()
    expect(phone.locator("html")).to_have_attribute("data-updown", "green-up")
    phone.locator("button[name=language]").click()
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    expect(phone.get_by_role("heading", name="Privacy and consents")).to_be_visible()


def test_text_half_as_long_again_breaks_nothing(tab: Page, site: Site) -> None:
    log_in(tab, site)
    for address in ("/portal/", "/portal/mine/", "/portal/privacy/", "/portal/test/1/"):
        tab.goto(f"{site.url}{address}")
        tab.evaluate(LENGTHEN)
        assert not tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), address


def test_without_javascript_all_can_be_read(browser: Browser, site: Site) -> None:
    for page in opened(browser, PHONE, script=False):
        log_in(page, site)
        expect(page.locator(".hero")).to_contain_text(total(site))
        page.locator(".periods a").nth(1).click()
        expect(page.locator("svg.chart").first).to_be_visible()
        page.goto(f"{site.url}/portal/test/1/")
        page.locator("input[name=answer]").first.check()
        page.locator("button.button").click()
        expect(page.locator("#progress")).to_contain_text("2")


def test_a_passkey_opens_the_door(phone: Page, site: Site, extra: Extra) -> None:
    devtools = phone.context.new_cdp_session(phone)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip
    login = extra.keyholder
    log_in(phone, site, login)
    phone.goto(f"{site.url}/accounts/2fa/webauthn/add/")
    phone.locator("input[name=password]").fill(login.password)
    phone.locator("input[name=password]").press("Enter")
    phone.locator("input[name=name]").fill("手机")
    phone.locator("input[name=passwordless]").check()
    phone.locator("#passkey").click()
    phone.wait_for_url("**/2fa/recovery-codes/**")
    assert faults(phone) == []
    phone.goto(f"{site.url}/portal/mine/")
    phone.get_by_role("button", name="退出").click()
    phone.goto(f"{site.url}/accounts/login/?next=/portal/")
    phone.locator("#passkey").click()
    expect(phone.locator(".hero")).to_be_visible()
