"""Time to think before a signature: said on the page, and no code is sent before it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core import clock
from tests.portal.signing import begin, enter, found_house, go_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]


def test_time_to_think_is_said_before_a_code_is_sent() -> None:
    found_house(thinking_hours=24)
    browser = enter()
    address = begin(browser)
    for _ in range(4):
        go_on(browser, address)
    page = browser.get(address).content.decode()
    assert 'name="code"' not in page
    assert f"{clock.shanghai_today() + timedelta(days=1)}" in page
