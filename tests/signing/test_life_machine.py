"""Every order of moves that chance finds, over two clients, two products, days that pass, and a feed that interferes.

After each step what must hold of any contract is asked of the database alone: no contract in force without decision,
papers and signature; a subscription that says what the contract says; refunds within charges; one open contract each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F, Sum
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.models import OutboxEvent
from smart_products.signing.models import AsideChoice, Charge, Contract, Pause, Refund, ServiceSpan, Subscription
from smart_products.signing.operations import (
    LifeError,
    SubscriptionRow,
    charge_due,
    complete_signing,
    decide_aside,
    end_cooling_off,
    end_orphaned,
    expire_due,
    merge_subscriptions,
    pause,
    record_match,
    record_warning,
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
from smart_products.signing.queries import undecided
from smart_products.signing.states import ENDED, IN_FORCE, MOVES, OPEN, SIGNED, ContractState, IllegalMove, MatchOutcome
from tests.accounts.organisation import AT, SOURCE
from tests.effort import histories
from tests.signing.contracts import BY, DECISION, FREE, PAID, PAPERS, SHARE, begin, found_broker, noon, signed, when

TERMS = (
    FREE,
    PAID,
    replace(PAID, months=1, renewal="auto", cooling_off_days=0),
    replace(PAID, months=3, renewal="none", fees=(*PAID.fees, SHARE)),
)
FIRST = date(2024, 2, 26)
MOVE: list[Callable[..., object]] = [start_service, resume, renew, withdraw]
NIGHTLY: list[Callable[..., object]] = [end_cooling_off, resume_due, tell_expiring, expire_due, end_orphaned]
CODES = st.fixed_dictionaries({"client": st.sampled_from(["C1", "C2"]), "product": st.sampled_from(["GRID", "PLAN"])})
REFUSALS = (LifeError, IllegalMove)


class Life(RuleBasedStateMachine):
    """Any move at any time: it is made, or refused by name."""

    @initialize()
    def _begin(self) -> None:
        self.mark = transaction.savepoint()
        self.day = FIRST
        for client, product, terms in (("C1", "GRID", PAID), ("C2", "PLAN", TERMS[2])):
            signed(self.day, terms, client=client, product=product)

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.mark)

    def _try(self, act: Callable[..., Any], **arguments: Any) -> Any:
        """Act, and let a refusal by name pass; anything else is a fault."""
        try:
            with transaction.atomic():
                found = act(**arguments)
        except REFUSALS:
            return None
        return found

    def _any(self, number: int) -> Contract | None:
        """Return a contract, mostly an open one."""
        contracts = list((Contract.objects.filter(state__in=OPEN) if number < 8 else Contract.objects).order_by("pk"))
        return contracts[number % len(contracts)] if contracts else None

    @rule(days=st.integers(1, 40))
    def days_pass(self, days: int) -> None:
        self.day = min(self.day + timedelta(days), date(2025, 11, 1))

    @rule(codes=CODES, terms=st.sampled_from(TERMS))
    def open(self, codes: dict[str, str], terms: Any) -> None:
        self._try(lambda: begin(self.day, terms, **codes))

    @rule(number=st.integers(0, 9), outcome=st.sampled_from(MatchOutcome))
    def match(self, number: int, outcome: MatchOutcome) -> None:
        if contract := self._any(number):
            told = {"decision_id": DECISION, "outcome": outcome, "by": BY, "at": noon(self.day)}
            self._try(record_match, contract=contract, **told)

    @rule(number=st.integers(0, 9))
    def warn(self, number: int) -> None:
        if contract := self._any(number):
            self._try(record_warning, contract=contract, by=BY, at=noon(self.day))

    @rule(number=st.integers(0, 9), papers=st.sampled_from([PAPERS, PAPERS, ()]), start=st.booleans())
    def sign(self, number: int, papers: tuple[str, ...], start: bool) -> None:
        if contract := self._any(number):
            told = {"papers": papers, "signature": "s" * 64, "start": start, **when(self.day)}
            self._try(complete_signing, contract=contract, **told)

    @rule(codes=CODES, terms=st.sampled_from(TERMS), warned=st.booleans())
    def sign_at_once(self, codes: dict[str, str], terms: Any, warned: bool) -> None:
        contract = self._try(lambda: begin(self.day, terms, **codes))
        if contract is not None:
            told: dict[str, Any] = {"by": BY, "at": noon(self.day)}
            outcome = MatchOutcome.WARNING if warned else MatchOutcome.FIT
            record_match(contract=contract, decision_id=DECISION, outcome=outcome, **told)
            if warned:
                record_warning(contract=contract, **told)
            self._try(complete_signing, contract=contract, papers=PAPERS, signature="s", **when(self.day))

    @rule(number=st.integers(0, 9), move=st.sampled_from(MOVE))
    def move(self, number: int, move: Callable[..., object]) -> None:
        if contract := self._any(number):
            self._try(move, contract=contract, **when(self.day))

    @rule(number=st.integers(0, 9), move=st.sampled_from([suspend, release]))
    def hold(self, number: int, move: Callable[..., object]) -> None:
        if contract := self._any(number):
            self._try(move, contract=contract, cause="rematch", **when(self.day))

    @rule(number=st.integers(0, 9), length=st.integers(-1, 70))
    def pause(self, number: int, length: int) -> None:
        if contract := self._any(number):
            self._try(pause, contract=contract, until=self.day + timedelta(length), **when(self.day))

    @rule(number=st.integers(0, 9), reason=st.sampled_from(["client.cost", "event.deceased", "event.expired", "x"]))
    def leave(self, number: int, reason: str) -> None:
        if contract := self._any(number):
            self._try(terminate, contract=contract, reason=reason, **when(self.day))

    @rule(work=st.sampled_from(NIGHTLY))
    def night(self, work: Callable[..., object]) -> None:
        self._try(work, **when(self.day))
        before = self._states()
        self._try(work, **when(self.day))
        assert self._states() == before

    @rule()
    def charge(self) -> None:
        charge_due(**when(self.day), assets_fen={})
        assert charge_due(**when(self.day), assets_fen={}) == 0

    @rule(codes=CODES, number=st.integers(0, 3), start=st.integers(-60, 60), length=st.none() | st.integers(0, 60))
    def feed(self, codes: dict[str, str], number: int, start: int, length: int | None) -> None:
        begins = self.day + timedelta(start)
        end = None if length is None else begins + timedelta(length)
        row = SubscriptionRow(
            f"S{number}", codes["client"], codes["product"], f"A{codes['client'][1:]}", begins, end,
            None if end is None else "terminated", False, AT,
        )  # fmt: skip
        ours = list(Subscription.objects.filter(source="here").order_by("pk").values())
        told: dict[str, Any] = {
            "source": SOURCE,
            "removed": [f"S{one}" for one in range(4) if one != number],
            "by": BY,
            "at": AT,
        }
        merge_subscriptions(upserts=[row], **told)
        assert list(Subscription.objects.filter(source="here").order_by("pk").values()) == ours

    @rule(choice=st.sampled_from([AsideChoice.KEPT_OURS, AsideChoice.TOOK_THEIRS]))
    def decide(self, choice: AsideChoice) -> None:
        row = undecided().first()
        if row is not None:
            self._try(decide_aside, aside=row, choice=choice, by=BY, at=noon(self.day))

    @rule(number=st.integers(0, 9), state=st.sampled_from(ContractState))
    def by_another_hand(self, number: int, state: ContractState) -> None:
        """Whatever somebody writes to the table itself, an illegal move is refused."""
        contract = self._any(number)
        if contract is None or state == contract.state or state in MOVES[ContractState(contract.state)]:
            return
        with pytest.raises(Exception, match="illegal move"), transaction.atomic():
            Contract.objects.filter(pk=contract.pk).update(state=state)

    def _states(self) -> list[tuple[Any, ...]]:
        return list(Contract.objects.order_by("pk").values_list("state", "ended_on", "expires_on", "terms_run"))

    @invariant()
    def nothing_is_in_force_without_proof(self) -> None:
        for one in Contract.objects.filter(state__in=SIGNED):
            assert one.decision == DECISION
            assert one.papers == list(PAPERS)
            assert one.signature
            assert one.outcome == "fit" or (one.outcome == "warning" and one.warned_at is not None)
        assert not Contract.objects.exclude(state__in=SIGNED).exclude(subscription=None).exists()

    @invariant()
    def a_subscription_says_what_its_contract_says(self) -> None:
        ours = Subscription.objects.filter(source="here")
        contracts = Contract.objects.filter(state__in=SIGNED).select_related("subscription", "end_reason")
        assert ours.count() == len(contracts)
        for one in contracts:
            row = one.subscription
            assert row is not None
            assert (row.code, row.start, row.end) == (one.number, one.signed_on, one.ended_on)
            assert (one.state in ENDED) == (row.end is not None)
            assert row.end_reason == (one.end_reason.counts_as if one.end_reason else "")
            assert (one.state == ContractState.WITHDRAWN) == (row.end_reason == "withdrawn")

    @invariant()
    def money_adds_up(self) -> None:
        assert not Charge.objects.filter(refund__amount_fen__gt=F("amount_fen")).exists()
        for one in Contract.objects.filter(state=ContractState.WITHDRAWN):
            charged = Charge.objects.filter(contract=one).aggregate(n=Sum("amount_fen"))["n"]
            assert charged == Refund.objects.filter(charge__contract=one).aggregate(n=Sum("amount_fen"))["n"]

    @invariant()
    def services_run_where_contracts_do(self) -> None:
        for one in Contract.objects.all():
            assert ServiceSpan.objects.filter(contract=one, until=None).exists() == (one.service_state == "running")
            assert Pause.objects.filter(contract=one, ended_on=None).exists() == (one.state == ContractState.PAUSED)

    @invariant()
    def one_is_open_and_counted_once(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM (SELECT FROM signing_contract WHERE state = ANY(%s)"
                " GROUP BY client_id, product_id, account_id HAVING count(*) > 1) AS twice",
                [sorted(OPEN)],
            )
            assert cursor.fetchone() == (0,)
            cursor.execute(
                "SELECT count(*) FROM signing_setaside a JOIN signing_subscription s USING (source, code)"
                " WHERE a.choice IN ('', 'kept_ours')"
            )
            assert cursor.fetchone() == (0,)

    @invariant()
    def what_was_signed_was_told(self) -> None:
        told = OutboxEvent.objects.filter(kind="signed").values_list("subject_key", flat=True)
        assert sorted(told) == sorted(Contract.objects.filter(state__in=SIGNED).values_list("number", flat=True))
        ended = OutboxEvent.objects.filter(kind__in=["terminated", "expired", "withdrawn"])
        assert ended.count() == Contract.objects.filter(state__in=ENDED).count()
        assert Contract.objects.filter(state__in=IN_FORCE, ended_on__isnull=False).count() == 0


@pytest.mark.django_db
def test_no_order_of_moves_breaks_what_must_hold() -> None:
    found_broker()
    run_state_machine_as_test(Life, settings=settings(histories(0.5), stateful_step_count=50))
