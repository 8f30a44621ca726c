"""Charges and refunds: what a schedule comes to by days of service, each told to settlement once."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from smart_products.signing.agreed import AgreedFee
from smart_products.signing.fees import Due, Span, amount_of, due
from smart_products.signing.models import Charge, Contract, Refund, SettlementExport
from smart_products.signing.operations import (
    ExportChanged,
    NotThatExport,
    charge_due,
    confirm_export,
    end_cooling_off,
    expire_due,
    export_charges,
    pause,
    resume,
    terminate,
    withdraw,
    write_export,
)
from smart_products.signing.queries import values_wanted
from tests.signing.contracts import BY, FREE, LATER, MONTHLY, PAID, SHARE, found_broker, noon, signed, when

DAY = date(2024, 3, 4)
OPEN: list[Span] = [(DAY, None)]


@pytest.fixture
def broker(db: None) -> None:
    found_broker()


def charge(on: date) -> int:
    return charge_due(**when(on), assets_fen={})


def charges() -> list[tuple[str, date, date, int]]:
    return list(Charge.objects.order_by("first", "fee").values_list("fee", "first", "until", "amount_fen"))


def day(month: int, number: int) -> date:
    return date(2024, month, number)


class TestSchedule:
    def test_in_advance_when_its_days_begin_and_in_arrears_when_they_are_over(self) -> None:
        assert [(one.first, one.until) for one in due([MONTHLY], OPEN, None, day(4, 5))] == [
            *((DAY, day(4, 5)), (day(4, 5), day(5, 5))),
        ]
        assert [one.until for one in due([LATER], OPEN, None, day(4, 5))] == [day(4, 5)]
        assert not list(due([LATER], OPEN, None, day(4, 4)))

    def test_days_without_service_cost_nothing(self) -> None:
        spans = [(DAY, day(3, 10)), (day(3, 20), None)]
        assert [(one.first, one.until) for one in due([LATER], spans, None, day(4, 5))] == [
            *((DAY, day(3, 10)), (day(3, 20), day(4, 5))),
        ]
        assert sum(amount_of(one, 0) for one in due([LATER], spans, None, day(4, 5))) == 187 + 500

    def test_nothing_is_due_beyond_the_agreed_end(self) -> None:
        yearly = replace(MONTHLY, period="year")
        [one] = due([yearly], OPEN, day(4, 5), day(12, 31))
        assert (one.first, one.until) == (DAY, day(4, 5))

    def test_once_is_once_and_free_is_nothing(self) -> None:
        once = replace(MONTHLY, period="once")
        assert len(list(due([once], OPEN, None, date(2030, 1, 1)))) == 1
        assert not list(due(FREE.fees, OPEN, None, date(2030, 1, 1)))
        assert not list(due([once], [], None, date(2030, 1, 1)))

    def test_a_share_of_assets_is_a_rate_for_the_period_by_days(self) -> None:
        part = Due(SHARE, DAY, DAY + timedelta(73), (DAY, DAY + timedelta(90)))
        assert amount_of(part, 100_000_00) == 100_000_00 * 2000 * 73 // 90 // 1_000_000 == 16_222
        whole = replace(part, until=part.whole[1])
        assert amount_of(whole, 100_000_00) == 20_000, "what the client read: 0.2% a quarter"
        assert amount_of(part, -5) == 0

    @given(
        cuts=st.lists(st.integers(0, 400), min_size=2, max_size=8, unique=True).map(sorted),
        period=st.sampled_from(["month", "quarter", "year"]),
        charged=st.sampled_from(["in_advance", "in_arrears"]),
        on=st.integers(0, 420),
    )
    def test_no_day_is_due_twice_and_what_was_due_stays_due(
        self, cuts: list[int], period: str, charged: str, on: int
    ) -> None:
        fee = AgreedFee("f", "fixed", 10_000, None, period, charged)
        ends = [DAY + timedelta(cut) for cut in cuts]
        spans: list[Span] = list(zip(ends[::2], ends[1::2], strict=False))
        found = list(due([fee], spans, None, DAY + timedelta(on)))
        days = [one.first + timedelta(number) for one in found for number in range((one.until - one.first).days)]
        assert len(days) == len(set(days))
        for whole in {one.whole for one in found}:
            assert sum(amount_of(one, 0) for one in found if one.whole == whole) <= 10_000
        later = list(due([fee], spans, None, DAY + timedelta(on + 10)))
        assert set(map(str, found)) <= set(map(str, later))
        if charged == "in_arrears":
            assert all(one.until <= DAY + timedelta(on) for one in found)


@pytest.mark.usefixtures("broker")
class TestCharging:
    def test_the_same_service_is_charged_once_however_often_it_is_asked(self) -> None:
        contract = signed(DAY, PAID)
        assert charge(DAY) == 3000
        assert charge(DAY) == 0
        assert charge(day(4, 5)) == 3000 + 1000
        assert charges() == [
            *(("report", DAY, day(4, 5), 1000), ("service", DAY, day(4, 5), 3000)),
            ("service", day(4, 5), day(5, 5), 3000),
        ]
        same = Charge.objects.filter(fee="service").earliest("first")
        same.pk, same.key, same.first = None, "other", DAY + timedelta(3)
        with pytest.raises(DatabaseError, match="charge_once"), transaction.atomic():
            same.save(force_insert=True)
        assert {one.contract_id for one in Charge.objects.all()} == {contract.pk}

    def test_a_withdrawal_gives_everything_back_and_nothing_is_charged_after(self) -> None:
        contract = signed(DAY, PAID)
        charge(DAY)
        contract = withdraw(contract=contract, **when(DAY + timedelta(7)))
        assert contract.billing_state == "refunded"
        assert [(one.amount_fen, one.charge.amount_fen) for one in Refund.objects.all()] == [(3000, 3000)]
        assert charge(day(12, 1)) == 0

    def test_leaving_gives_unused_days_back_and_pays_what_was_used(self) -> None:
        contract = signed(DAY, replace(PAID, cooling_off_days=0))
        charge(DAY)
        contract = terminate(contract=contract, reason="client.cost", **when(day(3, 12)))
        assert Refund.objects.get().amount_fen == 3000 * 24 // 32
        assert contract.billing_state == "charging"
        assert charge(day(3, 12)) == 1000 * 8 // 32
        contract.refresh_from_db()
        assert contract.billing_state == "closed"
        assert charge(day(12, 1)) == 0

    def test_a_pause_holds_fees(self) -> None:
        contract = signed(DAY, replace(PAID, cooling_off_days=0))
        charge(DAY)
        contract = pause(contract=contract, until=day(5, 1), **when(day(3, 24)))
        assert contract.billing_state == "held"
        assert charge(day(4, 20)) == 1000 * 20 // 32
        contract = resume(contract=contract, **when(day(4, 20)))
        assert charge(day(4, 20)) == 3000 * 15 // 30
        assert not Refund.objects.exists()

    def test_a_share_of_assets_waits_for_its_value(self) -> None:
        contract = signed(DAY, replace(FREE, fees=(SHARE,)))
        end = date(2024, 6, 5)
        assert values_wanted(end - timedelta(1)) == []
        assert values_wanted(end) == [(contract.account_id, DAY, end)]
        assert charge(end) == 0
        worth = {(contract.account_id, DAY, end): 1_000_000_00}
        assert charge_due(**when(end), assets_fen=worth) == 1_000_000_00 * 2000 // 1_000_000
        assert values_wanted(end) == []

    def test_a_term_has_as_many_fees_as_months(self) -> None:
        contract = signed(DAY, replace(PAID, cooling_off_days=0, renewal="none"))
        end = contract.expires_on
        assert end == date(2025, 3, 5)
        charge(end - timedelta(1))
        assert Charge.objects.filter(fee="service").count() == 12
        expire_due(**when(end))
        charge(end)
        assert Charge.objects.filter(fee="report").count() == 12
        assert not Refund.objects.exists()

    def test_a_free_product_has_no_billing(self) -> None:
        contract = signed(DAY)
        assert contract.billing_state == "idle"
        assert charge(day(12, 1)) == 0
        assert terminate(contract=contract, reason="client.cost", **when(day(12, 1))).billing_state == "closed"

    def test_a_refund_is_never_more_than_its_charge_and_none_is_changed(self) -> None:
        signed(DAY, PAID)
        charge(DAY)
        one = Charge.objects.get()
        for amount in (3001, 0, -1):
            with pytest.raises(DatabaseError, match="refund"), transaction.atomic():
                Refund.objects.create(charge=one, amount_fen=amount, business_date=DAY, at=noon(DAY))
        for statement in (
            "UPDATE signing_charge SET amount_fen = 1",
            "UPDATE signing_charge SET key = 'x'",
            "DELETE FROM signing_charge",
        ):
            with (
                pytest.raises(DatabaseError, match="does not change"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)


@pytest.mark.usefixtures("broker")
class TestSettlement:
    def test_a_row_is_exported_once_with_totals_that_add_up(self, tmp_path: Path) -> None:
        left, other = signed(DAY, PAID), signed(DAY, PAID, client="C2")
        charge(DAY)
        withdraw(contract=left, **when(DAY + timedelta(1)))
        first = export_charges(folder=tmp_path, **when(DAY + timedelta(1)))
        assert first is not None
        manifest = json.loads((tmp_path / "settlement-000001.json").read_text())
        content = (tmp_path / manifest["file"]).read_bytes()
        rows = list(csv.DictReader(content.decode().splitlines()))
        assert manifest["sha256"] == hashlib.sha256(content).hexdigest() == first.sha256
        assert [(row["instruction"], row["contract"], row["amount"]) for row in rows] == [
            *(("charge", one.number, "30.00") for one in sorted((left, other), key=lambda one: one.number)),
            ("refund", left.number, "30.00"),
        ]
        assert (manifest["rows"], manifest["charges"], manifest["refunds"]) == (3, 2, 1)
        assert (manifest["charged"], manifest["refunded"]) == ("60.00", "30.00")
        assert export_charges(folder=tmp_path, **when(DAY + timedelta(1))) is None
        end_cooling_off(**when(day(4, 5)))
        charge(day(4, 5))
        second = export_charges(folder=tmp_path, **when(day(4, 5)))
        assert second is not None
        assert (second.number, second.charges, second.refunds) == (2, 2, 0)

    def test_a_lost_file_is_written_again_byte_for_byte(self, tmp_path: Path) -> None:
        signed(DAY, PAID)
        charge(DAY)
        export = export_charges(folder=tmp_path / "one", **when(DAY))
        assert export is not None
        write_export(export=export, folder=tmp_path / "two", by=BY, at=noon(DAY))
        for name in ("settlement-000001.csv", "settlement-000001.json"):
            assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
        with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
            Charge.objects.update(export=None)
        SettlementExport.objects.update(sha256="0" * 64)
        export.refresh_from_db()
        with pytest.raises(ExportChanged):
            write_export(export=export, folder=tmp_path / "three", by=BY, at=noon(DAY))
        assert not (tmp_path / "three").exists()

    def test_settlement_confirms_the_very_file(self, tmp_path: Path) -> None:
        signed(DAY, PAID)
        charge(DAY)
        export = export_charges(folder=tmp_path, **when(DAY))
        assert export is not None
        with pytest.raises(NotThatExport):
            confirm_export(number=1, sha256="0" * 64, by=BY, at=noon(DAY))
        for at in (noon(DAY), noon(DAY + timedelta(1))):
            done = confirm_export(number=1, sha256=export.sha256, by=BY, at=at)
            assert (done.confirmed_at, done.confirmed_by) == (noon(DAY), "test")


@pytest.mark.usefixtures("broker")
def test_contracts_that_wait_for_a_value_stay_open() -> None:
    contract = signed(DAY, replace(FREE, fees=(SHARE,)))
    terminate(contract=contract, reason="client.cost", **when(day(3, 12)))
    charge(day(4, 1))
    assert Contract.objects.get(pk=contract.pk).billing_state == "charging"
    charge_due(**when(day(4, 1)), assets_fen={(contract.account_id, DAY, day(3, 12)): 0})
    assert Contract.objects.get(pk=contract.pk).billing_state == "closed"
