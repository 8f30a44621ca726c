"""Login of staff by the house's own provider: the whole way over HTTP, and everybody whom it must not let in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password
from django.test import Client as Browser
from pytest_django import DjangoDbBlocker

from accounts.models import Client, User
from accounts.rules import Role
from core.models import AuditEvent
from tests.accounts.organisation import organise, staff
from tests.houses import standing
from tests.platform.provider import CLIENT, SECRET, Provider, running
from tests.portal.people import registered

pytestmark = pytest.mark.django_db
START = "/accounts/oidc/house/login/"
DOOR = "/accounts/login/"


@pytest.fixture(autouse=True, scope="module")
def _house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with standing(django_db_blocker):
        organise()
        staff("wang", "B1", Role.BRANCH_MANAGER)
        staff("li", "B2", Role.BRANCH_MANAGER)
        yield


@pytest.fixture(scope="module")
def running_provider() -> Iterator[Provider]:
    with running() as found:
        yield found


@pytest.fixture
def provider(running_provider: Provider, settings: Any) -> Provider:
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "house", "name": "OIDC", "client_id": CLIENT, "secret": SECRET,
                    "settings": {"server_url": running_provider.issuer},
                }
            ],
        }
    }  # fmt: skip
    running_provider.who = {"sub": "s-1", "preferred_username": "wang"}
    running_provider.userinfo, running_provider.down = None, False
    return running_provider


def through(browser: Browser, start: str = START) -> str:
    """Go to the provider and back; return where that leads."""
    there = browser.post(start)["Location"]
    back = requests.get(there, allow_redirects=False, timeout=5).headers["Location"]
    return str(browser.get(urlsplit(back).path + "?" + urlsplit(back).query)["Location"])


def test_staff_log_in_by_the_provider_and_are_tied_once(provider: Provider) -> None:
    browser = Browser()
    assert START in browser.get(DOOR).content.decode()
    assert through(browser, f"{START}?next=/matrix/") == "/matrix/"
    assert browser.get("/matrix/").status_code == 200
    assert SocialAccount.objects.get().user.username == "wang"
    assert AuditEvent.objects.get(action="tie_oidc").subject_key == "wang"
    provider.who = {"sub": "s-1", "preferred_username": "renamed"}
    again = Browser()
    through(again)
    assert again.get("/matrix/").status_code == 200, "from now on the subject counts, not the name"
    assert AuditEvent.objects.filter(action="tie_oidc").count() == 1


def test_the_provider_counts_as_a_second_factor(provider: Provider, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    browser = Browser()
    through(browser)
    assert browser.get("/matrix/").status_code == 200


@pytest.mark.parametrize("name", ["nobody", "lin", "gone", "crm", "WANG", ""])
def test_no_login_is_made_and_no_clients_is_opened(provider: Provider, name: str) -> None:
    registered(Client.objects.get(code="C1"), "lin")
    User.objects.filter(pk=staff("gone", "B1").pk).update(is_active=False)
    User.objects.create(username="crm", partner=True, password=make_password(None))
    before = User.objects.count()
    provider.who["preferred_username"] = name
    browser = Browser()
    browser.cookies["django_language"] = "en"
    assert through(browser) == DOOR
    assert "Ask an administrator" in browser.get(DOOR).content.decode()
    assert browser.get("/matrix/").status_code == 302
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


def test_another_subject_can_not_take_a_tied_login(provider: Provider) -> None:
    through(Browser())
    provider.who = {"sub": "s-2", "preferred_username": "wang"}
    stranger = Browser()
    assert through(stranger) == DOOR
    assert stranger.get("/matrix/").status_code == 302


def test_a_login_that_is_switched_off_stays_shut(provider: Provider) -> None:
    through(Browser())
    User.objects.filter(username="wang").update(is_active=False)
    assert through(Browser()) == DOOR


def test_user_information_of_another_subject_is_refused(provider: Provider) -> None:
    provider.userinfo = {"sub": "s-9", "preferred_username": "li"}
    assert through(Browser()) == DOOR


def test_nobody_ties_a_provider_to_the_login_he_is_in(provider: Provider) -> None:
    browser = registered(Client.objects.get(code="C1"), "lin")
    assert through(browser, f"{START}?process=connect") == DOOR
    assert not SocialAccount.objects.exists()


def test_an_answer_that_was_not_asked_for_opens_nothing(provider: Provider) -> None:
    browser = Browser()
    there = browser.post(START)["Location"]
    back = requests.get(there, allow_redirects=False, timeout=5).headers["Location"]
    assert Browser().get(urlsplit(back).path + "?" + urlsplit(back).query)["Location"] == DOOR
    assert browser.get(f"{START}callback/?error=access_denied&state=x")["Location"] == DOOR


def test_a_provider_that_is_down_leads_back_to_the_door(provider: Provider) -> None:
    provider.down = True
    assert Browser().post(START)["Location"] == DOOR


def test_without_a_provider_there_is_nothing(settings: Any) -> None:
    assert Browser().post(START).status_code == 404
    assert Browser().get(START).status_code == 405
    assert "oidc" not in Browser().get(DOOR).content.decode()
