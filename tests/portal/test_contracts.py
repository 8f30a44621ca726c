"""What a client does with a contract: withdraw, pause, leave, and confirm what no longer fits."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from core import clock
from smart_products.signing.models import Rematch
from smart_products.signing.operations import rematch
from tests.accounts.organisation import BY
from tests.portal.signing import enter, found_house, sign
from tests.suitability.house import feed_says

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]


def test_a_contract_is_withdrawn_once_and_its_papers_stay() -> None:
    found_house()
    browser = enter()
    contract = sign(browser)
    here = f"/portal/contracts/{contract.public_id}/"
    page = browser.get(here).content.decode()
    assert 'value="withdraw"' in page
    assert 'value="leave"' not in page, "withdrawing costs nothing, so it is what is offered"
    assert browser.post(f"{here}act/", {"act": "pause", "until": "2099-01-01"}).status_code == 409
    assert browser.post(f"{here}act/", {"act": "nonsense"}).status_code == 404
    for _ in range(2):
        assert browser.post(f"{here}act/", {"act": "withdraw"})["Location"] == here
    contract.refresh_from_db()
    assert contract.state == "withdrawn"
    assert "<form" not in re.sub(r"<header.*?</header>", "", browser.get(here).content.decode(), flags=re.DOTALL)
    assert contract.signature in browser.get("/portal/papers/").content.decode()
    assert browser.get(f"/portal/signing/{contract.public_id}/{contract.signature}.pdf").status_code == 200


def test_a_contract_is_paused_resumed_and_left_with_a_reason() -> None:
    found_house(cooling_off_days=0)
    browser = enter()
    contract = sign(browser)
    here, today = f"/portal/contracts/{contract.public_id}/", clock.shanghai_today()
    for until in ("", "x", str(today), str(today + timedelta(days=400))):
        assert browser.post(f"{here}act/", {"act": "pause", "until": until}).status_code == 409, until
    for _ in range(2):
        browser.post(f"{here}act/", {"act": "pause", "until": str(today + timedelta(days=7))})
    contract.refresh_from_db()
    assert (contract.state, contract.pauses.count()) == ("paused", 1)
    browser.post(f"{here}act/", {"act": "resume"})
    assert browser.post(f"{here}act/", {"act": "withdraw"}).status_code == 409
    assert browser.post(f"{here}act/", {"act": "leave", "reason": ""}).status_code == 409
    reason = re.search(r'<option value="([^"]+)"', browser.get(here).content.decode())
    assert reason is not None
    assert browser.post(f"{here}act/", {"act": "leave", "reason": reason[1]})["Location"] == here
    contract.refresh_from_db()
    assert contract.state == "terminated"


def test_what_no_longer_fits_is_confirmed_sentence_by_sentence() -> None:
    found_house(cooling_off_days=0)
    browser = enter()
    contract = sign(browser)
    here, today = f"/portal/contracts/{contract.public_id}/", clock.shanghai_today()
    assert 'name="ticked"' not in browser.get(here).content.decode()
    feed_says("C1", today, "C2", today)
    assert rematch(on=today, by=BY, at=clock.now()).asked == 1
    page = browser.get(here).content.decode()
    assert "checked" not in page
    ticked = re.findall(r'name="ticked"\s+value="([^"]*)"', page)
    said = {"act": "confirm", "language": "zh"}
    assert browser.post(f"{here}act/", said | {"ticked": ticked[:1]}).status_code == 409
    assert browser.post(f"{here}act/", said | {"ticked": ticked})["Location"] == here
    assert list(Rematch.objects.values_list("state", "acknowledged")) == [("confirmed", ticked)]
    assert 'name="ticked"' not in browser.get(here).content.decode()
    assert browser.post(f"{here}act/", said | {"ticked": ticked}).status_code == 409, "there is nothing to confirm"
