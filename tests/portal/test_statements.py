"""How many statements a page of the portal may take, on the way to a signature and after it."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from tests.portal.signing import ask, begin, go_on, sign
from tests.statements import asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]

MOST = 15
"""With those of the session, the login and the transaction."""


def statements(browser: Browser, address: str) -> int:
    """Return how many statements a page takes, those of session, login and transaction among them."""
    with asked() as captured:
        assert browser.get(address).status_code == 200
    return len(captured)


def test_each_step_of_a_signing(browser: Browser) -> None:
    address, many = begin(browser), []
    while 'name="code"' not in browser.get(address).content.decode():
        many.append(statements(browser, address))
        go_on(browser, address)
    ask(browser, address)
    many.append(statements(browser, address))
    assert len(many) > 3
    assert max(many) <= MOST, many


def test_each_page_of_a_client_with_a_contract(browser: Browser) -> None:
    contract = sign(browser)
    pages = (
        "", "products/", f"products/{contract.product.public_id}/", "mine/", "papers/", "notices/", "privacy/",
        "sessions/", "test/", f"contracts/{contract.public_id}/", f"signing/{contract.public_id}/signed/",
    )  # fmt: skip
    many = {page: statements(browser, f"/portal/{page}") for page in pages}
    assert {page: count for page, count in many.items() if count > MOST} == {}
