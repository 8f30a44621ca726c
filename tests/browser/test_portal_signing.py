"""The whole way of a client in a real browser, on a phone and on a desk: register, test, sign, see the assets after a
close, pause, withdraw within the cooling-off period, and have the PDF verified.

The broker's days end today or on the next trading day, so that the close counts what is signed now. The code is read
where the sender puts it.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import AssetAccount, Client, NoticeDelivery, OneTimeCode
from accounts.operations.codes import WAIT
from core import clock
from core.actor import system
from core.calendar import trading_days
from demo.broker import generate
from smart_products.holdings.operations import deliver
from smart_products.signing.models import SigningStep
from smart_products.suitability.operations import seed_suitability
from tasks.outbox import dispatch_all, send
from tests.browser.site import LEFT_OVER, faults
from tests.browser.test_portal import DESK, PHONE, Screen, opened
from tests.portal.people import PASSWORD, invitation
from tests.suitability.house import best, questionnaire

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOOL, ADVICE = "grid", "etf_rotation"
"""A product without a cooling-off period, which can be paused at once, and one with it."""


Look = Callable[[Page], None]


@dataclass(frozen=True)
class House:
    """A running server, and the day whose close is still to come."""

    url: str
    folder: Path
    day: date

    def close(self) -> None:
        """Deliver the last day, close it, and put it before the clients."""
        deliver(folder=self.folder / self.day.isoformat(), today=self.day, by=system("test"), at=clock.now())
        for command in ("close", "serve"):
            call_command(command, stdout=StringIO(), stderr=StringIO())


@pytest.fixture
def house(transactional_db: None, tmp_path: Path) -> Iterator[House]:
    """A broker whose last day is not delivered yet; all is committed, so that the server sees it."""
    folder, today = tmp_path / "broker", clock.shanghai_today()
    quiet = {"stdout": StringIO(), "stderr": StringIO()}
    call_command("import_calendar", **quiet)
    day = next(day for day in trading_days(today, today + timedelta(days=20)) if day >= today)
    days = trading_days(day - timedelta(days=60), day)[-24:]
    generate(folder=folder, clients=40, trading_days=days, seed=5, daily=1, progress=lambda *_: None)
    deliver(folder=folder / "history", today=today, by=system("test"), at=clock.now())
    for command in ("close", "serve", "create_demo_logins", "publish_demo_terms"):
        call_command(command, **quiet)
    seed_suitability(valid_from=today, on=today, by=system("test"), at=clock.now())
    server = LiveServer("localhost")
    yield House(server.url, folder, day)
    server.stop()
    with connection.cursor() as cursor:
        cursor.execute(LEFT_OVER)


def newcomer() -> Client:
    """Return a client without a login, with one open account that bears neither product."""
    free = AssetAccount.objects.filter(closed_on=None, client__login=None, client__subscriptions__end=None)
    taken = Client.objects.filter(subscriptions__product__code__in=[TOOL, ADVICE])
    account = free.exclude(client__in=taken).exclude(client__subscriptions=None).order_by("code").first()
    assert account is not None
    assert account.client is not None
    return account.client


def sound(page: Page) -> None:
    """Nothing serious for axe, nothing to push sideways."""
    assert faults(page) == [], page.url
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), page.url


def unseen(page: Page) -> None:
    """Look at nothing: axe itself is a script."""


def register(page: Page, house: House, client: Client, username: str, look: Look = sound) -> None:
    page.goto(f"{house.url}/portal/register/{invitation(client)}/")
    look(page)
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=again]").fill(PASSWORD)
    page.locator("input[name=accounts]").check()
    page.locator("button.button").click()
    expect(page.locator(".tab-bar")).to_be_visible()


def take_the_test(page: Page, house: House, look: Look = sound) -> None:
    answers = best()
    page.goto(f"{house.url}/portal/test/1/")
    for number, question in enumerate(questionnaire().questions, start=1):
        page.wait_for_url(f"**/test/{number}/")
        for answer in answers[question.code]:
            page.locator(f"input[name=answer][value={answer}]").check()
        page.locator("main button.button").click()
    page.wait_for_url("**/test/check/")
    page.locator("main form button.button").click()
    page.wait_for_url("**/test/result/")
    look(page)


def message() -> str:
    """Return the code of the message that was sent last.

    An event is there for others once every transaction that is older has ended, such as that of a page still loading.
    """
    assert settings.MESSAGES_FILE is not None
    told = NoticeDelivery.objects.filter(notice__event__subject_key=str(OneTimeCode.objects.latest("pk").public_id))
    patience = time.monotonic() + 20
    while not told.exists() and time.monotonic() < patience:
        dispatch_all()
    send()
    lines = settings.MESSAGES_FILE.read_text(encoding="utf-8").splitlines()
    found = re.search(r"\d{6}", json.loads(lines[-1])["body"])
    assert found is not None
    return found[0]


def sign(page: Page, house: House, product: str, look: Look = sound) -> None:
    """Sign a product from its page to the sealed paper."""
    page.goto(f"{house.url}/portal/products/")
    page.locator(".offers a", has_text=product).first.click()
    look(page)
    page.locator("a[href$='/sign/']").click()
    look(page)
    radios = page.locator("input[name=account][type=radio]")
    if radios.count():
        radios.first.check()
    page.locator("main button.button").click()
    for step in ("esign_consent", "suitability", "risk_disclosure", "agreement"):
        expect(page.locator(f"input[name=step][value={step}]")).to_have_count(1)
        look(page)
        for box in page.locator("input[name=ticked]").all():
            expect(box).not_to_be_checked()
            box.check()
        SigningStep.objects.filter(done_at=None).update(shown_at=F("shown_at") - timedelta(minutes=5))
        page.locator("form[action$='/act/'] button.button").click()
    confirm(page, look)
    OneTimeCode.objects.update(made_at=F("made_at") - WAIT)
    page.locator("button[form=send]").click()
    expect(page.locator("#sent")).to_be_visible()
    look(page)
    page.locator("#code").fill(message())
    page.locator("#code").press("Enter")
    page.wait_for_url("**/signed/")
    look(page)


def confirm(page: Page, look: Look) -> None:
    """Say the password again where it is asked for."""
    again = page.locator("a[href*='reauthenticate']")
    expect(again.or_(page.locator("#code"))).to_be_visible()
    if again.count():
        look(page)
        again.click()
        look(page)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url("**/portal/signing/**")


def download(page: Page) -> bytes:
    """Take the sealed agreement from the page."""
    with page.expect_download() as waiting:
        page.locator("a.second[href$='.pdf']").click()
    return Path(waiting.value.path()).read_bytes()


def verdict(page: Page, house: House, paper: bytes) -> str:
    page.goto(f"{house.url}/portal/verify/")
    sound(page)
    page.locator("#paper").set_input_files({"name": "paper.pdf", "mimeType": "application/pdf", "buffer": paper})
    page.locator("main button.button").click()
    sound(page)
    return page.locator("#verdict").inner_text()


def test_a_client_joins_signs_and_leaves_by_phone(browser: Browser, house: House) -> None:
    whole_way(browser, house, PHONE)


@pytest.mark.slow
def test_a_client_joins_signs_and_leaves_at_a_desk_and_without_javascript(browser: Browser, house: House) -> None:
    whole_way(browser, house, DESK)
    signs_without_javascript(browser, house)


def whole_way(browser: Browser, house: House, screen: Screen) -> None:
    names = ("网格交易", "ETF 轮动") if screen is PHONE else ("Grid trading", "ETF rotation")
    for page in opened(browser, screen):
        register(page, house, newcomer(), f"newcomer{screen.width}")
        take_the_test(page, house)
        papers = []
        for name in names:
            sign(page, house, name)
            papers.append(download(page))
        card = page.locator(".cards > li", has=page.get_by_role("link", name=names[0], exact=True))
        page.goto(f"{house.url}/portal/mine/")
        expect(page.locator("[aria-labelledby=contracts-title] li")).to_have_count(2)
        sound(page)
        house.close()
        page.reload()
        expect(card.locator("dd").first).to_contain_text(re.compile(r"\d\.\d\d"))
        page.goto(f"{house.url}/portal/")
        expect(page.locator(".hero")).to_be_visible()
        sound(page)
        pause_and_resume(page, house, names[0])
        withdraw(page, house, names[1])
        told = verdict(page, house, papers[0])
        changed = papers[0][:-40] + bytes([papers[0][-40] ^ 1]) + papers[0][-39:]
        assert told == verdict(page, house, papers[1])
        assert told != verdict(page, house, changed)
        dispatch_all()
        page.goto(f"{house.url}/portal/notices/")
        expect(page.locator(".notices > li")).to_have_count(5)
        sound(page)


def open_contract(page: Page, house: House, name: str) -> None:
    page.goto(f"{house.url}/portal/mine/")
    page.locator("[aria-labelledby=contracts-title]").get_by_role("link", name=name, exact=True).click()
    sound(page)


def pause_and_resume(page: Page, house: House, name: str) -> None:
    open_contract(page, house, name)
    page.locator("#until").fill((clock.shanghai_today() + timedelta(days=7)).isoformat())
    page.locator("button[value=pause]").click()
    expect(page.locator("button[value=resume]")).to_be_visible()
    sound(page)
    page.locator("button[value=resume]").click()
    expect(page.locator("button[value=pause]")).to_be_visible()


def withdraw(page: Page, house: House, name: str) -> None:
    open_contract(page, house, name)
    page.locator("button[value=withdraw]").click()
    expect(page.locator("main button")).to_have_count(0)
    sound(page)
    page.goto(f"{house.url}/portal/papers/")
    expect(page.locator("main section ul.ways")).to_have_count(2)
    sound(page)


def signs_without_javascript(browser: Browser, house: House) -> None:
    for page in opened(browser, PHONE, script=False):
        register(page, house, newcomer(), "plain", look=unseen)
        take_the_test(page, house, look=unseen)
        sign(page, house, "网格交易", look=unseen)
        expect(page.locator(".sealed-paper")).to_be_visible()
