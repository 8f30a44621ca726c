"""Guessing at every door: after so many wrong tries even what is right opens nothing for a while."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.hashers import make_password
from django.test import Client as Browser
from pytest_django import DjangoDbBlocker

from accounts.digests import id_digest
from accounts.models import Client, ClientLogin, OneTimeCode, User
from accounts.operations.codes import code_of
from tests.accounts.organisation import organise, staff
from tests.houses import standing
from tests.portal.people import PASSWORD, invitation

pytestmark = pytest.mark.django_db
RIGHT = "right horse"
WRONG = "wrong horse"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ID_NUMBER = "11010119800101001X"


@pytest.fixture(autouse=True, scope="module")
def _house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with standing(django_db_blocker):
        organise()
        staff("wang", "B1")
        yield


def log_in(password: str, address: str, *, browser: Browser | None = None) -> int:
    given = {"login": "wang", "password": password}
    return (browser or Browser()).post("/accounts/login/", given, REMOTE_ADDR=address).status_code


def one_time() -> str:
    return str(format_hotp_value(hotp_value(SECRET, int(time.time()) // 30)))


def other_than(code: str) -> str:
    return "000000" if code != "000000" else "000001"


def test_a_password_from_many_addresses() -> None:
    for number in range(5):
        assert log_in(WRONG, f"10.0.0.{number}") == 200
    assert log_in(RIGHT, "10.0.1.1") == 200, "refused, although right"


def test_many_names_from_one_address() -> None:
    browser = Browser()
    for number in range(10):
        browser.post("/accounts/login/", {"login": f"name{number}", "password": WRONG}, REMOTE_ADDR="10.0.0.9")
    assert log_in(RIGHT, "10.0.0.9") == 200, "refused, although right"
    assert log_in(RIGHT, "10.0.0.8") == 302, "another address is free"


def test_a_code_of_the_second_factor() -> None:
    TOTP.activate(User.objects.get(username="wang"), SECRET)
    browser = Browser()
    assert log_in(RIGHT, "10.0.0.1", browser=browser) == 302
    for _ in range(5):
        assert browser.post("/accounts/2fa/authenticate/", {"code": other_than(one_time())}).status_code == 200
    for again in (browser, Browser()):
        log_in(RIGHT, "10.0.2.2", browser=again)
        again.post("/accounts/2fa/authenticate/", {"code": one_time()})
        assert again.get("/matrix/").status_code == 302, "a new session is of no use"


def test_the_right_code_of_the_second_factor_opens() -> None:
    TOTP.activate(User.objects.get(username="wang"), SECRET)
    browser = Browser()
    log_in(RIGHT, "10.0.0.1", browser=browser)
    browser.post("/accounts/2fa/authenticate/", {"code": one_time()})
    assert browser.get("/matrix/").status_code == 200


def test_the_password_once_more_inside() -> None:
    browser = Browser()
    assert log_in(RIGHT, "10.0.0.1", browser=browser) == 302
    for _ in range(10):
        assert browser.post("/accounts/reauthenticate/", {"password": WRONG}).status_code == 200
    answer = browser.post("/accounts/reauthenticate/", {"password": RIGHT})
    assert answer.status_code == 429
    assert 'class="door"' in answer.content.decode()


def test_passkeys() -> None:
    answers = [Browser().post("/accounts/2fa/webauthn/login/", {"credential": "{}"}) for _ in range(11)]
    assert answers[-1].status_code == 429
    assert 429 not in {answer.status_code for answer in answers[:-1]}


def test_words_of_invitations() -> None:
    word = invitation(Client.objects.get(code="C1"))
    for _ in range(30):
        Browser().post("/portal/register/", {"word": "guessed"})
    assert Browser().post("/portal/register/", {"word": word}).status_code == 422
    assert Browser().post("/portal/register/", {"word": word}, REMOTE_ADDR="10.0.0.2").status_code == 302


def test_the_code_of_registering(settings: Any) -> None:
    settings.ID_DIGEST_KEY = "key"
    Client.objects.filter(code="C1").update(id_digest=id_digest(ID_NUMBER))
    browser = Browser()
    browser.post("/portal/register/match/", {"mobile": "13800000000", "id_number": ID_NUMBER})
    right = code_of(OneTimeCode.objects.get())
    given = {"username": "lin", "password": PASSWORD, "again": PASSWORD}
    for code in (*[other_than(right)] * 5, right):
        assert browser.post("/portal/register/match/code/", {**given, "code": code}).status_code == 422
    assert not ClientLogin.objects.exists()


def test_an_admin_has_no_door_of_its_own() -> None:
    assert Browser().get("/admin/login/?next=/admin/")["Location"] == "/accounts/login/?next=/admin/"
    assert Browser().post("/admin/login/", {"username": "wang", "password": RIGHT})["Location"] == "/accounts/login/"


@pytest.mark.parametrize("change", [{"is_active": False}, {"sessions_ended": 9}, {"password": make_password(WRONG)}])
def test_what_changes_between_password_and_code_ends_the_login(change: dict[str, Any]) -> None:
    TOTP.activate(User.objects.get(username="wang"), SECRET)
    browser = Browser()
    log_in(RIGHT, "10.0.0.1", browser=browser)
    User.objects.filter(username="wang").update(**change)
    browser.post("/accounts/2fa/authenticate/", {"code": one_time()})
    User.objects.filter(username="wang").update(is_active=True)
    assert browser.get("/matrix/").status_code == 302
