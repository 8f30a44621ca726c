"""What the app of the house asks for a client by his session: suitability, offers, accounts, signed assets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client as Browser
from pytest_django import DjangoDbBlocker

from accounts.models import AssetAccount, Client
from accounts.operations import give_consent, withdraw_consent
from accounts.rules import Purpose
from core import clock
from core.actor import system
from smart_products.suitability.models import Assessment
from smart_products.suitability.operations import TooManyAssessments
from smart_products.suitability.queries import current_questionnaire, standing_of
from tests.accounts.organisation import staff
from tests.api.asking import Program, code_of, token
from tests.api.test_signings import post
from tests.houses import standing
from tests.portal.people import registered
from tests.portal.signing import enter, found_house
from tests.suitability.house import best

pytestmark = pytest.mark.django_db

V1 = "/api/v1"
GETS = ("suitability", "suitability/questionnaire", "offers", "accounts", "holdings")


@pytest.fixture(scope="module", autouse=True)
def _house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with standing(django_db_blocker):
        found_house()
        yield


@pytest.fixture
def browser(db: None) -> Browser:
    found = enter()
    found.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return found


def other() -> Browser:
    found = registered(Client.objects.get(code="C2"), "hua")
    found.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return found


def answers(**different: Any) -> dict[str, Any]:
    asked = current_questionnaire(clock.shanghai_today())
    return {"questionnaire": asked.digest, "answers": {key: list(one) for key, one in best().items()}} | different


def test_a_client_reads_how_he_stands_and_the_questions_in_his_language(browser: Browser) -> None:
    told = browser.get(f"{V1}/suitability").json()
    found = standing_of(Client.objects.get(code="C1"), clock.shanghai_today())
    assert (told["risk_class"], told["source"], told["declined"]) == (found.risk_class, "here", False)
    asked = current_questionnaire(clock.shanghai_today())
    questions = browser.get(f"{V1}/suitability/questionnaire").json()
    assert questions["digest"] == asked.digest
    assert [one["text"] for one in questions["questions"]] == [one.text.en for one in asked.questions]
    chinese = browser.get(f"{V1}/suitability/questionnaire", headers={"Accept-Language": "zh-hans"}).json()
    assert chinese["title"] == asked.title.zh


def test_the_test_counts_once_and_a_fault_names_its_question() -> None:
    mine = other()
    first = current_questionnaire(clock.shanghai_today()).questions[0].code
    address = f"{V1}/suitability/assessments"
    for given, code in (({}, "missing"), ({**answers()["answers"], first: ["none such"]}, "impossible")):
        refused = post(mine, address, answers(answers=given))
        assert code_of(refused) == (400, "invalid")
        assert (refused.json()["errors"][0]["at"], refused.json()["errors"][0]["code"]) == (f"answers.{first}", code)
    assert code_of(post(mine, address, answers(questionnaire="0" * 64))) == (409, "questionnaire_replaced")
    assert not Assessment.objects.filter(client__code="C2").exists()
    told = [post(mine, address, answers(), key="once").json() for _again in range(3)]
    assert told[0] == told[1] == told[2]
    (made,) = Assessment.objects.filter(client__code="C2")
    assert told[0]["risk_class"] == made.risk_class
    assert mine.get(f"{V1}/suitability").json()["risk_class"] == made.risk_class


def test_who_takes_it_too_often_is_told_from_when_on_and_who_declines_has_no_class() -> None:
    mine = other()
    again: Any = None
    for _number in range(20):
        again = post(mine, f"{V1}/suitability/assessments", answers())
        if again.status_code != 201:
            break
    assert code_of(again) == (409, "too_many_assessments")
    assert str(clock.shanghai_today().year) in again.json()["detail"]
    assert issubclass(TooManyAssessments, ValueError)
    digest = answers()["questionnaire"]
    assert post(mine, f"{V1}/suitability/refusals", {"questionnaire": digest}).json()["declined"] is True
    assert mine.get(f"{V1}/suitability").json()["risk_class"] is None


def test_offers_are_those_of_the_portal_with_the_same_reasons(browser: Browser) -> None:
    (offer,) = browser.get(f"{V1}/offers").json()["data"]
    page = browser.get("/portal/products/").content.decode()
    assert offer["name"] in page
    assert (offer["product"], offer["outcome"], offer["signed"]) == ("GRID", "fit", False)
    untested = other().get(f"{V1}/offers").json()["data"]
    assert untested[0]["outcome"] == "refused"
    assert untested[0]["reasons"]


def test_accounts_and_assets_are_ones_own_and_need_the_consent(browser: Browser) -> None:
    told = browser.get(f"{V1}/accounts").json()["data"]
    assert [one["code"] for one in told] == list(
        AssetAccount.objects.filter(client__code="C1").values_list("code", flat=True)
    )
    client, by = Client.objects.get(code="C1"), system("test")
    withdraw_consent(client=client, purpose=Purpose.FINANCIAL_ACCOUNTS, by=by, at=clock.now())
    assert browser.get(f"{V1}/holdings").json()["consent"] is False
    give_consent(client=client, purpose=Purpose.FINANCIAL_ACCOUNTS, by=by, at=clock.now())
    assert browser.get(f"{V1}/holdings").json() == {"consent": True, "growth": None, "days": []}


def test_no_token_and_no_other_session_opens_them() -> None:
    person = staff("wang", "B1")
    inside = Browser()
    inside.force_login(person)
    for address in GETS:
        assert code_of(Program(token(person)[1]).get(f"{V1}/{address}")) == (401, "not_authenticated")
        assert code_of(Browser().get(f"{V1}/{address}")) == (401, "not_authenticated")
        assert code_of(inside.get(f"{V1}/{address}")) == (403, "not_allowed")
