"""The outbox: an event is written with what happened, and for ever; each handler absorbs it once."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.actor import Actor
from core.audit import NoTransaction, record
from core.models import AuditEvent, OutboxEvent, OutboxReceipt
from core.outbox import (
    ATTEMPTS,
    FIRST_WAIT,
    Handlers,
    NothingToRelease,
    absorb_next,
    emit,
    release,
    sort_out,
)
from core.queries import open_receipts


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


class Book:
    """Handlers that write down what they absorbed, in the database, and fail as often as they are told."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures

    def write(self, event: OutboxEvent, by: Actor, at: datetime) -> None:
        """Absorb an event by an audit row."""
        record(
            action="absorbed", subject_kind=event.kind, subject_key=f"{event.subject_key}/{event.pk}", details={},
            by=by, at=at,
        )  # fmt: skip
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the book is closed")

    def handlers(self) -> Handlers:
        """The handlers of the tests."""
        return {"signed": {"book": self.write, "other": self.write}, "paused": {"book": self.write}, "quiet": {}}


def _written() -> list[str]:
    return list(AuditEvent.objects.filter(action="absorbed").order_by("pk").values_list("subject_key", flat=True))


def _run(handlers: Handlers, by: Actor, at: datetime) -> int:
    sort_out(handlers=handlers, by=by, at=at)
    count = 0
    while absorb_next(handlers=handlers, by=by, at=at):
        count += 1
    return count


@pytest.mark.django_db
def test_each_handler_absorbs_an_event_once(by: Actor, at: datetime) -> None:
    event, handlers = _emit(at), Book().handlers()
    _emit(at, kind="quiet")
    assert _run(handlers, by, at) == 2
    assert _run(handlers, by, at) == 0
    assert _written() == [f"1/{event.pk}"] * 2
    assert not OutboxReceipt.objects.filter(absorbed_at=None).exists()


@pytest.mark.django_db
def test_a_failure_undoes_its_work_and_comes_again_later(by: Actor, at: datetime) -> None:
    _emit(at, kind="paused")
    book = Book(failures=2)
    assert _run(book.handlers(), by, at) == 1
    assert _written() == []
    receipt = OutboxReceipt.objects.get(handler="book")
    assert (receipt.attempts, receipt.due_at) == (1, at + FIRST_WAIT)
    assert "the book is closed" in receipt.error
    assert _run(book.handlers(), by, at + FIRST_WAIT / 2) == 0
    assert _run(book.handlers(), by, at + FIRST_WAIT) == 1
    assert OutboxReceipt.objects.get(handler="book").due_at == at + FIRST_WAIT * 3
    assert _run(book.handlers(), by, at + FIRST_WAIT * 3) == 1
    assert len(_written()) == 1


@pytest.mark.django_db
def test_what_fails_too_often_is_parked_listed_and_released_by_a_person(by: Actor, at: datetime) -> None:
    _emit(at, kind="paused")
    book = Book(failures=ATTEMPTS)
    later = at
    for _ in range(ATTEMPTS):
        later += timedelta(days=1)
        assert _run(book.handlers(), by, later) == 1
    assert _run(book.handlers(), by, later + timedelta(days=99)) == 0
    [stuck] = open_receipts(parked=True, limit=9)
    assert (stuck.handler, stuck.kind, stuck.attempts, stuck.error) == (
        *("book", "paused", ATTEMPTS, "RuntimeError: the book is closed"),
    )
    release(receipt_id=stuck.id, by=by, at=later)
    assert _run(book.handlers(), by, later) == 1
    assert len(_written()) == 1
    with pytest.raises(NothingToRelease):
        release(receipt_id=stuck.id, by=by, at=later)


@pytest.mark.django_db
def test_a_kind_that_nobody_knows_is_parked_and_can_be_known_later(by: Actor, at: datetime) -> None:
    _emit(at, kind="new")
    assert _run(Book().handlers(), by, at) == 0
    [stuck] = open_receipts(parked=True, limit=9)
    assert "nobody knows the kind new" in stuck.error
    release(receipt_id=stuck.id, by=by, at=at)
    assert _run({"new": {"book": Book().write}}, by, at) == 1


@pytest.mark.django_db
def test_events_of_a_subject_keep_their_order_and_others_do_not_wait(by: Actor, at: datetime) -> None:
    first, second = _emit(at, kind="paused"), _emit(at, kind="paused")
    other = _emit(at, kind="paused", subject_key="2")
    book = Book(failures=1)
    _run(book.handlers(), by, at)
    assert _written() == [f"2/{other.pk}"]
    _run(book.handlers(), by, at + FIRST_WAIT)
    assert _written() == [f"2/{other.pk}", f"1/{first.pk}", f"1/{second.pk}"]


@pytest.mark.django_db
def test_work_that_only_breaks_a_deferred_rule_fails_too(by: Actor, at: datetime) -> None:
    def wrong(event: OutboxEvent, by: Actor, at: datetime) -> None:
        OutboxReceipt.objects.create(event_id=event.pk + 1000, handler="nobody's", due_at=at)

    _emit(at, kind="paused")
    assert _run({"paused": {"book": wrong}}, by, at) == 1
    assert OutboxReceipt.objects.get(handler="book").attempts == 1


@pytest.mark.django_db(transaction=True)
def test_many_dispatchers_at_once_absorb_everything_once_and_in_order(by: Actor, at: datetime) -> None:
    for number in range(60):
        with transaction.atomic():
            _emit(at, kind="paused", subject_key=str(number % 7))
    gate = threading.Barrier(6)

    def dispatch() -> None:
        try:
            gate.wait(10)
            while _run(Book().handlers(), by, at):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=dispatch) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _run(Book().handlers(), by, at)
    written = _written()
    assert len(written) == len(set(written)) == 60
    by_subject: dict[str, list[int]] = {}
    for subject, event in (key.split("/") for key in written):
        by_subject.setdefault(subject, []).append(int(event))
    assert all(events == sorted(events) for events in by_subject.values())
