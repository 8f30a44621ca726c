"""A house with one product on offer, and a client who signs it through the pages."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.test import Client as Browser

from accounts.models import AssetAccount, Client, OneTimeCode, User
from accounts.operations.codes import code_of
from core import clock
from core.operations import import_calendar
from smart_products.catalogue.models import Product
from smart_products.catalogue.terms import Terms
from smart_products.signing.models import Contract, SigningStep
from smart_products.suitability.operations import assess
from smart_products.suitability.queries import current_questionnaire
from tasks.calendars import seed_rows
from tests.accounts.organisation import AT, BY
from tests.catalogue.terms_samples import changed, colleagues, publish
from tests.portal.people import PASSWORD, registered, words
from tests.suitability.house import best, furnish


def found_house(**different: Any) -> None:
    """Put the grid product on offer, and give C1 a class and a login."""
    furnish()
    year = clock.shanghai_today().year
    import_calendar(rows=[row for row in seed_rows() if row[0].year >= year], by=BY, at=AT)
    whole = changed("cooling_off_days", 5)
    publish(Product.objects.get(code="GRID"), Terms.read(whole | different), *colleagues("author", "colleague"))
    take_the_test("C1")
    registered(Client.objects.get(code="C1"), "lin")


def enter() -> Browser:
    """Return C1's browser, logged in just now."""
    browser = Browser()
    browser.force_login(User.objects.get(username="lin"))
    confirm(browser)
    return browser


def confirm(browser: Browser, back: str = "/portal/") -> None:
    """Log in once more: who has just chosen a password has not yet logged in by it."""
    assert browser.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": back})["Location"] == back


def take_the_test(code: str, **answers: str) -> None:
    today = clock.shanghai_today()
    assess(
        client=Client.objects.get(code=code), questionnaire=current_questionnaire(today), answers=best(**answers),
        on=today, by=BY, at=clock.now(),
    )  # fmt: skip


def begin(browser: Browser) -> str:
    """Begin to sign and return the address of the signing."""
    product = Product.objects.get(code="GRID").public_id
    account = AssetAccount.objects.get(code="A1").public_id
    answer = browser.post(f"/portal/products/{product}/sign/", {"account": str(account)})
    assert answer.status_code == 302, words(answer.content.decode())
    return str(answer["Location"])


def form(browser: Browser, address: str) -> dict[str, Any]:
    """Return what the form of a paper holds once every sentence is ticked."""
    page = browser.get(address).content.decode()
    fields = dict(re.findall(r'type="hidden"\s+name="(step|document)"\s+value="([^"]*)"', page))
    return fields | {"ticked": re.findall(r'name="ticked"\s+value="([^"]*)"', page)}


def lie_open() -> None:
    """Let the paper that is shown lie open for as long as any has to."""
    SigningStep.objects.filter(done_at=None).update(shown_at=F("shown_at") - timedelta(minutes=5))


def go_on(browser: Browser, address: str) -> None:
    """Take the step whose turn it is."""
    given = form(browser, address)
    lie_open()
    answer = browser.post(f"{address}act/", given)
    assert answer.status_code == 302, words(answer.content.decode())


def ready(browser: Browser) -> str:
    """Take every step but the signature."""
    address = begin(browser)
    while 'name="code"' not in browser.get(address).content.decode():
        go_on(browser, address)
    return address


def ask(browser: Browser, address: str) -> str:
    """Have a code sent and return it."""
    browser.post(f"{address}code/")
    return code_of(OneTimeCode.objects.latest("made_at"))


def sign(browser: Browser) -> Contract:
    """Sign, and return the contract."""
    address = ready(browser)
    assert browser.post(f"{address}sign/", {"code": ask(browser, address)})["Location"] == f"{address}signed/"
    return Contract.objects.get()
