"""Signing by the API: the client's own session, the order of the law, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from pytest_django import DjangoDbBlocker

from accounts.models import AssetAccount, Client, OneTimeCode, User
from accounts.operations.codes import code_of as digits_of
from core import clock
from smart_products.signing.models import Contract, Subscription
from smart_products_client import Client as PythonClient
from smart_products_client import ProblemError
from tests.accounts.organisation import staff
from tests.api.asking import Program, code_of, token
from tests.api.way import Way, pool
from tests.houses import standing
from tests.portal.people import registered
from tests.portal.signing import enter, found_house, lie_open

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]

SIGNINGS, CONTRACTS = "/api/v1/signings", "/api/v1/contracts"


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with standing(django_db_blocker):
        found_house()
        yield


@pytest.fixture
def documents(tmp_path: Path, settings: Any) -> None:
    settings.DOCUMENTS_DIR, settings.ANCHOR_DIR = tmp_path / "documents", tmp_path / "anchors"
    settings.LOCAL_SEALS_DIR = tmp_path / "seals"


@pytest.fixture
def browser(house: None, db: None) -> Browser:
    found = enter()
    found.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return found


def post(browser: Browser, address: str, body: dict[str, Any] | None = None, key: str | None = None) -> Any:
    """Send JSON with a key of its own."""
    headers = {"Idempotency-Key": key or str(uuid4())}
    return browser.post(address, body or {}, content_type="application/json", headers=headers)


def begun(browser: Browser) -> str:
    account = str(AssetAccount.objects.get(code="A1").public_id)
    answer = post(browser, SIGNINGS, {"product": "GRID", "account": account})
    assert answer.status_code == 201, answer.content
    assert answer.json()["next"] == "esign_consent"
    return f"{SIGNINGS}/{answer.json()['id']}"


def ready(browser: Browser) -> str:
    """Take every step but the signature."""
    place = begun(browser)
    while (step := browser.get(place).json()["next"]) != "signature":
        if step == "suitability":
            assert post(browser, f"{place}/decision").status_code == 200
            continue
        shown = post(browser, f"{place}/papers/{step}").json()
        lie_open()
        given = {"document": shown["document"], "ticked": shown["sentences"]}
        answer = post(browser, f"{place}/papers/{step}/acknowledgement", given)
        assert answer.status_code == 200, answer.content
    return place


def signed(browser: Browser) -> Contract:
    place = ready(browser)
    assert post(browser, f"{place}/code").json()["channel"] in {"sms", "email"}
    answer = post(browser, f"{place}/signature", {"code": digits_of(OneTimeCode.objects.latest("made_at"))})
    assert answer.status_code == 200, answer.content
    assert (answer.json()["next"], answer.json()["state"]) == (None, "cooling_off")
    return Contract.objects.get()


def test_the_python_client_begins_in_a_session(browser: Browser) -> None:
    shown = {"sessionid": browser.cookies["sessionid"].value, "csrftoken": "s" * 32}
    with PythonClient(http=pool(Way(), cookies=shown, headers={"X-CSRFToken": "s" * 32})) as asking:
        begun = asking.signing_begin(
            body={"product": "GRID", "account": str(AssetAccount.objects.get(code="A1").public_id)}
        )
        assert asking.signing_read(public_id=begun["id"]) == begun
        with pytest.raises(ProblemError, match="404 not_found"):
            asking.signing_give_up(public_id=uuid4())
    with pytest.raises(ProblemError, match="403 not_allowed"):
        PythonClient(http=pool(Way(), cookies=shown)).signing_give_up(public_id=begun["id"])


def test_a_client_signs_step_by_step(browser: Browser) -> None:
    contract = signed(browser)
    assert Subscription.objects.get(source="here").start == clock.shanghai_today()
    told = browser.get(CONTRACTS).json()["data"]
    assert [one["number"] for one in told] == [contract.number]


def test_no_step_is_skipped_and_nothing_is_acknowledged_unread(browser: Browser) -> None:
    place = begun(browser)
    assert code_of(post(browser, f"{place}/decision")) == (409, "out_of_order")
    assert code_of(post(browser, f"{place}/papers/agreement")) == (409, "out_of_order")
    assert code_of(post(browser, f"{place}/papers/nothing")) == (404, "not_found")
    shown = post(browser, f"{place}/papers/esign_consent").json()
    given = {"document": shown["document"], "ticked": shown["sentences"]}
    early = post(browser, f"{place}/papers/esign_consent/acknowledgement", given)
    assert code_of(early) == (409, "read_longer")
    assert "seconds" in early.json()["detail"]
    lie_open()
    place_of = f"{place}/papers/esign_consent/acknowledgement"
    assert code_of(post(browser, place_of, given | {"ticked": []})) == (409, "not_acknowledged")
    assert code_of(post(browser, place_of, given | {"document": "0" * 64})) == (409, "other_paper")
    assert code_of(post(browser, place_of, given | {"more": 1})) == (400, "invalid")
    assert browser.get(place).json()["done"] == []


def test_a_wrong_code_takes_a_try_away_though_it_is_refused(browser: Browser) -> None:
    place = ready(browser)
    post(browser, f"{place}/code")
    code = OneTimeCode.objects.latest("made_at")
    wrong = "000000" if digits_of(code) != "000000" else "000001"
    left = code.attempts_left
    assert code_of(post(browser, f"{place}/signature", {"code": wrong})) == (409, "code_not_right")
    code.refresh_from_db()
    assert code.attempts_left == left - 1
    assert code_of(post(browser, f"{place}/code")) == (409, "code_too_soon")


def test_the_signature_again_is_the_same_answer(browser: Browser) -> None:
    place = ready(browser)
    post(browser, f"{place}/code")
    given = {"code": digits_of(OneTimeCode.objects.latest("made_at"))}
    first, again = (post(browser, f"{place}/signature", given, "signature") for _ in range(2))
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert again["Idempotency-Replayed"] == "true"
    assert Subscription.objects.filter(source="here").count() == 1


def test_what_was_signed_is_withdrawn_or_left_by_the_client(browser: Browser) -> None:
    contract = signed(browser)
    place = f"{CONTRACTS}/{contract.public_id}"
    assert code_of(post(browser, f"{place}/pause", {"until": "2000-01-01"}))[0] == 409
    assert code_of(post(browser, f"{place}/termination", {"reason": "nothing"})) == (409, "no_such_reason")
    assert post(browser, f"{place}/withdrawal").json()["state"] == "withdrawn"
    assert code_of(post(browser, f"{place}/withdrawal")) == (409, "illegal_move")


def test_nobody_else_and_no_token_opens_it(browser: Browser) -> None:
    place = begun(browser)
    other = registered(Client.objects.get(code="C2"), "zhao")
    assert code_of(other.get(place)) == (404, "not_found")
    assert code_of(post(other, f"{place}/abandonment")) == (404, "not_found")
    head = staff("wang", "HQ")
    assert code_of(Program(token(head)[1]).get(place)) == (401, "not_authenticated"), "no token signs"
    inside = Browser()
    inside.force_login(head)
    assert code_of(inside.get(place)) == (403, "not_allowed")
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="lin"))
    assert code_of(post(strict, f"{place}/abandonment")) == (403, "not_allowed"), "another site can not send it"
    assert browser.get(place).json()["state"] != "abandoned"
    assert post(browser, f"{place}/abandonment").json()["next"] is None
