"""Warnings of deliveries: summed up, signed off once by a person, and kept when a delivery is judged again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

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
    signed = list(warnings_found(state=WarningState.SIGNED).order_by("pk").values())
    row.warnings = [told("negative_value"), told("values_jumped", "8")]
    for _ in range(2):
        note_warnings(delivery=row, by=system("test"), at=AT)
        assert [(one.rule, one.detail) for one in warnings_found(state=WarningState.OPEN)] == [
            ("values_jumped", "account 8")
        ]
    row.warnings = [told("values_jumped", "7")]
    note_warnings(delivery=row, by=system("test"), at=AT)
    assert [one.detail for one in warnings_found(state=WarningState.OPEN)] == ["account 7"]
    row.warnings = [told("values_jumped", "9")]
    note_warnings(delivery=row, by=system("test"), at=AT)
    assert not warnings_found(state=WarningState.OPEN).exists(), "this very warning was signed off"
    assert list(warnings_found(state=WarningState.SIGNED).order_by("pk").values()) == signed


@pytest.mark.django_db
def test_the_database_keeps_a_sign_off_as_it_is() -> None:
    row, other = delivered(told("negative_value")), delivered(told("negative_value"), sequence=2)
    sign_off(warnings=ids(row), reason="seen", by=LI, at=AT)
    for statement in (
        "UPDATE holdings_deliverywarning SET reason = 'other'",
        "UPDATE holdings_deliverywarning SET signed_at = NULL, signed_by = NULL, reason = ''",
        "UPDATE holdings_deliverywarning SET count = 9",
        "DELETE FROM holdings_deliverywarning",
        "TRUNCATE holdings_deliverywarning",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    other.delete()
    assert DeliveryWarning.objects.get().reason == "seen"


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


@contextmanager
def without_the_trigger() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE holdings_deliverywarning DISABLE TRIGGER sign_off_stands")
        try:
            yield
        finally:
            cursor.execute("ALTER TABLE holdings_deliverywarning ENABLE TRIGGER sign_off_stands")


@pytest.mark.parametrize("guarded", [True, False])
def test_of_two_at_once_one_signs_off(own: Delivery, guarded: bool) -> None:
    ready, between, outcomes = threading.Barrier(2), threading.Barrier(2), []

    def act(by: Actor) -> None:
        if guarded:
            sign_off(warnings=ids(own), reason="seen", by=by, at=AT)
            return
        # The negative control: look, then write, as code without the row lock would, on a table that keeps nothing.
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
    with nullcontext() if guarded else without_the_trigger():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert outcomes.count("late") == (1 if guarded else 0)
    assert DeliveryWarning.objects.get().signed_by in outcomes
