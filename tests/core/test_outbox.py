"""The outbox: an event is written with what happened, and for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.audit import NoTransaction
from core.models import OutboxEvent, OutboxReceipt
from core.outbox import emit


def _emit(at: datetime, **other: Any) -> OutboxEvent:
    told: dict[str, Any] = {"kind": "signed", "subject_kind": "contract", "subject_key": "1", "payload": {"fen": 5}}
    return emit(**{**told, **other}, business_date=at.date(), at=at)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_outboxevent SET kind = 'other'",
        "UPDATE core_outboxevent SET kind = 'other' WHERE false",
        "DELETE FROM core_outboxevent",
        "TRUNCATE core_outboxevent CASCADE",
    ],
)
def test_the_database_refuses_to_change_an_event(statement: str, at: datetime) -> None:
    _emit(at)
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {statement}")
    assert OutboxEvent.objects.get().kind == "signed"


@pytest.mark.django_db
def test_an_event_knows_its_transaction_and_waits_for_its_handlers(at: datetime) -> None:
    event = _emit(at)
    event.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text, transaction_id::text FROM core_outboxevent")
        now, kept = cursor.fetchone()
    assert now == kept == str(event.transaction_id)
    assert (event.schema_version, event.payload, event.business_date) == (1, {"fen": 5}, at.date())
    receipt = OutboxReceipt.objects.get()
    assert (receipt.event, receipt.handler, receipt.absorbed_at, receipt.due_at) == (event, "", None, at)


@pytest.mark.django_db
def test_an_event_has_one_receipt_a_handler(at: datetime) -> None:
    event = _emit(at)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxReceipt.objects.create(event=event, handler="", due_at=at)


@pytest.mark.django_db
def test_an_event_names_kind_and_subject(at: datetime) -> None:
    for nameless in ({"kind": ""}, {"subject_key": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            _emit(at, **nameless)


@pytest.mark.django_db(transaction=True)
def test_no_event_without_what_happened(at: datetime) -> None:
    with pytest.raises(NoTransaction):
        _emit(at)
    with transaction.atomic():
        _emit(at)
        transaction.set_rollback(True)
    assert not OutboxEvent.objects.exists()
    with transaction.atomic():
        _emit(at)
    assert OutboxEvent.objects.count() == 1


@pytest.mark.django_db
def test_a_time_needs_a_zone(at: datetime) -> None:
    with pytest.raises(ValueError, match="time zone"):
        _emit(at.replace(tzinfo=None))
