"""The log keeps the order of a subject whatever its writers do at once; the order of transactions does not."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from django.db import connection, transaction

from accounts.models import Unit
from core import clock
from core.actor import system
from core.models import OutboxEvent, OutboxPlace
from core.outbox import emit, sort_out
from tests.accounts.organisation import organise

pytestmark = pytest.mark.django_db(transaction=True)


def write(key: str) -> None:
    """Let something happen to the subject, under its lock."""
    Unit.objects.select_for_update().get(code="HQ")
    emit(
        kind="happened", subject_kind="unit", subject_key="HQ", business_date=clock.shanghai_today(),
        payload={"key": key}, at=clock.now(),
    )  # fmt: skip


def sort() -> None:
    sort_out(handlers={"happened": {}}, by=system("test"), at=clock.now())


def told() -> list[str]:
    return [place.event.payload["key"] for place in OutboxPlace.objects.order_by("position")]


def test_who_began_first_and_wrote_later_comes_later() -> None:
    """Negative control: by transaction and number, as a log without places would have it, the order is wrong."""
    organise()
    begun, go = Event(), Event()

    def slow() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")  # its number is the lower one
            begun.set()
            go.wait(10)
            write("second")
        connection.close()

    thread = Thread(target=slow)
    thread.start()
    begun.wait(10)
    with transaction.atomic():
        write("first")
    sort()
    go.set()
    thread.join()
    sort()
    assert told() == ["first", "second"]
    by_transaction = OutboxEvent.objects.order_by("transaction_id", "id").values_list("payload__key", flat=True)
    assert list(by_transaction) == ["second", "first"]


def test_many_who_sort_at_once_give_each_event_one_place() -> None:
    organise()
    for number in range(40):
        with transaction.atomic():
            write(str(number))

    def one() -> None:
        try:
            for _turn in range(5):
                sort()
        finally:
            connection.close()

    threads = [Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told() == [str(number) for number in range(40)]
    assert list(OutboxPlace.objects.values_list("position", flat=True)) == list(range(1, 41))


def test_an_event_that_commits_late_is_placed_behind_those_that_were_read() -> None:
    organise()
    written, go = Event(), Event()

    def late() -> None:
        with transaction.atomic():
            emit(
                kind="happened", subject_kind="unit", subject_key="late", business_date=clock.shanghai_today(),
                payload={"key": "late"}, at=clock.now(),
            )  # fmt: skip
            written.set()
            go.wait(10)
        connection.close()

    thread = Thread(target=late)
    thread.start()
    written.wait(10)
    with transaction.atomic():
        write("early")
    sort()
    assert told() == ["early"], "its number is higher, and it is read already"
    go.set()
    thread.join()
    sort()
    assert told() == ["early", "late"]
