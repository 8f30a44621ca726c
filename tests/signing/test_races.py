"""A hundred signings of one client and product at once: one stands, the others hear why; and what guards prevent."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from smart_products.signing.models import Contract, Subscription
from smart_products.signing.operations import (
    AlreadySubscribed,
    LifeError,
    OverlappingSubscriptions,
    SubscriptionRow,
    merge_subscriptions,
    opening,
    withdraw,
)
from smart_products.signing.states import IllegalMove
from tests.accounts.organisation import AT, SOURCE
from tests.signing.contracts import BY, PAID, begin, finish, found_broker, matched, signed, when

DAY = date(2024, 3, 4)
HANDS = 100
"""Signings at once, each on a connection of its own."""
GUARDS = ("contract_open_once", "subscription_no_overlap")


@pytest.fixture(autouse=True)
def _broker(transactional_db: None) -> None:
    found_broker()


def at_once(act: Callable[[], object]) -> Counter[str]:
    """Have all hands act together, and count what came of it by name."""
    gate, names = threading.Barrier(HANDS), list[str]()

    def one() -> None:
        try:
            connection.ensure_connection()
            gate.wait(30)
            act()
            names.append("done")
        except (LifeError, IllegalMove) as error:
            names.append(type(error).__name__)
        except Exception as error:  # noqa: BLE001
            names.append(f"error {error!r}")
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(names)


def test_of_a_hundred_signings_at_once_one_stands_and_the_others_hear_why() -> None:
    found = at_once(lambda: signed(DAY, PAID))
    assert found["done"] == 1
    assert set(found) <= {"done", "AlreadyOpen", "AlreadySubscribed"}
    assert found["AlreadyOpen"] + found["AlreadySubscribed"] == HANDS - 1
    assert Contract.objects.count() == Subscription.objects.count() == 1


def test_of_a_hundred_that_finish_one_contract_one_does() -> None:
    contract = matched(DAY, PAID)
    assert at_once(lambda: finish(contract, DAY)) == {"done": 1, "AlreadySubscribed": HANDS - 1}
    assert Subscription.objects.count() == 1


def test_of_a_hundred_withdrawals_one_is_made() -> None:
    contract = signed(DAY, PAID)
    assert at_once(lambda: withdraw(contract=contract, **when(DAY))) == {"done": 1, "IllegalMove": HANDS - 1}


def test_a_hundred_clients_of_other_accounts_do_not_stand_in_each_others_way() -> None:
    clients = iter(("C1", "C2", "C3", "C4"))
    lock = threading.Lock()

    def one() -> None:
        with lock:
            client = next(clients, None)
        if client is None:
            raise AlreadySubscribed
        signed(DAY, PAID, client=client)

    assert at_once(one) == {"done": 4, "AlreadySubscribed": HANDS - 4}


@pytest.fixture
def _without_guards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No unique index, no exclusion, no row lock, and everybody looks before anybody writes."""
    together, refuse = threading.Barrier(HANDS), opening._refuse

    def look_together(contract: Contract, on: date) -> None:
        refuse(contract, on)
        if contract.pk is None:
            together.wait(30)

    with connection.cursor() as cursor, monkeypatch.context() as patched:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [GUARDS[1]])
        exclusion = cursor.fetchone()[0]
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [GUARDS[0]])
        unique = cursor.fetchone()[0]
        cursor.execute(f"DROP INDEX {GUARDS[0]}; ALTER TABLE signing_subscription DROP CONSTRAINT {GUARDS[1]}")
        patched.setattr(opening, "_refuse", look_together)
        patched.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows.all())
        yield
        cursor.execute("ALTER TABLE signing_contract DISABLE TRIGGER USER; DELETE FROM signing_servicespan")
        cursor.execute("DELETE FROM signing_contract; DELETE FROM signing_subscription")
        cursor.execute("ALTER TABLE signing_contract ENABLE TRIGGER USER")
        cursor.execute(f"{unique}; ALTER TABLE signing_subscription ADD CONSTRAINT {GUARDS[1]} {exclusion}")


@pytest.mark.usefixtures("_without_guards")
def test_without_the_guards_more_than_one_would_stand() -> None:
    begun = at_once(lambda: begin(DAY, PAID))
    assert begun["done"] > 1


@pytest.mark.parametrize("turn", range(3))
def test_a_feed_that_tells_of_the_same_subscription_at_that_moment_never_doubles_it(turn: int) -> None:
    row = SubscriptionRow("S1", "C1", "GRID", "A1", DAY, None, None, False, AT)
    contract = matched(DAY, PAID)
    gate, names = threading.Barrier(2), list[str]()

    def tell() -> None:
        try:
            gate.wait(10)
            merge_subscriptions(source=SOURCE, upserts=[row], by=BY, at=AT)
        except OverlappingSubscriptions:
            names.append("refused")
        finally:
            connection.close()

    def sign() -> None:
        try:
            gate.wait(10)
            with transaction.atomic():
                finish(contract, DAY)
        except AlreadySubscribed:
            names.append("already")
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for work in (tell, sign)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Subscription.objects.count() == 1
    assert ("already" in names) == (Subscription.objects.get().source == SOURCE)
