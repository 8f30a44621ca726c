"""Signing as a client meets it: one step a screen, plain forms, and nothing of it for anybody else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.test import Client as Browser

from accounts.models import AssetAccount, Client, OneTimeCode
from accounts.operations.codes import LIFETIME, WAIT
from core import clock
from core.models import AuditEvent
from smart_products.catalogue.models import Product
from smart_products.catalogue.terms import Terms
from smart_products.signing.judging import apart
from smart_products.signing.models import Contract, SigningStep, Subscription
from smart_products.suitability.models import Decision
from tests.accounts.organisation import staff
from tests.catalogue.terms_samples import changed, colleagues, publish
from tests.portal.people import registered, words
from tests.portal.signing import ask, begin, confirm, form, go_on, lie_open, ready, sign, take_the_test
from tests.signing.seals.hostile import endless

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]


def test_a_client_signs_step_by_step_and_reads_the_sealed_paper(browser: Browser) -> None:
    contract = sign(browser)
    page = words(browser.get(f"/portal/signing/{contract.public_id}/signed/").content.decode())
    assert contract.number in page
    assert "L1" in page
    paper = browser.get(f"/portal/signing/{contract.public_id}/{contract.signature}.pdf")
    assert paper.content.startswith(b"%PDF")
    assert "attachment" in paper["Content-Disposition"]
    assert paper["Cache-Control"] == "private, no-store"
    assert Subscription.objects.get(source="here").start == clock.shanghai_today()


def test_nothing_is_ticked_beforehand_and_what_was_ticked_stays(browser: Browser) -> None:
    address = begin(browser)
    given = form(browser, address)
    assert "checked" not in browser.get(address).content.decode()
    early = browser.post(f"{address}act/", given)
    assert early.status_code == 409
    assert early.content.decode().count("checked") == len(given["ticked"])
    lie_open()
    missing = browser.post(f"{address}act/", given | {"ticked": given["ticked"][1:]})
    assert missing.status_code == 409
    assert missing.content.decode().count("checked") == len(given["ticked"]) - 1
    assert not SigningStep.objects.filter(done_at__isnull=False).exists()


def test_every_address_is_for_the_client_alone(browser: Browser) -> None:
    contract = sign(browser)
    head, other = Browser(), registered(Client.objects.get(code="C2"), "zhao")
    head.force_login(staff("wang", "HQ"))
    here = f"/portal/signing/{contract.public_id}/"
    reading = [here, f"{here}signed/", f"{here}{contract.signature}.pdf", f"/portal/contracts/{contract.public_id}/"]
    reading += [f"{here}{sha256}.pdf" for sha256 in contract.papers]
    writing = [f"{here}{what}/" for what in ("act", "code", "sign", "leave")]
    writing.append(f"/portal/contracts/{contract.public_id}/act/")
    events = AuditEvent.objects.count()
    for address in reading:
        assert Browser().get(address)["Location"].startswith("/accounts/login/"), address
        assert {one.get(address).status_code for one in (head, other)} == {404}, address
        assert browser.get(address).status_code in {200, 302}, address
    for address in writing:
        given = {"step": "agreement", "code": "1", "act": "withdraw"}
        assert Browser().post(address, given)["Location"].startswith("/accounts/login/"), address
        assert {one.post(address, given).status_code for one in (head, other)} == {404}, address
        assert browser.get(address).status_code == 405, address
    for address in ("/portal/papers/", f"/portal/products/{contract.product.public_id}/sign/"):
        assert Browser().get(address)["Location"].startswith("/accounts/login/")
        assert head.get(address).status_code == 404
    assert contract.number not in other.get("/portal/papers/").content.decode()
    assert AuditEvent.objects.count() == events


def test_a_paper_of_another_contract_is_not_given(browser: Browser) -> None:
    contract = sign(browser)
    take_the_test("C2")
    other = registered(Client.objects.get(code="C2"), "zhao")
    account = AssetAccount.objects.get(code="A2").public_id
    mine = other.post(f"/portal/products/{contract.product.public_id}/sign/", {"account": str(account)})["Location"]
    assert other.get(f"{mine}{contract.signature}.pdf").status_code == 404
    taken = other.post(f"/portal/products/{contract.product.public_id}/sign/", {"account": "A1"})
    assert taken.status_code == 200, "another's account is no choice"
    assert Contract.objects.count() == 2


def test_a_second_click_and_the_back_button_do_nothing_twice(browser: Browser) -> None:
    address = begin(browser)
    assert begin(browser) == address, "begun twice is begun once"
    given = form(browser, address)
    lie_open()
    for _ in range(2):
        assert browser.post(f"{address}act/", given)["Location"] == address
    assert SigningStep.objects.filter(done_at__isnull=False).count() == 1
    while 'name="code"' not in browser.get(address).content.decode():
        go_on(browser, address)
    assert browser.post(f"{address}act/", given)["Location"] == address, "an old page sent again"
    code = ask(browser, address)
    for _ in range(2):
        assert browser.post(f"{address}sign/", {"code": code})["Location"] == f"{address}signed/"
    assert Subscription.objects.filter(source="here").count() == 1
    assert browser.get(address)["Location"] == f"{address}signed/"
    assert browser.post(f"{address}leave/").status_code == 302
    assert Contract.objects.get().state == "cooling_off", "what is signed is not given up"


def test_codes_that_are_wrong_spent_late_or_missing_sign_nothing(browser: Browser) -> None:
    address = ready(browser)

    def tried(code: str) -> str:
        answer = browser.post(f"{address}sign/", {"code": code})
        assert answer.status_code == 409
        return re.search(r'role="alert">(.*?)</p>', answer.content.decode())[1]  # type: ignore[index]

    none = tried("000000")
    code = ask(browser, address)
    soon = browser.post(f"{address}code/")
    assert soon.status_code == 409, "another one within a minute"
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    said = [tried(wrong) for _ in range(5)]
    assert "4" in said[0]
    spent = tried(code)
    OneTimeCode.objects.update(made_at=F("made_at") - WAIT)
    code = ask(browser, address)
    OneTimeCode.objects.update(made_at=F("made_at") - LIFETIME, expires_at=F("expires_at") - LIFETIME)
    late = tried(code)
    assert len({none, spent, late, *said[:2]}) == 5
    assert not Subscription.objects.filter(source="here").exists()
    assert browser.post(f"{address}sign/", {"code": ask(browser, address)})["Location"] == f"{address}signed/"


def test_without_an_open_account_there_is_nothing_to_sign(browser: Browser) -> None:
    AssetAccount.objects.filter(code="A1").update(closed_on=clock.shanghai_today())
    page = browser.get(f"/portal/products/{Product.objects.get(code='GRID').public_id}/sign/")
    assert page.status_code == 200
    assert 'name="account"' not in page.content.decode()


def test_without_a_number_no_code_is_promised(browser: Browser) -> None:
    Client.objects.filter(code="C1").update(mobile="")
    address = begin(browser)
    for _ in range(4):
        go_on(browser, address)
    assert 'name="code"' not in browser.get(address).content.decode()
    assert browser.post(f"{address}code/").status_code == 302
    assert not OneTimeCode.objects.exists()


def test_a_refusal_is_said_with_its_reasons(browser: Browser) -> None:
    take_the_test("C1", loss="nothing")
    address = begin(browser)
    go_on(browser, address)
    go_on(browser, address)
    page = browser.get(address).content.decode()
    assert Contract.objects.get().state == "refused"
    assert page.count("<li>") > 0
    assert 'name="step"' not in page


def test_a_mismatch_is_signed_after_a_warning_in_six_steps(browser: Browser) -> None:
    take_the_test("C1", loss="to_10")
    publish_level("R4")
    address = ready(browser)
    assert SigningStep.objects.filter(step="special_warning").count() == 1
    assert browser.get(address).content.decode().count('class="done"') == 5


def publish_level(level: str) -> None:
    """Put other terms in force from today on."""
    publish(
        Product.objects.get(code="GRID"), Terms.read(changed("risk_level", level)), *colleagues("third", "fourth"),
        valid_from=clock.shanghai_today(), at=clock.now(),
    )  # fmt: skip


def test_a_product_that_is_retired_meanwhile_is_not_signed(browser: Browser) -> None:
    address = ready(browser)
    code = ask(browser, address)
    Product.objects.filter(code="GRID").update(retired_on=clock.shanghai_today())
    answer = browser.post(f"{address}sign/", {"code": code})
    assert answer.status_code == 409
    assert not Subscription.objects.filter(source="here").exists()


def test_an_old_log_in_is_asked_for_again_and_then_goes_on(browser: Browser) -> None:
    address = ready(browser)
    session = browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 11 * 60
    session.save()
    page = browser.get(address).content.decode()
    assert 'name="code"' not in page
    again = re.search(r'href="(/accounts/reauthenticate/[^"]*)"', page)
    assert again is not None
    assert browser.get(again[1]).status_code == 200
    confirm(browser, address)
    assert 'name="code"' in browser.get(address).content.decode()


def test_consent_to_sign_electronically_stands_in_the_privacy_centre(browser: Browser) -> None:
    address = ready(browser)
    browser.post("/portal/privacy/consent/", {"purpose": "esign", "act": "withdraw"})
    page = browser.get(address).content.decode()
    assert 'name="code"' not in page
    assert "/portal/privacy/" in page
    assert browser.post(f"{address}sign/", {"code": "000000"}).status_code == 409
    browser.post("/portal/privacy/consent/", {"purpose": "esign", "act": "give"})
    assert 'name="code"' in browser.get(address).content.decode()


def test_who_refuses_a_program_is_decided_for_by_none_until_he_agrees_again(browser: Browser) -> None:
    consent = "/portal/privacy/consent/"
    browser.post(consent, {"purpose": "automated_decisions", "act": "give"})
    browser.post(consent, {"purpose": "automated_decisions", "act": "withdraw"})
    address = begin(browser)
    go_on(browser, address)
    assert browser.post(f"{address}act/", {"step": "suitability"}).status_code == 409
    assert not Decision.objects.exists()
    browser.post(consent, {"purpose": "automated_decisions", "act": "give"})
    while 'name="code"' not in browser.get(address).content.decode():
        go_on(browser, address)
    browser.post(consent, {"purpose": "automated_decisions", "act": "withdraw"})
    assert browser.post(f"{address}sign/", {"code": ask(browser, address)}).status_code == 409
    assert not Subscription.objects.exists()


def test_a_signing_is_gone_on_with_or_given_up(browser: Browser) -> None:
    address = begin(browser)
    assert address in browser.get("/portal/mine/").content.decode()
    browser.post(f"{address}leave/")
    assert address not in browser.get("/portal/mine/").content.decode()
    assert browser.get(address).status_code == 200
    assert browser.post(f"{address}leave/").status_code == 302


def test_anybody_verifies_a_paper_without_a_login(browser: Browser) -> None:
    contract = sign(browser)
    paper = browser.get(f"/portal/signing/{contract.public_id}/{contract.signature}.pdf").content

    def verdict(data: bytes) -> bool:
        given = SimpleUploadedFile("paper.pdf", data, "application/pdf")
        answer = Browser().post("/portal/verify/", {"paper": given})
        assert answer.status_code == 200
        return bool(answer.context["report"].ours)

    assert verdict(paper)
    assert not verdict(paper[:-1])
    assert not verdict(b"no paper at all")
    assert Browser().get("/portal/verify/").status_code == 200
    assert Browser().post("/portal/verify/").status_code == 200


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "时间和内存限度"), ("en", "limits of time and memory")])
def test_a_paper_that_takes_too_much_is_refused_in_words(
    language: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "PROCESSOR_SECONDS", 1)
    given = SimpleUploadedFile("paper.pdf", endless(), "application/pdf")
    answer = Browser().post("/portal/verify/", {"paper": given}, headers={"Accept-Language": language})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_who_comes_while_others_are_served_is_asked_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "PATIENCE", 0)
    given = SimpleUploadedFile("paper.pdf", b"no paper at all", "application/pdf")
    with apart._place(), apart._place():
        assert Browser().post("/portal/verify/", {"paper": given}).status_code == 503


def test_one_address_may_not_have_papers_judged_without_end(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"portal_verify": "1/h/ip"}
    given = [SimpleUploadedFile("paper.pdf", b"no paper at all", "application/pdf") for _ in range(2)]
    assert [Browser().post("/portal/verify/", {"paper": one}).status_code for one in given] == [200, 429]
    assert Browser().get("/portal/verify/").status_code == 200
