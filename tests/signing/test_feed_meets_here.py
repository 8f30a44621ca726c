"""What a feed says of a client who signed here: set aside, decided by a person, counted once, in any order."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from core.merging import Merged
from smart_products.signing.models import AsideChoice, Contract, SetAside, Subscription
from smart_products.signing.operations import (
    AlreadyDecided,
    AlreadySubscribed,
    CanNotTake,
    SubscriptionRow,
    decide_aside,
    merge_subscriptions,
    terminate,
    withdraw,
)
from smart_products.signing.queries import undecided
from tests.accounts.organisation import AT, SOURCE, staff
from tests.signing.contracts import BY, FREE, PAID, begin, finish, found_broker, matched, noon, signed, when

DAY = date(2024, 3, 4)
THEIRS = SubscriptionRow("S1", "C1", "GRID", "A1", date(2024, 3, 6), None, None, False, AT)
BEFORE = THEIRS._replace(code="S0", start=date(2024, 1, 3), end=DAY, end_reason="terminated")


@pytest.fixture(autouse=True)
def _broker(db: None) -> None:
    found_broker()


def merge(*rows: SubscriptionRow, removed: tuple[str, ...] = ()) -> Merged:
    return merge_subscriptions(source=SOURCE, upserts=rows, removed=removed, by=BY, at=AT)


def held() -> list[tuple[Any, ...]]:
    """All subscriptions, without numbers that chance gave."""
    rows = Subscription.objects.values_list("source", "client__code", "product__code", "start", "end", "end_reason")
    return sorted(rows, key=str)


def aside() -> list[tuple[Any, ...]]:
    return list(SetAside.objects.order_by("code").values_list("code", "start", "end", "choice"))


def test_an_overlapping_row_is_set_aside_and_ours_stands_untouched() -> None:
    contract = signed(DAY)
    before = Subscription.objects.values().get()
    assert merge(BEFORE, THEIRS) == Merged(inserted=1)
    assert aside() == [("S1", THEIRS.start, None, "")]
    assert Subscription.objects.values().get(source="here") == before
    row = undecided().get()
    assert (row.contract, row.reason, row.source, row.set_aside_at) == (contract, "signed_here", SOURCE, AT)
    assert merge(BEFORE, THEIRS) == Merged()
    assert SetAside.objects.count() == 1
    assert list(SetAside.objects.visible_to(staff("wang", "B1"))) == [row]
    assert not SetAside.objects.visible_to(staff("li", "B2")).exists()


@pytest.mark.parametrize(
    "row",
    [
        THEIRS._replace(product_code="PLAN"),
        THEIRS._replace(client_code="C2", account_code="A2"),
        THEIRS._replace(start=DAY - timedelta(9), end=DAY, end_reason="terminated"),
        THEIRS._replace(start=DAY + timedelta(9), end=DAY + timedelta(9), end_reason="withdrawn"),
    ],
)
def test_what_does_not_overlap_comes_in(row: SubscriptionRow) -> None:
    signed(DAY)
    assert merge(row) == Merged(inserted=1)
    assert aside() == []


def test_a_correction_that_comes_to_overlap_leaves_and_one_that_ceases_to_comes_back() -> None:
    merge(BEFORE)
    signed(DAY)
    assert merge(BEFORE._replace(end=DAY + timedelta(1))) == Merged()
    assert [row[0] for row in held()] == ["here"]
    assert aside() == [("S0", BEFORE.start, DAY + timedelta(1), "")]
    assert merge(BEFORE) == Merged(inserted=1)
    assert aside()[0][3] == AsideChoice.CLEARED
    assert [row[0] for row in held()] == [SOURCE, "here"]


def test_a_row_taken_back_is_no_question_any_more() -> None:
    signed(DAY)
    merge(THEIRS)
    merge(removed=("S1",))
    assert not undecided().exists()
    merge(THEIRS)
    assert undecided().count() == 1


def test_what_is_in_force_by_feed_can_not_be_signed_here() -> None:
    merge(THEIRS._replace(start=date(2024, 1, 3)))
    with pytest.raises(AlreadySubscribed):
        begin(DAY)
    begin(DAY, product="PLAN")


def test_a_row_that_comes_between_opening_and_signing_is_a_clear_conflict() -> None:
    contract = matched(DAY)
    merge(THEIRS)
    with pytest.raises(AlreadySubscribed):
        finish(contract, DAY)
    assert Contract.objects.get().state == "matched"


def test_ours_ends_and_theirs_comes_in() -> None:
    contract = signed(DAY, PAID)
    merge(THEIRS._replace(start=DAY + timedelta(4)))
    withdraw(contract=contract, **when(DAY + timedelta(4)))
    assert [row[0] for row in held()] == [SOURCE, "here"]
    assert aside()[0][3] == AsideChoice.CLEARED


def test_kept_ours_stays_decided_until_the_feed_says_something_else() -> None:
    signed(DAY)
    merge(THEIRS)
    kept = decide_aside(aside=undecided().get(), choice=AsideChoice.KEPT_OURS, by=BY, at=noon(DAY))
    with pytest.raises(AlreadyDecided):
        decide_aside(aside=kept, choice=AsideChoice.TOOK_THEIRS, by=BY, at=noon(DAY))
    merge(THEIRS)
    assert not undecided().exists()
    assert [row[0] for row in held()] == ["here"]
    merge(THEIRS._replace(start=DAY))
    assert undecided().count() == 1


@pytest.mark.parametrize("start", [DAY - timedelta(3), DAY, DAY + timedelta(2)])
def test_theirs_taken_ends_ours_on_the_day_it_starts(start: date) -> None:
    contract = signed(DAY)
    merge(THEIRS._replace(start=start))
    decide_aside(aside=undecided().get(), choice=AsideChoice.TOOK_THEIRS, by=BY, at=noon(DAY))
    contract.refresh_from_db()
    end = max(DAY, start)
    assert (contract.state, contract.ended_on) == ("terminated", end)
    assert held() == [
        (SOURCE, "C1", "GRID", start, None, ""),
        ("here", "C1", "GRID", DAY, end, "switched"),
    ]
    assert merge(THEIRS._replace(start=start)) == Merged()


def test_theirs_can_not_be_taken_when_ours_is_over_already() -> None:
    contract = signed(DAY)
    merge(THEIRS)
    terminate(contract=contract, reason="client.cost", **when(DAY + timedelta(30)))
    row = undecided().get()
    with pytest.raises(CanNotTake):
        decide_aside(aside=row, choice=AsideChoice.TOOK_THEIRS, by=BY, at=noon(DAY))
    assert undecided().get() == row


def test_no_order_of_arrival_changes_what_stands() -> None:
    """Ours is signed, then ended; the feed tells of three rows in three deliveries, anywhere between."""
    later = THEIRS._replace(code="S2", start=DAY + timedelta(40))
    orders = itertools.permutations((BEFORE, THEIRS, later))
    found = {_told(order, place) for order in orders for place in range(4)}
    assert len(found) == 1


def _told(order: tuple[SubscriptionRow, ...], place: int) -> str:
    """Tell of the rows in an order, with our end before the one at `place`; everything is taken back afterwards."""
    mark = transaction.savepoint()
    contract = signed(DAY, FREE)
    for number, row in enumerate((*order, None)):
        if number == place:
            terminate(contract=contract, reason="client.cost", **when(DAY + timedelta(20)))
        if row is not None:
            merge(row)
    found = f"{held()} {[one for one in aside() if not one[3]]}"
    transaction.savepoint_rollback(mark)
    return found
