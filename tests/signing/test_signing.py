"""From opening to signature: no step skipped, one contract open at a time, and what a signature makes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.models import AssetAccount
from core.models import AuditEvent, OutboxEvent
from smart_products.catalogue.models import Product
from smart_products.signing.models import Contract
from smart_products.signing.operations import (
    AlreadyOpen,
    AlreadySubscribed,
    NotReady,
    NotTheirs,
    ProductGone,
    abandon,
    abandon_stale,
    open_contract,
    record_match,
    record_warning,
    start_service,
    terminate,
)
from smart_products.signing.queries import open_contract_of
from smart_products.signing.states import IllegalMove, MatchOutcome
from tests.accounts.organisation import staff
from tests.signing.contracts import (
    BY,
    DECISION,
    FREE,
    PAID,
    begin,
    finish,
    found_broker,
    matched,
    noon,
    place,
    signed,
    when,
)

DAY = date(2024, 3, 4)


@pytest.fixture(autouse=True)
def _broker(db: None) -> None:
    found_broker()


def test_what_is_signed_is_a_subscription_of_ours_from_its_day() -> None:
    contract = signed(DAY)
    row = contract.subscription
    assert row is not None
    assert (row.source, row.code, row.client, row.product, row.account) == (
        *("here", contract.number, contract.client, contract.product, contract.account),
    )
    assert (row.start, row.end, row.recorded_at) == (DAY, None, noon(DAY))
    assert (contract.state, contract.service_state, contract.effective_on) == ("active", "running", DAY)
    told = OutboxEvent.objects.get()
    assert told.kind == "signed"
    assert (told.subject_key, told.business_date) == (contract.number, DAY)
    assert told.payload["client"] == str(contract.client.public_id)
    actions = AuditEvent.objects.filter(subject_key=contract.number).values_list("action", flat=True)
    assert list(actions) == ["open_contract", "record_match", "signed"]


def test_no_step_is_skipped() -> None:
    contract = begin(DAY)
    with pytest.raises(NotReady):
        finish(contract, DAY)
    with pytest.raises(NotReady):
        record_warning(contract=contract, by=BY, at=noon(DAY))
    record_match(contract=contract, decision_id=DECISION, outcome=MatchOutcome.WARNING, by=BY, at=noon(DAY))
    for missing in ({}, {"papers": ()}, {"signature": ""}):
        with pytest.raises(NotReady):
            finish(contract, DAY, **missing)
    record_warning(contract=contract, by=BY, at=noon(DAY))
    for absent in ({"papers": ()}, {"signature": ""}):
        with pytest.raises(NotReady):
            finish(contract, DAY, **absent)
    assert finish(contract, DAY).state == "active"
    with pytest.raises(AlreadySubscribed):
        finish(contract, DAY)


def test_a_refusal_ends_it_and_a_decision_can_be_taken_anew() -> None:
    contract = matched(DAY)
    contract = record_match(contract=contract, decision_id=DECISION, outcome=MatchOutcome.WARNING, by=BY, at=noon(DAY))
    assert (contract.state, contract.outcome) == ("matched", "warning")
    contract = record_match(contract=contract, decision_id=DECISION, outcome=MatchOutcome.REFUSED, by=BY, at=noon(DAY))
    assert contract.state == "refused"
    with pytest.raises(IllegalMove):
        finish(contract, DAY)
    assert begin(DAY).state == "draft"


def test_what_ended_is_not_signed_again() -> None:
    contract = terminate(contract=signed(DAY), reason="client.cost", **when(DAY))
    with pytest.raises(IllegalMove):
        finish(contract, DAY)


def test_one_is_open_at_a_time() -> None:
    contract = begin(DAY)
    with pytest.raises(AlreadyOpen) as caught:
        begin(DAY)
    assert caught.value.contract == contract == open_contract_of(**place())
    begin(DAY, product="PLAN")
    abandon(contract=contract, by=BY, at=noon(DAY))
    signed(DAY)
    with pytest.raises(AlreadySubscribed):
        begin(DAY)


def test_only_over_an_open_account_of_the_client_and_a_product_that_is_offered() -> None:
    with pytest.raises(NotTheirs):
        begin(DAY, client="C1", account="A2")
    AssetAccount.objects.filter(code="A1").update(closed_on=DAY)
    with pytest.raises(NotTheirs):
        begin(DAY)
    AssetAccount.objects.filter(code="A1").update(closed_on=DAY + timedelta(1))
    contract = matched(DAY)
    Product.objects.filter(code="GRID").update(retired_on=DAY)
    with pytest.raises(ProductGone):
        finish(contract, DAY)


def test_the_service_may_start_later() -> None:
    contract = finish(matched(DAY, PAID), DAY, start=False)
    assert (contract.state, contract.service_state, contract.effective_on) == ("signed", "waiting", None)
    contract = start_service(contract=contract, **when(DAY + timedelta(1)))
    assert (contract.state, contract.effective_on) == ("cooling_off", DAY + timedelta(1))
    with pytest.raises(IllegalMove):
        start_service(contract=contract, **when(DAY))


def test_what_nobody_signs_is_given_up() -> None:
    contract, late = matched(DAY), begin(DAY + timedelta(9), product="PLAN")
    signed(DAY, client="C2")
    assert abandon_stale(before=noon(DAY + timedelta(1)), by=BY, at=noon(DAY)) == (contract.number,)
    late.refresh_from_db()
    assert late.state == "draft"


def test_contracts_are_seen_by_those_above_the_client() -> None:
    contract = signed(DAY)
    assert list(Contract.objects.visible_to(staff("wang", "B1"))) == [contract]
    assert not Contract.objects.visible_to(staff("li", "B2")).exists()
    assert not Contract.objects.visible_to(staff("stranger")).exists()


def test_opening_checks_a_day_not_a_clock() -> None:
    Product.objects.filter(code="GRID").update(retired_on=DAY)
    with pytest.raises(ProductGone):
        begin(DAY)
    on = DAY - timedelta(1)
    assert open_contract(**place(), terms=FREE, on=on, by=BY, at=noon(DAY)).state == "draft"
