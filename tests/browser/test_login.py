"""The login page in a real browser: it is where strangers land, and says when a password is wrong."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_stranger_is_asked_to_log_in(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/")
    expect(page.locator("input[name=login]")).to_be_visible()
    assert "/accounts/login/" in page.url


def test_a_wrong_password_is_told(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("input[name=login]").fill("nobody")
    page.locator("input[name=password]").fill("not the password")
    page.locator("input[name=password]").press("Enter")
    expect(page.get_by_text("密码")).not_to_have_count(0)
    expect(page.locator("input[name=login]")).to_have_value("nobody")


def test_nobody_signs_up_alone(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/accounts/signup/")
    assert page.locator("input[name=password1]").count() == 0
