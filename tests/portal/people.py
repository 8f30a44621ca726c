"""Clients with a login, for the tests of the portal."""

from __future__ import annotations

import re

from django.test import Client as Browser

from accounts.models import Client
from accounts.operations import give_consent, invite_client
from accounts.rules import Purpose
from core import clock
from core.actor import system

PASSWORD = "nine green bottles"
BY = system("test")


def invitation(client: Client) -> str:
    """Return the word of a fresh invitation."""
    return invite_client(client=client, by=BY, at=clock.now()).token


def registered(client: Client, username: str, *, agrees: bool = True) -> Browser:
    """Let a client register by the page, and return the browser that is logged in."""
    browser = Browser()
    given = {"username": username, "password": PASSWORD, "again": PASSWORD}
    answer = browser.post(f"/portal/register/{invitation(client)}/", given)
    assert answer.status_code == 302, answer.content.decode()
    if agrees:
        give_consent(client=client, purpose=Purpose.FINANCIAL_ACCOUNTS, by=BY, at=clock.now())
    return browser


def words(html: str) -> str:
    """Return the text of a page without its marks and runs of white space."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
