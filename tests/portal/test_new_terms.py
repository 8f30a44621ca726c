"""New terms as a client meets them: told, asked to sign, and the signature that ends the contract before."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import F
from django.test import Client as Browser

from accounts.models import Client, OneTimeCode
from accounts.operations.codes import WAIT
from core import clock
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.catalogue.terms import Terms
from smart_products.signing.models import Contract, EvidenceRecord, TermsMove, TermsMoveRow
from smart_products.signing.operations import confirm_terms_move, plan_terms_move, run_terms_move
from smart_products.signing.queries.terms_moves import counts_of
from tasks.outbox import dispatch_all
from tests.accounts.organisation import BY, staff
from tests.catalogue.terms_samples import changed, colleagues, publish
from tests.portal.people import registered
from tests.portal.signing import ask, go_on, sign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]


def new_terms(path: str, value: Any) -> TermsMove:
    """Publish other terms from today on, and run the move of contracts to them."""
    people = colleagues("planner", "checker")
    at, today, grid = clock.now(), clock.shanghai_today(), Product.objects.get(code="GRID")
    before = TermsVersion.objects.get(product=grid)
    whole = changed(path, value) | {"cooling_off_days": 5}
    after = publish(grid, Terms.read(whole), *people, valid_from=today, at=at)
    planned = plan_terms_move(before=before, after=after, on=today, by=people[0], at=at)
    move = confirm_terms_move(move=planned, by=people[1], at=at)
    return run_terms_move(move=move, on=today, by=BY, at=at)


def test_new_terms_are_signed_from_the_notice_and_the_old_contract_ends_with_the_signature(browser: Browser) -> None:
    old = sign(browser)
    move = new_terms("fees.0.amount_fen", 2000)
    dispatch_all()
    page = f"/portal/contracts/{old.public_id}/"
    assert page in browser.get("/portal/notices/").content.decode()
    assert 'value="sign-again"' in browser.get(page).content.decode()
    address = browser.post(f"{page}act/", {"act": "sign-again"})["Location"]
    assert browser.post(f"{page}act/", {"act": "sign-again"})["Location"] == address, "begun twice is begun once"
    while 'name="code"' not in browser.get(address).content.decode():
        go_on(browser, address)
    old.refresh_from_db()
    assert old.ended_on is None
    OneTimeCode.objects.update(made_at=F("made_at") - WAIT)
    browser.post(f"{address}sign/", {"code": ask(browser, address)})
    old.refresh_from_db()
    again = Contract.objects.get(follows=old)
    assert (old.state, again.state, again.agreed["fees"][0]["amount_fen"]) == ("terminated", "cooling_off", 2000)
    assert EvidenceRecord.objects.filter(subscription_code=again.number).count() == 1
    run_terms_move(move=move, on=clock.shanghai_today(), by=BY, at=clock.now())
    assert counts_of(move) == {"signed_again": 1}
    assert browser.get(page).status_code == 200
    assert browser.post(f"{page}act/", {"act": "sign-again"}).status_code == 409


def test_new_terms_are_signed_by_the_client_alone_and_only_where_he_was_asked(browser: Browser) -> None:
    old = sign(browser)
    page = f"/portal/contracts/{old.public_id}/"
    assert browser.post(f"{page}act/", {"act": "sign-again"}).status_code == 409, "nobody asked"
    new_terms("fees.0.amount_fen", 2000)
    other, head = registered(Client.objects.get(code="C2"), "zhao"), Browser()
    head.force_login(staff("wang", "HQ"))
    assert {one.post(f"{page}act/", {"act": "sign-again"}).status_code for one in (other, head)} == {404}
    assert Contract.objects.count() == 1


def test_who_was_told_of_new_terms_reads_from_when_they_apply(browser: Browser) -> None:
    old = sign(browser)
    move = new_terms("leaving.zh", "提前一天告知即可退出。")
    due = TermsMoveRow.objects.get(move=move).due_on
    page = browser.get(f"/portal/contracts/{old.public_id}/").content.decode()
    assert str(due) in page
    assert f"/portal/products/{old.product.public_id}/" in page
