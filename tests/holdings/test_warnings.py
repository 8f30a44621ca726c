"""Warnings of deliveries: summed up, signed off once by a person, and kept when a delivery is judged again."""

from __future__ import annotations

import threading
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from core.actor import Actor, PersonNeeded, system
from core.models import AuditEvent
from smart_products.holdings.models import Delivery, DeliveryWarning
from smart_products.holdings.operations import AlreadySigned, NoReason, UnknownWarning, sign_off
from smart_products.holdings.operations.warnings import note_warnings
from smart_products.holdings.queries import WarningState, warnings_found
from tests.holdings.warned import AT, delivered, ids, told

LI, WANG = Actor("user", "li", 1), Actor("user", "wang", 2)


@pytest.mark.django_db
def test_warnings_are_summed_up_by_rule_and_file() -> None:
    delivered(told("negative_value", "-1"), told("negative_value", "-2"), told("values_jumped", "9"))
    rows = [(row.rule, row.count, row.detail) for row in warnings_found(state=WarningState.OPEN).order_by("pk")]
    assert rows == [("negative_value", 2, "account -1"), ("values_jumped", 1, "account 9")]


@pytest.mark.django_db
def test_a_person_signs_many_off_once_with_a_reason_on_record() -> None:
    row = delivered(told("negative_value"), told("values_jumped"))
    sign_off(warnings=ids(row), reason=" margin trading ", by=LI, at=AT)
    found = list(warnings_found(state=WarningState.SIGNED))
    assert {(one.signed_by, one.signed_at, one.reason) for one in found} == {("li", AT, "margin trading")}
    events = AuditEvent.objects.filter(action="sign_off", subject_kind="warning")
    assert {UUID(one.subject_key) for one in events} == set(ids(row))
    with pytest.raises(AlreadySigned):
        sign_off(warnings=ids(row)[:1], reason="again", by=WANG, at=AT)
    assert events.count() == 2


@pytest.mark.django_db
def test_all_or_none_by_a_person_with_a_reason() -> None:
    row, other = delivered(told("negative_value")), delivered(told("values_jumped"), sequence=2)
    sign_off(warnings=ids(row), reason="seen", by=LI, at=AT)
    with pytest.raises(AlreadySigned):
        sign_off(warnings=ids(row, other), reason="both", by=WANG, at=AT)
    with pytest.raises(UnknownWarning):
        sign_off(warnings=[*ids(other), uuid4()], reason="x", by=WANG, at=AT)
    with pytest.raises(UnknownWarning):
        sign_off(warnings=[], reason="x", by=WANG, at=AT)
    with pytest.raises(NoReason):
        sign_off(warnings=ids(other), reason="  ", by=WANG, at=AT)
    with pytest.raises(PersonNeeded):
        sign_off(warnings=ids(other), reason="x", by=system("test"), at=AT)
    assert warnings_found(state=WarningState.OPEN).get().delivery == other


@pytest.mark.django_db
def test_a_delivery_judged_again_opens_what_counts_otherwise_and_keeps_the_rest() -> None:
    row = delivered(told("negative_value"), told("values_jumped", "9"), told("accounts_vanished", "3"))
    sign_off(warnings=ids(row), reason="seen", by=LI, at=AT)
    row.warnings = [told("negative_value"), told("values_jumped", "8")]
    note_warnings(delivery=row, by=system("test"), at=AT)
    assert [one.rule for one in warnings_found(state=WarningState.OPEN)] == ["values_jumped"]
    assert [one.rule for one in warnings_found(state=WarningState.SIGNED)] == ["negative_value"]


@pytest.mark.django_db
def test_the_database_keeps_name_time_and_reason_together() -> None:
    row = delivered(told("negative_value"))
    for half in ({"signed_at": AT}, {"signed_by": "li"}, {"reason": "x"}, {"signed_at": AT, "signed_by": "li"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DeliveryWarning.objects.filter(delivery=row).update(**half)


@pytest.mark.django_db
def test_a_delivery_taken_in_from_a_folder_has_its_warnings(feed: Path) -> None:
    assert [(one.rule, one.count) for one in warnings_found()] == [
        (warning["rule"], 1) for warning in Delivery.objects.get().warnings
    ]


@pytest.fixture
def own(transactional_db: None) -> Delivery:
    return delivered(told("negative_value"))


@pytest.mark.parametrize("guarded", [True, False])
def test_of_two_at_once_one_signs_off(own: Delivery, guarded: bool) -> None:
    ready, between, outcomes = threading.Barrier(2), threading.Barrier(2), []

    def act(by: Actor) -> None:
        if guarded:
            sign_off(warnings=ids(own), reason="seen", by=by, at=AT)
            return
        # The negative control: look, then write, as code without the row lock would.
        with transaction.atomic():
            row = DeliveryWarning.objects.get(signed_at=None)
            between.wait(5)
            row.signed_at, row.signed_by, row.reason = AT, by.name, "seen"
            row.save()

    def sign(by: Actor) -> None:
        try:
            ready.wait(5)
            act(by)
            outcomes.append(by.name)
        except AlreadySigned:
            outcomes.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=sign, args=(by,)) for by in (LI, WANG)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert outcomes.count("late") == (1 if guarded else 0)
    assert DeliveryWarning.objects.get().signed_by in outcomes
