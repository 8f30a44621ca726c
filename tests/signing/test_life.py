"""The life of a contract after the signature: cooling-off in working days, pauses, terms, ends, and what is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import AssetAccount
from core.models import OutboxEvent
from smart_products.catalogue.models import Product
from smart_products.signing.agreed import AgreedPause, ends_before
from smart_products.signing.models import Contract, EndReasonNode, Subscription
from smart_products.signing.operations import (
    CoolingOffOver,
    NoRenewal,
    NoSuchReason,
    PauseRefused,
    end_cooling_off,
    end_orphaned,
    expire_due,
    pause,
    release,
    renew,
    resume,
    resume_due,
    start_service,
    suspend,
    tell_expiring,
    terminate,
    withdraw,
)
from smart_products.signing.queries import reasons_to_leave
from smart_products.signing.states import BillingState, EndReason, IllegalMove, ServiceState
from tests.signing.contracts import (
    FREE,
    PAID,
    begin,
    found_broker,
    signed,
    when,
)

DAY = date(2024, 3, 4)
AUTO = replace(PAID, renewal="auto", cooling_off_days=0)


@pytest.fixture(autouse=True)
def _broker(db: None) -> None:
    found_broker()


def interval(contract: Contract) -> tuple[date, date | None, str]:
    row = Subscription.objects.get(source="here", code=contract.number)
    return row.start, row.end, row.end_reason


def kinds() -> list[str]:
    return list(OutboxEvent.objects.values_list("kind", flat=True))


COOLING = [
    # Signed on, last day of five working days: a plain week; a weekend; National Day 2024 (1 to 7 October, made up for
    # on Sunday 29 September and Saturday 12 October); Spring Festival 2024 (10 to 17 February, made up for on Sundays
    # 4 and 18); a leap day.
    (date(2024, 3, 4), date(2024, 3, 11)),
    (date(2024, 3, 9), date(2024, 3, 15)),
    (date(2024, 9, 27), date(2024, 10, 10)),
    (date(2024, 9, 30), date(2024, 10, 12)),
    (date(2024, 2, 8), date(2024, 2, 21)),
    (date(2024, 2, 2), date(2024, 2, 8)),
    (date(2024, 2, 26), date(2024, 3, 4)),
]


class TestCoolingOff:
    @pytest.mark.parametrize(("day", "last"), COOLING)
    def test_it_is_counted_in_working_days(self, day: date, last: date) -> None:
        contract = signed(day, PAID)
        assert (contract.state, contract.cooling_off_until) == ("cooling_off", last)
        with pytest.raises(CoolingOffOver):
            withdraw(contract=contract, **when(last + timedelta(1)))
        assert end_cooling_off(**when(last)) == ()
        assert withdraw(contract=contract, **when(last)).state == "withdrawn"
        assert interval(contract) == (day, last, EndReason.WITHDRAWN)

    def test_it_ends_by_itself_once(self) -> None:
        contract, last = signed(DAY, PAID), date(2024, 3, 11)
        assert end_cooling_off(**when(last + timedelta(1))) == (contract.number,)
        assert end_cooling_off(**when(last + timedelta(1))) == ()
        contract.refresh_from_db()
        assert (contract.state, interval(contract)) == ("active", (DAY, None, ""))
        assert kinds() == ["signed", "cooling_off_ended"]
        with pytest.raises(IllegalMove):
            withdraw(contract=contract, **when(last))

    def test_a_withdrawal_on_the_day_itself_leaves_an_empty_interval_and_a_way_back(self) -> None:
        contract = signed(DAY, PAID)
        withdraw(contract=contract, **when(DAY))
        assert interval(contract) == (DAY, DAY, EndReason.WITHDRAWN)
        assert signed(DAY, PAID).state == "cooling_off"

    def test_without_a_period_there_is_no_withdrawal(self) -> None:
        with pytest.raises(CoolingOffOver):
            withdraw(contract=signed(DAY), **when(DAY))

    def test_a_suspension_takes_no_right_away(self) -> None:
        contract = suspend(contract=signed(DAY, PAID), cause="rematch", **when(DAY))
        assert release(contract=contract, cause="rematch", **when(DAY)).state == "cooling_off"
        suspend(contract=contract, cause="rematch", **when(DAY))
        assert withdraw(contract=contract, **when(DAY)).state == "withdrawn"


class TestPauses:
    def test_a_pause_ends_by_itself_and_the_subscription_stays_in_force(self) -> None:
        contract = pause(contract=signed(DAY), until=date(2024, 4, 1), **when(date(2024, 3, 10)))
        assert (contract.state, contract.service_state) == ("paused", ServiceState.PAUSED)
        assert interval(contract) == (DAY, None, "")
        assert resume_due(**when(date(2024, 3, 31))) == ()
        assert resume_due(**when(date(2024, 4, 1))) == (contract.number,)
        assert [(one.since, one.ended_on) for one in contract.pauses.all()] == [(date(2024, 3, 10), date(2024, 4, 1))]
        spans = [(span.since, span.until) for span in contract.spans.order_by("since")]
        assert spans == [(DAY, date(2024, 3, 10)), (date(2024, 4, 1), None)]
        assert kinds() == ["signed", "paused", "resumed"]

    def test_the_terms_bound_length_and_number(self) -> None:
        contract = signed(DAY)
        for length in (-1, 0, 61):
            with pytest.raises(PauseRefused):
                pause(contract=contract, until=DAY + timedelta(length), **when(DAY))
        for start in (DAY, DAY + timedelta(90)):
            contract = pause(contract=contract, until=start + timedelta(60), **when(start))
            contract = resume(contract=contract, **when(start + timedelta(10)))
        with pytest.raises(PauseRefused):
            pause(contract=contract, until=date(2024, 12, 31), **when(date(2024, 12, 30)))
        next_year = date(2025, 1, 2)
        assert pause(contract=contract, until=next_year + timedelta(1), **when(next_year)).state == "paused"

    def test_terms_may_know_no_pause(self) -> None:
        contract = signed(DAY, replace(FREE, pause=AgreedPause(False, 0, 0)))
        with pytest.raises(PauseRefused):
            pause(contract=contract, until=DAY + timedelta(1), **when(DAY))

    def test_a_paused_contract_can_be_suspended_and_left(self) -> None:
        contract = pause(contract=signed(DAY), until=DAY + timedelta(9), **when(DAY))
        contract = suspend(contract=contract, cause="rematch", **when(DAY + timedelta(2)))
        assert (contract.state, contract.paused_until) == ("suspended", None)
        assert release(contract=contract, cause="rematch", **when(DAY + timedelta(3))).state == "active"
        contract = pause(contract=contract, until=DAY + timedelta(9), **when(DAY + timedelta(4)))
        assert terminate(contract=contract, reason="client.cost", **when(DAY + timedelta(5))).state == "terminated"
        assert not contract.pauses.filter(ended_on=None).exists()


class TestTerms:
    @pytest.mark.parametrize(
        ("start", "months", "first_without"),
        [
            (date(2024, 1, 31), 1, date(2024, 3, 1)),
            (date(2023, 1, 31), 1, date(2023, 3, 1)),
            (date(2024, 2, 29), 12, date(2025, 3, 1)),
            (date(2024, 2, 28), 12, date(2025, 3, 1)),
            (date(2023, 2, 28), 12, date(2024, 2, 29)),
            (date(2024, 3, 4), 12, date(2025, 3, 5)),
            (date(2024, 12, 31), 3, date(2025, 4, 1)),
        ],
    )
    def test_a_term_ends_with_the_day_of_its_date(self, start: date, months: int, first_without: date) -> None:
        assert ends_before(start, months) == first_without

    def test_a_contract_ends_with_its_term(self) -> None:
        contract = signed(DAY, replace(AUTO, renewal="none"))
        end = date(2025, 3, 5)
        assert tell_expiring(**when(end - timedelta(31))) == ()
        assert tell_expiring(**when(end - timedelta(30))) == (contract.number,)
        assert tell_expiring(**when(end - timedelta(29))) == ()
        assert expire_due(**when(end - timedelta(1))) == ()
        assert expire_due(**when(end + timedelta(3))) == (contract.number,)
        assert expire_due(**when(end + timedelta(3))) == ()
        assert interval(contract) == (DAY, end, EndReason.EXPIRED)
        assert kinds() == ["signed", "expiring", "expired"]

    def test_asked_and_confirmed_it_goes_on_for_another_term(self) -> None:
        contract, end = signed(DAY, replace(PAID, cooling_off_days=0)), date(2025, 3, 5)
        with pytest.raises(NoRenewal):
            renew(contract=contract, **when(DAY))
        tell_expiring(**when(end - timedelta(10)))
        contract.refresh_from_db()
        assert contract.state == "renewing"
        contract = renew(contract=contract, **when(end - timedelta(9)))
        assert (contract.state, contract.expires_on, contract.terms_run) == ("active", date(2026, 3, 5), 2)
        assert interval(contract) == (DAY, None, "")
        assert tell_expiring(**when(end - timedelta(9))) == ()

    def test_asked_and_not_confirmed_it_ends(self) -> None:
        contract, end = signed(DAY, replace(PAID, cooling_off_days=0)), date(2025, 3, 5)
        tell_expiring(**when(end - timedelta(10)))
        expire_due(**when(end))
        contract.refresh_from_db()
        assert contract.state == "expired"

    def test_by_agreement_it_renews_itself_but_never_untold(self) -> None:
        told, untold, end = signed(DAY, AUTO), signed(DAY, AUTO, client="C2"), date(2025, 3, 5)
        Contract.objects.filter(pk=untold.pk).update(expiry_told_on=None)
        tell_expiring(**when(end - timedelta(10)))
        Contract.objects.filter(pk=untold.pk).update(expiry_told_on=None)
        expire_due(**when(end))
        told.refresh_from_db()
        untold.refresh_from_db()
        assert (told.state, told.expires_on) == ("active", date(2026, 3, 5))
        assert untold.state == "expired"

    def test_nights_that_were_missed_are_made_up_for_at_once(self) -> None:
        contract = signed(DAY, replace(AUTO, months=1))
        tell_expiring(**when(DAY + timedelta(20)))
        for _ in range(2):
            expire_due(**when(date(2024, 7, 5)))
            contract.refresh_from_db()
            assert (contract.state, contract.expires_on, contract.terms_run) == ("active", date(2024, 8, 5), 5)


class TestEnds:
    def test_the_leaf_of_the_tree_says_what_an_end_counts_as(self) -> None:
        for client, code, counts_as in (
            ("C1", "client.cost", EndReason.TERMINATED),
            ("C2", "client.switched", EndReason.SWITCHED),
            ("C3", "event.deceased", EndReason.DECEASED),
        ):
            contract = terminate(contract=signed(DAY, client=client), reason=code, **when(DAY + timedelta(2)))
            assert interval(contract) == (DAY, DAY + timedelta(2), counts_as)
            assert contract.billing_state == BillingState.CLOSED

    @pytest.mark.parametrize("code", ["client", "nothing", "client.cooling_off", "event.expired"])
    def test_no_branch_and_no_end_of_another_kind_is_a_reason(self, code: str) -> None:
        with pytest.raises(NoSuchReason):
            terminate(contract=signed(DAY), reason=code, **when(DAY))

    def test_a_reason_out_of_use_is_none(self) -> None:
        EndReasonNode.objects.filter(code="client.cost").update(active=False)
        with pytest.raises(NoSuchReason):
            terminate(contract=signed(DAY), reason="client.cost", **when(DAY))

    def test_clients_choose_among_the_leaves_for_them(self) -> None:
        found = {one.code: str(one) for one in reasons_to_leave()}
        assert "client.cost" in found
        assert not {"client", "client.cooling_off", "broker.breach"} & set(found)

    @pytest.mark.parametrize(
        ("closed", "retired", "day", "reason"),
        [
            (date(2024, 4, 1), None, date(2024, 4, 1), EndReason.ACCOUNT_CLOSED),
            (None, date(2024, 4, 2), date(2024, 4, 2), EndReason.PRODUCT_RETIRED),
            (date(2024, 4, 3), date(2024, 4, 2), date(2024, 4, 2), EndReason.PRODUCT_RETIRED),
            (date(2024, 4, 2), date(2024, 4, 2), date(2024, 4, 2), EndReason.ACCOUNT_CLOSED),
            (date(2024, 2, 1), None, DAY, EndReason.ACCOUNT_CLOSED),
        ],
    )
    def test_a_closed_account_or_a_retired_product_ends_it_on_that_day(
        self, closed: date | None, retired: date | None, day: date, reason: EndReason
    ) -> None:
        contract, draft = signed(DAY), begin(DAY, product="PLAN")
        AssetAccount.objects.filter(code="A1").update(closed_on=closed)
        Product.objects.update(retired_on=retired)
        assert end_orphaned(**when(day - timedelta(1) if day != DAY else date(2024, 1, 31))) == ()
        assert end_orphaned(**when(date(2024, 4, 5))) == tuple(sorted((contract.number, draft.number)))
        assert interval(contract) == (DAY, day, reason)
        draft.refresh_from_db()
        assert draft.state == "abandoned"
        assert end_orphaned(**when(date(2024, 4, 5))) == ()

    def test_what_ended_can_not_end_again(self) -> None:
        contract = terminate(contract=signed(DAY, PAID), reason="client.cost", **when(DAY))
        moves: list[Any] = [withdraw, resume, end_cooling_off, start_service]
        for move in moves:
            if move is end_cooling_off:
                assert end_cooling_off(**when(DAY)) == ()
                continue
            with pytest.raises(IllegalMove):
                move(contract=contract, **when(DAY))
        with pytest.raises(IllegalMove):
            terminate(contract=contract, reason="client.cost", **when(DAY))
        with pytest.raises(IllegalMove):
            pause(contract=contract, until=DAY + timedelta(1), **when(DAY))
