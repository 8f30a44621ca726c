"""Each unsafe request a hundred times at once: one effect, and one answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser

from accounts.models import AssetAccount, OneTimeCode
from accounts.operations.codes import code_of as digits_of
from accounts.rules import Role
from api.urls import RESOURCES
from core import clock
from core.models import AuditEvent, KeptAnswer
from smart_products.suitability.queries import current_questionnaire
from tests.accounts.organisation import organise, staff
from tests.api.asking import Program, code_of, token
from tests.api.feeds import feed, hand_over
from tests.api.test_signings import CONTRACTS, SIGNINGS, documents, post
from tests.effort import THOROUGH
from tests.portal.signing import enter, found_house, lie_open
from tests.suitability.house import best

__all__ = ["documents"]
pytestmark = pytest.mark.django_db(transaction=True)

THREADS, ROUNDS = (20, 5) if THOROUGH else (6, 2)


def crowd(ask: Callable[[], Any]) -> list[Any]:
    """Ask by many threads, so many rounds; each round starts together."""
    gate, answers = Barrier(THREADS), list[Any]()

    def rounds() -> None:
        try:
            for _round in range(ROUNDS):
                gate.wait(60)
                answers.append(ask())
        finally:
            connection.close()

    threads = [Thread(target=rounds) for _ in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(answers) == THREADS * ROUNDS
    return answers


def one_answer(answers: list[Any]) -> Any:
    """Return the answer of all who were not told to wait; one of them worked."""
    done = [one for one in answers if one.status_code < 300]
    assert {code_of(one) for one in answers if one not in done} <= {(409, "key_in_flight")}
    assert {one.content for one in done} == {done[0].content}
    assert sum("Idempotency-Replayed" not in one for one in done) == 1, "one of them worked"
    return done[0].json()


def many(browser: Browser, address: str, body: dict[str, Any] | None = None) -> Any:
    """Send a request of a client at once, many times under one key; return its one answer. It has one effect."""
    key, kept, last = str(uuid4()), KeptAnswer.objects.count(), AuditEvent.objects.latest("pk").pk

    def ask() -> Any:
        mine = Browser(headers={"Accept-Language": "en"})
        mine.cookies = browser.cookies
        return post(mine, address, body, key)

    told = one_answer(crowd(ask))
    assert KeptAnswer.objects.count() == kept + 1
    effects = Counter(AuditEvent.objects.filter(pk__gt=last).values_list("action", "subject_key"))
    assert not [one for one, times in effects.items() if times > 1], effects
    return told


def signed(browser: Browser) -> str:
    """Sign, each step by many at once; return the id of the contract."""
    account = str(AssetAccount.objects.get(code="A1").public_id)
    place = f"{SIGNINGS}/{many(browser, SIGNINGS, {'product': 'GRID', 'account': account})['id']}"
    while (step := browser.get(place).json()["next"]) != "signature":
        if step == "suitability":
            many(browser, f"{place}/decision")
            continue
        shown = many(browser, f"{place}/papers/{step}")
        lie_open()
        given = {"document": shown["document"], "ticked": shown["sentences"]}
        many(browser, f"{place}/papers/{step}/acknowledgement", given)
    many(browser, f"{place}/code")
    told = many(browser, f"{place}/signature", {"code": digits_of(OneTimeCode.objects.latest("made_at"))})
    assert told["signed_at"] is not None
    return str(told["id"])


def test_a_feed_that_is_handed_over(tmp_path: Path, settings: Any) -> None:
    settings.INBOX_DIR = tmp_path / "inbox"
    organise()
    secret = token(staff("operator", "HQ", Role.OPERATIONS))[1]
    told = one_answer(crowd(lambda: hand_over(Program(secret), feed(), "one")))
    assert AuditEvent.objects.filter(action="upload_delivery").count() == KeptAnswer.objects.count() == 1
    assert [one.name for one in settings.INBOX_DIR.iterdir()] == [told["folder"]]


@pytest.mark.usefixtures("documents")
def test_a_life_that_is_withdrawn_another_given_up_and_a_test(settings: Any) -> None:
    found_house()
    browser = enter()
    assert many(browser, f"{CONTRACTS}/{signed(browser)}/withdrawal")["state"] == "withdrawn"
    account = str(AssetAccount.objects.get(code="A1").public_id)
    begun = post(browser, SIGNINGS, {"product": "GRID", "account": account}).json()["id"]
    assert many(browser, f"{SIGNINGS}/{begun}/abandonment")["state"] == "abandoned"
    asked = current_questionnaire(clock.shanghai_today()).digest
    many(browser, "/api/v1/suitability/assessments", {"questionnaire": asked, "answers": best()})
    assert many(browser, "/api/v1/suitability/refusals", {"questionnaire": asked})["declined"] is True


@pytest.mark.slow
@pytest.mark.usefixtures("documents")
def test_a_life_that_is_paused_goes_on_and_is_left() -> None:
    found_house(cooling_off_days=0)
    browser = enter()
    place = f"{CONTRACTS}/{signed(browser)}"
    until = clock.shanghai_today() + timedelta(days=3)
    assert many(browser, f"{place}/pause", {"until": until.isoformat()})["state"] == "paused"
    assert many(browser, f"{place}/resumption")["state"] == "active"
    assert many(browser, f"{place}/termination", {"reason": "client.cost"})["state"] == "terminated"


KEYED = {
    *("uploads", "signings", "signing-decision", "signing-paper", "signing-acknowledgement", "signing-code"),
    *("signing-signature", "signing-abandonment", "contract-pause", "contract-resumption", "contract-withdrawal"),
    *("contract-termination", "assessments", "assessment-refusals"),
}
"""The addresses that the tests above ask."""


def test_every_address_that_changes_something_is_asked_above() -> None:
    found = set()
    for route in RESOURCES:
        view: Any = route.callback
        if view.cls.keyed and {"POST", "PUT", "PATCH", "DELETE"} & set(view.cls().allowed_methods):
            found.add(str(route.name))
    assert found == KEYED
