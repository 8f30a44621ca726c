"""The suitability test as a client meets it: one question a screen, kept when left, counted once, refusable."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import Client
from core import clock
from core.actor import system
from smart_products.suitability.models import Assessment
from smart_products.suitability.operations import seed_suitability
from smart_products.suitability.queries import current_questionnaire, standing_of
from tests.accounts.organisation import organise
from tests.portal.people import PASSWORD, registered, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(db: None) -> Browser:
    organise()
    today = clock.shanghai_today()
    seed_suitability(valid_from=today, on=today, by=system("test"), at=clock.now())
    return registered(Client.objects.get(code="C2"), "lin")


def today() -> date:
    return clock.shanghai_today()


def questions() -> Any:
    return current_questionnaire(today()).questions


def answer_all(browser: Browser, *, last: int | None = None) -> None:
    for number, one in enumerate(questions()[:last], 1):
        answer = browser.post(f"/portal/test/{number}/", {"answer": one.options[0].code})
        assert answer.status_code == 302


def test_from_the_first_question_to_the_result(browser: Browser) -> None:
    assert "开始测评" in browser.get("/portal/test/").content.decode()
    first = browser.get("/portal/test/1/").content.decode()
    assert "checked" not in first, "nothing is pre-ticked"
    answer_all(browser)
    check = browser.get("/portal/test/check/").content.decode()
    assert "提交我的答案" in check
    assert browser.post("/portal/test/finish/")["Location"] == "/portal/test/result/"
    standing = standing_of(Client.objects.get(code="C2"), today())
    assert standing.source == "here"
    assert f"{standing.risk_class}" in browser.get("/portal/test/result/").content.decode()
    assert "开始测评" in browser.get("/portal/test/").content.decode(), "the draft is gone"


def test_a_test_that_was_left_goes_on_on_another_device(browser: Browser) -> None:
    answer_all(browser, last=4)
    there = Browser()
    there.post("/accounts/login/", {"login": "lin", "password": PASSWORD})
    page = there.get("/portal/test/").content.decode()
    assert f"已答 4 题，共 {len(questions())} 题" in words(page)
    assert 'href="/portal/test/5/"' in page
    assert "checked" in there.get("/portal/test/4/").content.decode()
    assert "提交我的答案" not in there.get("/portal/test/check/").content.decode()
    assert there.post("/portal/test/finish/")["Location"] == "/portal/test/check/"
    assert not Assessment.objects.exists()


def test_what_can_not_be_answered_is_said(browser: Browser) -> None:
    for given in ({}, {"answer": "nonsense"}, {"answer": [option.code for option in questions()[0].options]}):
        answer = browser.post("/portal/test/1/", given)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
    assert browser.get("/portal/test/0/").status_code == 404
    assert browser.get(f"/portal/test/{len(questions()) + 1}/").status_code == 404


def test_a_changed_answer_leads_back_to_looking_over(browser: Browser) -> None:
    answer_all(browser)
    other = questions()[2].options[1].code
    assert browser.post("/portal/test/3/?from=check", {"answer": other})["Location"] == "/portal/test/check/"
    browser.post("/portal/test/finish/")
    assert Assessment.objects.get().answers[questions()[2].code] == [other]


def test_too_many_tests_are_refused_in_words(browser: Browser) -> None:
    for _ in range(2):
        answer_all(browser)
        assert browser.post("/portal/test/finish/").status_code == 302
    answer_all(browser)
    refused = browser.post("/portal/test/finish/")
    assert refused.status_code == 409
    assert "次数已达上限" in refused.content.decode()
    assert Assessment.objects.count() == 2


def test_refusing_to_answer_is_kept_and_leaves_no_class(browser: Browser) -> None:
    answer_all(browser, last=2)
    browser.post("/portal/test/finish/", {"act": "decline"})
    assert Assessment.objects.get().declined
    assert "目前没有有效的等级" in browser.get("/portal/test/result/").content.decode()
    assert "没有测评不能签约新产品" in browser.get("/portal/").content.decode()


def test_without_a_questionnaire_there_is_no_test(db: None) -> None:
    organise()
    browser = registered(Client.objects.get(code="C2"), "lin")
    assert browser.get("/portal/test/").status_code == 404
    assert browser.get("/portal/").status_code == 200
