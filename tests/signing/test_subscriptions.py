"""Subscriptions: intervals that can not overlap, ends that have a reason."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from accounts.models import AssetAccount, Client
from core.merging import Merged, ReservedSource, UnknownCode
from smart_products.catalogue.models import Product
from smart_products.catalogue.operations import ProductRow, merge_products
from smart_products.signing.models import Subscription
from smart_products.signing.operations import (
    OverlappingSubscriptions,
    SubscriptionRow,
    merge_subscriptions,
)
from smart_products.signing.states import EndReason
from smart_products.statistics.figures import LEAVE_REASONS
from tests.accounts.organisation import AT, BY, FIRST, SOURCE, organise, staff
from tests.effort import examples

AS_FEED: dict[str, Any] = {"source": SOURCE, "by": BY, "at": AT}
PRODUCTS = [
    ProductRow("GRID", FIRST, "ORDERS", "网格交易", "", "R3", "tool"),
    ProductRow("PLAN", FIRST, "SAVING", "定投计划", "", "R2", "tool"),
]
OPEN = SubscriptionRow("S1", "C1", "GRID", "A1", date(2024, 3, 1), None, None, False, AT)
ENDED = OPEN._replace(end=date(2024, 6, 3), end_reason="terminated")


@pytest.fixture
def broker(db: None) -> None:
    organise()
    merge_products(upserts=PRODUCTS, **AS_FEED)


@pytest.fixture
def committed_broker(transactional_db: None) -> None:
    organise()
    merge_products(upserts=PRODUCTS, **AS_FEED)


def merge(*rows: SubscriptionRow, removed: tuple[str, ...] = ()) -> Merged:
    return merge_subscriptions(upserts=rows, removed=removed, **AS_FEED)


def held() -> list[tuple[Any, ...]]:
    fields = (
        "code",
        "client__code",
        "product__code",
        "account__code",
        "start",
        "end",
        "end_reason",
        "inferred",
    )
    return list(Subscription.objects.order_by("code").values_list(*fields))


@pytest.mark.usefixtures("broker")
class TestMerge:
    def test_a_second_merge_changes_nothing_and_keeps_when_it_was_recorded(self) -> None:
        assert merge(OPEN) == Merged(inserted=1)
        later = datetime(2024, 9, 9, tzinfo=UTC)
        assert merge(OPEN._replace(recorded_at=later)) == Merged()
        assert Subscription.objects.get().recorded_at == AT
        assert merge(ENDED._replace(recorded_at=later)) == Merged(updated=1)
        assert Subscription.objects.get().recorded_at == later

    def test_an_end_comes_and_goes(self) -> None:
        merge(OPEN)
        first = Subscription.objects.get().pk
        merge(ENDED)
        assert held()[0][5:] == (date(2024, 6, 3), "terminated", False)
        merge(OPEN)
        assert held()[0][5:] == (None, "", False)
        assert Subscription.objects.get().pk == first
        assert merge(removed=("S1", "S9")) == Merged(removed=1)
        assert held() == []

    def test_one_may_shrink_while_another_grows(self) -> None:
        merge(ENDED, OPEN._replace(code="S2", start=date(2024, 6, 3)))
        moved = date(2024, 7, 1)
        merge(ENDED._replace(end=moved), OPEN._replace(code="S2", start=moved))
        assert [row[4:6] for row in held()] == [(date(2024, 3, 1), moved), (moved, None)]

    def test_a_code_may_be_taken_back_and_replaced_in_one_call(self) -> None:
        merge(OPEN)
        assert merge(OPEN._replace(code="S2"), removed=("S1",)) == Merged(inserted=1, removed=1)

    @pytest.mark.parametrize(
        "row",
        [
            OPEN._replace(code="S2", start=date(2024, 6, 2)),
            OPEN._replace(code="S2", start=date(2024, 1, 2), end=date(2024, 3, 2), end_reason="expired"),
            OPEN._replace(code="S2", start=date(2024, 1, 2)),
        ],
    )
    def test_an_overlap_is_refused_and_nothing_stays(self, row: SubscriptionRow) -> None:
        merge(ENDED)
        with pytest.raises(OverlappingSubscriptions):
            merge(row)
        with pytest.raises(OverlappingSubscriptions):
            merge(OPEN, row)
        assert [held_row[0] for held_row in held()] == ["S1"]
        assert Subscription.objects.get().end == date(2024, 6, 3)

    def test_touching_and_empty_intervals_and_other_products_are_no_overlap(self) -> None:
        empty = OPEN._replace(code="S3", start=date(2024, 4, 1), end=date(2024, 4, 1), end_reason="withdrawn")
        other = OPEN._replace(code="S4", product_code="PLAN")
        merge(ENDED, OPEN._replace(code="S2", start=date(2024, 6, 3)), empty, other)
        assert len(held()) == 4

    def test_unknown_codes_are_named_by_kind(self) -> None:
        for kind, row in (
            ("client", OPEN._replace(client_code="C9")),
            ("product", OPEN._replace(product_code="NONE")),
            ("account", OPEN._replace(account_code="A9")),
        ):
            with pytest.raises(UnknownCode) as caught:
                merge(row)
            assert caught.value.kind == kind

    @pytest.mark.parametrize(
        "row",
        [
            OPEN._replace(end=date(2024, 6, 3)),
            OPEN._replace(end_reason="terminated"),
            OPEN._replace(end=date(2024, 6, 3), end_reason="bored"),
            OPEN._replace(end=date(2024, 2, 1), end_reason="terminated"),
            OPEN._replace(inferred=True),
        ],
    )
    def test_the_database_holds_end_and_reason_together(self, row: SubscriptionRow) -> None:
        with pytest.raises((IntegrityError, DataError)), transaction.atomic():
            merge(row)

    def test_the_database_knows_who_is_referred_to(self) -> None:
        merge(OPEN)
        for column in ("client_id", "product_id", "account_id"):
            with (
                pytest.raises(DatabaseError),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"UPDATE signing_subscription SET {column} = 30000")

    def test_a_feed_never_touches_what_was_signed_here(self) -> None:
        merge(OPEN)
        Subscription.objects.update(source="here")
        merge(removed=("S1",))
        assert Subscription.objects.get().source == "here"
        with pytest.raises(ReservedSource):
            merge_subscriptions(source="here", upserts=[OPEN], by=BY, at=AT)
        with pytest.raises(OverlappingSubscriptions):
            merge(OPEN)

    def test_visible_to(self) -> None:
        merge(OPEN, OPEN._replace(code="S3", client_code="C3", account_code="A3"))
        seen = Subscription.objects.visible_to
        assert {row.code for row in seen(staff("wang", "B1"))} == {"S1"}
        assert not seen(staff("stranger")).exists()

    @examples(25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.data())
    def test_the_order_of_the_rows_does_not_matter(self, data: st.DataObject) -> None:
        lengths = st.lists(st.integers(min_value=0, max_value=40), min_size=2, max_size=12)
        rows = list(chain_of(data.draw(lengths)))
        results = []
        for order in (rows, data.draw(st.permutations(rows))):
            mark = transaction.savepoint()
            merge(*order[: len(order) // 2])
            merge(*order)
            results.append(held())
            transaction.savepoint_rollback(mark)
        assert results[0] == results[1]
        assert len(results[0]) == len(rows)


def chain_of(lengths: list[int]) -> Iterator[SubscriptionRow]:
    """Intervals that follow one another, alternately of two products."""
    start = date(2024, 1, 2)
    for number, length in enumerate(lengths):
        end = start + timedelta(days=length)
        yield SubscriptionRow(f"S{number}", "C1", ("GRID", "PLAN")[number % 2], "A1", start, end, "expired", False, AT)
        start = end


def test_the_reasons_break_ties_in_one_order_everywhere() -> None:
    assert tuple(EndReason.values) == LEAVE_REASONS


def _sign(code: str, gate: threading.Barrier, signed: list[str]) -> None:
    """Sign as code does that looks first and writes then; only the database can stop the second."""
    try:
        with transaction.atomic():
            places = {
                "client": Client.objects.get(code="C1"),
                "product": Product.objects.get(code="GRID"),
                "account": AssetAccount.objects.get(code="A1"),
            }
            free = not Subscription.objects.filter(**places, end=None).exists()
            gate.wait(10)
            if free:
                Subscription.objects.create(**places, source=SOURCE, code=code, start=date(2024, 3, 1), recorded_at=AT)
        signed.append(code)
    except DatabaseError:
        pass
    finally:
        connection.close()


@pytest.fixture
def _without_the_constraint(committed_broker: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'subscription_no_overlap'")
        definition = cursor.fetchone()[0]
        cursor.execute("ALTER TABLE signing_subscription DROP CONSTRAINT subscription_no_overlap")
        yield
        cursor.execute("DELETE FROM signing_subscription")
        cursor.execute(f"ALTER TABLE signing_subscription ADD CONSTRAINT subscription_no_overlap {definition}")


def _race() -> list[str]:
    gate = threading.Barrier(2)
    signed: list[str] = []
    threads = [threading.Thread(target=_sign, args=(code, gate, signed)) for code in ("S1", "S2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return signed


@pytest.mark.usefixtures("committed_broker")
def test_of_two_signings_at_once_one_stands() -> None:
    assert len(_race()) == 1
    assert Subscription.objects.count() == 1


@pytest.mark.usefixtures("_without_the_constraint")
def test_without_the_constraint_both_would_stand() -> None:
    assert len(_race()) == 2
    assert Subscription.objects.count() == 2
