"""Who gets in: clients to the portal, staff to the back office, nobody to what is another's."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client as Browser

from accounts.models import Client, ClientLogin
from accounts.queries import consents_of
from core.models import AuditEvent
from tests.accounts.organisation import organise, staff
from tests.portal.people import PASSWORD, invitation, registered

pytestmark = pytest.mark.django_db

PORTAL = (
    *("/portal/", "/portal/mine/", "/portal/notices/", "/portal/privacy/", "/portal/sessions/", "/portal/how/"),
    *("/portal/sheet.csv", "/portal/privacy/my-data.json", "/portal/products/"),
    *("/portal/mine/00000000-0000-0000-0000-000000000000/",),
)
STAFF = ("/matrix/", "/matrix/sheet.csv", "/product/", "/product/moves/", "/search/", "/feeds/")


@pytest.fixture(autouse=True)
def _house(db: None) -> None:
    organise()


def one() -> Client:
    return Client.objects.get(code="C1")


def test_strangers_are_sent_to_the_log_in_page() -> None:
    for address in PORTAL:
        assert Browser().get(address)["Location"].startswith("/accounts/login/?next=/portal/")


def test_staff_never_see_the_portal() -> None:
    browser = Browser()
    browser.force_login(staff("wang", "HQ"))
    assert {browser.get(address).status_code for address in PORTAL} == {404}
    assert browser.post("/portal/privacy/consent/", {"purpose": "esign", "act": "give"}).status_code == 404
    assert browser.get("/")["Location"] == "/matrix/"


def test_clients_never_see_pages_of_staff() -> None:
    browser = registered(one(), "lin")
    assert {browser.get(address).status_code for address in STAFF} == {404}
    assert browser.get("/")["Location"] == "/portal/"
    assert browser.get("/portal/").status_code == 200


def test_an_invited_client_registers_and_is_inside() -> None:
    word = invitation(one())
    browser = Browser()
    start = browser.post("/portal/register/", {"word": f" {word} "})
    assert start["Location"] == f"/portal/register/{word}/"
    page = browser.get(start["Location"]).content.decode()
    assert "checked" not in page, "nothing is pre-ticked"
    given = {"username": "lin", "password": PASSWORD, "again": PASSWORD, "accounts": "on"}
    done = browser.post(start["Location"], given, follow=True)
    assert done.redirect_chain[-1][0] == "/portal/"
    assert [view.purpose for view in consents_of(one().pk) if view.stands] == ["financial_accounts"]
    assert Browser().get(start["Location"]).status_code == 410
    assert Browser().post(start["Location"], given).status_code == 410


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"again": "another long word"}, "不一致"),
        ({"password": "short", "again": "short"}, "密码"),
        ({"username": "wang"}, "已被使用"),
        ({"username": "a b"}, "用户名"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(changed: dict[str, str], said: str) -> None:
    staff("wang")
    address = f"/portal/register/{invitation(one())}/"
    given = {"username": "lin", "password": PASSWORD, "again": PASSWORD, **changed}
    answer = Browser().post(address, given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert not ClientLogin.objects.exists()
    assert Browser().get(address).status_code == 200


def test_a_wrong_word_opens_nothing() -> None:
    assert "无效" in Browser().post("/portal/register/", {"word": "guessed"}).content.decode()
    assert Browser().get("/portal/register/guessed/").status_code == 410


def test_consents_are_given_and_withdrawn_by_the_client_alone() -> None:
    browser = registered(one(), "lin", agrees=False)
    assert "没有使用您的账户数据" in browser.get("/portal/").content.decode()
    assert "没有使用您的账户数据" in browser.get("/portal/mine/").content.decode()
    browser.post("/portal/privacy/consent/", {"purpose": "financial_accounts", "act": "give"})
    assert "您还没有签约产品" in browser.get("/portal/").content.decode()
    browser.post("/portal/privacy/consent/", {"purpose": "financial_accounts", "act": "withdraw"})
    assert "没有使用您的账户数据" in browser.get("/portal/").content.decode()
    assert "撤回" in browser.get("/portal/privacy/").content.decode()
    for broken in ({"purpose": "x", "act": "give"}, {"purpose": "esign", "act": "x"}, {}):
        assert browser.post("/portal/privacy/consent/", broken).status_code == 404
    event = AuditEvent.objects.get(action="withdraw_consent")
    assert (event.actor_name, event.subject_key) == ("lin", "C1")


def test_own_data_holds_what_is_known_and_no_secret() -> None:
    data = registered(one(), "lin").get("/portal/privacy/my-data.json").json()
    assert (data["client"]["name"], data["client"]["mobile"]) == ("张三", "13800000000")
    assert [account["code"] for account in data["accounts"]] == ["A1"]
    assert data["identity_document"] == "stored as a digest"
    assert "argon2" not in str(data)


def test_other_sessions_are_listed_and_ended() -> None:
    here = registered(one(), "lin")
    there = Browser(headers={"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18) Version/18 Safari/604.1"})
    there.post("/accounts/login/", {"login": "lin", "password": PASSWORD})
    other = registered(Client.objects.get(code="C2"), "zhao")
    page = here.get("/portal/sessions/").content.decode()
    assert "Safari, iPhone" in page
    (number,) = re.findall(r'name="session"\s+value="(\d+)"', page)
    other.post("/portal/sessions/end/", {"session": number})
    assert there.get("/portal/").status_code == 200, "another's session can not be ended"
    here.post("/portal/sessions/end/", {"session": "x"})
    assert there.get("/portal/").status_code == 200
    here.post("/portal/sessions/end/", {"session": number})
    assert there.get("/portal/").status_code == 302
    there.post("/accounts/login/", {"login": "lin", "password": PASSWORD})
    here.post("/portal/sessions/end/")
    assert there.get("/portal/").status_code == 302
    assert here.get("/portal/").status_code == 200
    assert other.get("/portal/").status_code == 200


def test_where_a_second_factor_is_required_a_password_alone_opens_nothing(settings: Any) -> None:
    browser = registered(one(), "lin")
    head = Browser()
    head.force_login(staff("wang", "HQ"))
    settings.SECOND_FACTOR_REQUIRED = True
    for inside, address in ((browser, "/portal/"), (browser, "/portal/mine/"), (head, "/matrix/")):
        assert inside.get(address)["Location"] == "/accounts/2fa/"
    assert browser.get("/accounts/2fa/").status_code == 200
    user = ClientLogin.objects.get().user
    Authenticator.objects.create(user=user, type="recovery_codes", data={})
    assert browser.get("/portal/").status_code == 302, "recovery codes are no second factor of their own"
    Authenticator.objects.create(user=user, type="totp", data={})
    assert browser.get("/portal/").status_code == 200


def test_pages_that_the_house_does_not_offer_do_not_exist() -> None:
    browser = registered(one(), "lin")
    for page in ("email/", "password/reset/", "password/set/", "login/code/", "confirm-email/", "login/code/confirm/"):
        assert browser.get(f"/accounts/{page}").status_code == 404
    assert "password1" not in Browser().get("/accounts/signup/").content.decode()
