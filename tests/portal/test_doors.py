"""Who gets in: clients to the portal, staff to the back office, nobody to what is another's."""

from __future__ import annotations

import json
import re
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client as Browser

from accounts.digests import id_digest
from accounts.models import Client, ClientLogin, OneTimeCode
from accounts.operations.codes import code_of
from accounts.operations.notices import absorb
from accounts.queries import consents_of
from core import clock
from core.models import AuditEvent
from core.outbox import emit
from tests.accounts.organisation import organise, staff
from tests.portal.people import BY, PASSWORD, invitation, registered

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


ID_NUMBER = "11010119800101001X"


@pytest.fixture
def known(settings: Any) -> Client:
    """A client whom the feed named with mobile and document."""
    settings.ID_DIGEST_KEY = "key"
    Client.objects.filter(code="C1").update(id_digest=id_digest(ID_NUMBER))
    return one()


def sent_code() -> str:
    return code_of(OneTimeCode.objects.latest("made_at"))


def test_a_client_registers_by_mobile_document_and_code(known: Client) -> None:
    browser = Browser()
    assert "手机" in browser.get("/portal/register/").content.decode()
    step = browser.post("/portal/register/match/", {"mobile": "138 0000 0000", "id_number": ID_NUMBER.lower()})
    assert step["Location"] == "/portal/register/match/code/"
    given = {"username": "lin", "password": PASSWORD, "again": PASSWORD}
    wrong = browser.post(step["Location"], {**given, "code": "000000" if sent_code() != "000000" else "000001"})
    assert wrong.status_code == 422
    assert OneTimeCode.objects.get().attempts_left == 4
    done = browser.post(step["Location"], {**given, "code": sent_code()}, follow=True)
    assert done.redirect_chain[-1][0] == "/portal/"
    assert ClientLogin.objects.get().client == known


def test_a_taken_name_does_not_use_the_code_up(known: Client) -> None:
    staff("wang")
    browser = Browser()
    browser.post("/portal/register/match/", {"mobile": "13800000000", "id_number": ID_NUMBER})
    given = {"username": "wang", "password": PASSWORD, "again": PASSWORD, "code": sent_code()}
    assert browser.post("/portal/register/match/code/", given).status_code == 422
    assert browser.post("/portal/register/match/code/", {**given, "username": "lin"}).status_code == 302


def test_who_does_not_match_is_told_no_more_than_who_does(known: Client) -> None:
    pages = []
    for mobile in ("13800000000", "13800000001"):
        browser = Browser()
        step = browser.post("/portal/register/match/", {"mobile": mobile, "id_number": ID_NUMBER})
        given = {"username": "lin", "password": PASSWORD, "again": PASSWORD, "code": "12345"}
        answer = browser.post(step["Location"], given)
        pages.append((step["Location"], answer.status_code, re.sub('value="[^"]*"', "", answer.content.decode())))
    assert pages[0] == pages[1]
    assert OneTimeCode.objects.count() == 1
    assert not ClientLogin.objects.exists()


def test_guessing_documents_is_limited(known: Client) -> None:
    for _ in range(5):
        browser = Browser()
        browser.post("/portal/register/match/", {"mobile": "13800000000", "id_number": "1"})
    refused = Browser().post("/portal/register/match/", {"mobile": "13800000000", "id_number": ID_NUMBER})
    assert refused.status_code == 422
    assert not OneTimeCode.objects.exists()


def test_without_the_brokers_key_nobody_is_matched(settings: Any) -> None:
    settings.ID_DIGEST_KEY = ""
    assert Browser().get("/portal/register/match/").status_code == 404
    assert Browser().get("/portal/register/match/code/")["Location"] == "/portal/register/match/"


def test_notices_are_the_clients_own_and_are_read_by_an_act() -> None:
    browser, other = registered(one(), "lin"), registered(Client.objects.get(code="C2"), "zhao")
    payload = {"client": str(one().public_id), "product": "grid", "names": {"zh": "网格"}, "on": "2024-06-03"}
    with transaction.atomic():
        event = emit(
            kind="terminated", subject_kind="contract", subject_key="x", business_date=clock.shanghai_today(),
            payload=payload, at=clock.now(),
        )  # fmt: skip
        absorb(event=event, channels=(), by=BY, at=clock.now())
    page = browser.get("/portal/notices/").content.decode()
    assert "网格" in page
    assert 'class="count"' in page
    assert "网格" not in other.get("/portal/notices/").content.decode()
    browser.get("/portal/notices/")
    assert 'class="count"' in browser.get("/portal/").content.decode(), "looking is not reading"
    other.post("/portal/notices/read/")
    assert 'class="count"' in browser.get("/portal/").content.decode()
    browser.post("/portal/notices/read/")
    assert 'class="count"' not in browser.get("/portal/notices/").content.decode()


def test_a_client_is_invited_by_command() -> None:
    out = StringIO()
    call_command("invite_client", "C1", json=True, stdout=out)
    told = json.loads(out.getvalue())
    given = {"username": "lin", "password": PASSWORD, "again": PASSWORD}
    assert Browser().post(told["path"], given).status_code == 302
    for code in ("C1", "nobody"):
        with pytest.raises(CommandError):
            call_command("invite_client", code, stdout=out)
