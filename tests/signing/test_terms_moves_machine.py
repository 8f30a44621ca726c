"""Every order that chance finds of signing, holding, leaving, classes that change, new versions and moves to them.

What must hold is asked of the tables and of the rules of suitability alone: nothing in force without papers, signature
and a decision on its very terms; no batch brings terms to a client for whom they are not; after a night nobody is
served what he may not have, and one of the lowest class never anything above his level. What the admin lets people do
touches none of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import Unit, User
from accounts.operations import grant_role
from accounts.rules import Role
from core.actor import Actor
from smart_products.catalogue.models import TermsVersion
from smart_products.catalogue.operations import BannedWords, TooEarly, VersionOpen
from smart_products.catalogue.queries import terms_of as terms_offered
from smart_products.catalogue.terms import Terms
from smart_products.signing.models import AppliedTerms, Contract, TermsMove, TermsMoveRow
from smart_products.signing.operations import (
    LifeError,
    cancel_terms_move,
    confirm_terms_move,
    plan_terms_move,
    release,
    rematch,
    resume,
    run_terms_moves,
)
from smart_products.signing.queries.terms_moves import NoSuchMove
from smart_products.signing.states import IN_FORCE, OPEN, SIGNED, ContractState, IllegalMove
from smart_products.signing.terms_moves import OPEN_MOVES, UNSETTLED, AfterDue
from smart_products.suitability.models import Decision
from smart_products.suitability.queries import matching_rules, standing_of
from smart_products.suitability.rules import judge
from smart_products.suitability.rules.matching import Reason
from tests.accounts.organisation import AT, BY
from tests.backoffice.admin.house import TABLES
from tests.catalogue.terms_samples import changed, publish
from tests.effort import histories
from tests.signing.contracts import noon, when
from tests.signing.moves_of_terms import clients, grid, person, put, sign
from tests.signing.signings import TODAY, prepare
from tests.suitability.house import feed_says

CHANGES = (
    ("fees.0.amount_fen", 500),
    ("fees.0.amount_fen", 400),
    ("fees.0.amount_fen", 2000),
    ("pause.longest_days", 10),
    ("leaving.zh", "提前一天告知即可退出。"),
    ("risk_level", "R1"),
    ("risk_level", "R2"),
    ("risk_level", "R4"),
    ("risk_level", "R5"),
)
LAST = TODAY + timedelta(days=150)
"""Before any class in this small broker expires."""
ACTS = [(records, act) for _label, records in sorted(TABLES.items()) for act in records.acts]
GIVEN = {
    "name": "网格", "name_en": "Grids", "language": "zh", "phrase": "提前一天", "wording": "不…", "reason": "promise",
    "active": "on", "excuses": "on", "months": "300", "source": "a rule of the house",
}  # fmt: skip
"""What is typed into the fields of the admin's acts; the phrase stands in one of the changes."""
REFUSALS = (BannedWords, LifeError, IllegalMove, NoSuchMove, TooEarly, VersionOpen)
WHO = st.integers(0, 3)


def decision_on(contract: Contract) -> Decision:
    """Return the decision with which a contract was signed."""
    assert contract.decision is not None
    return Decision.objects.get(public_id=contract.decision)


def administer(by: Actor) -> None:
    """Let somebody switch the logins of the house."""
    house = Unit.objects.get(code="HQ")
    grant_role(user=User.objects.get(username=by.name), role=Role.ADMINISTRATOR, unit=house, since=TODAY, by=BY, at=AT)


class Moves(RuleBasedStateMachine):
    """Any act at any time: it is done, or refused by name."""

    @initialize()
    def _begin(self) -> None:
        self.mark = transaction.savepoint()
        self.day, self.applied = TODAY + timedelta(1), 0
        self.codes = clients(4)
        administer(person("admin"))
        for code in self.codes[:3]:
            sign(code)

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.mark)

    def _try(self, act: Callable[..., Any], **arguments: Any) -> None:
        try:
            with transaction.atomic():
                act(**arguments)
        except REFUSALS:
            pass

    def _versions(self) -> list[TermsVersion]:
        return list(TermsVersion.objects.filter(product=grid(), valid_from__isnull=False).order_by("number"))

    def _contract(self, who: int) -> Contract | None:
        return Contract.objects.filter(client__code=self.codes[who], state__in=OPEN).order_by("pk").last()

    @rule(days=st.integers(1, 25))
    def days_pass(self, days: int) -> None:
        self.day = min(self.day + timedelta(days), LAST)

    @rule(who=WHO, risk_class=st.sampled_from(["C1", "C1", "C2", "C3", "C5"]))
    def class_changes(self, who: int, risk_class: str) -> None:
        feed_says(self.codes[who], self.day, risk_class, self.day)

    @rule(change=st.sampled_from(CHANGES), after_due=st.sampled_from(AfterDue))
    def roll_out(self, change: tuple[str, Any], after_due: AfterDue) -> None:
        """Publish a version from today on, and plan to move those on the one before it."""
        versions = self._versions()
        if versions[-1].valid_from == self.day:
            return
        author, colleague = person("author"), person("colleague")
        terms = Terms.read(changed(*change))
        self._try(lambda: publish(grid(), terms, author, colleague, valid_from=self.day, at=noon(self.day)))
        self._try(lambda: self._confirmed(versions[-1], self._versions()[-1], after_due))

    @rule(old=st.integers(0, 5), after_due=st.sampled_from(AfterDue))
    def move_all(self, old: int, after_due: AfterDue) -> None:
        versions = self._versions()
        before = versions[old % len(versions)]
        self._try(lambda: self._confirmed(before, versions[-1], after_due))

    def _confirmed(self, before: TermsVersion, after: TermsVersion, after_due: AfterDue) -> None:
        at = noon(self.day)
        move = plan_terms_move(
            before=before, after=after, after_due=after_due, on=self.day, by=person("planner"), at=at
        )
        confirm_terms_move(move=move, by=person("checker"), at=at)

    @rule(changed_today=st.none() | st.tuples(WHO, st.sampled_from(["C1", "C2"])))
    def batch(self, changed_today: tuple[int, str] | None) -> None:
        """The job that moves contracts, at any hour; often before any night has heard of a class that changed."""
        if changed_today is not None:
            self.class_changes(*changed_today)
        run_terms_moves(**when(self.day))

    @rule()
    def take_back(self) -> None:
        for move in TermsMove.objects.filter(state__in=OPEN_MOVES):
            self._try(cancel_terms_move, move=move, on=self.day, by=person("planner"), at=noon(self.day))

    @rule(who=WHO)
    def sign_again(self, who: int) -> None:
        row = TermsMoveRow.objects.filter(contract__client__code=self.codes[who], outcome="asked_to_sign").first()
        if row is not None:
            self._try(lambda: sign(self.codes[who], self.day, row.move.after, follows=row.contract))

    @rule(turn=st.integers(0, len(ACTS) - 1), on=st.booleans())
    def act_in_the_admin(self, turn: int, on: bool) -> None:
        """Do anything the admin offers to rows it fits: done or refused, it moves no contract and no version."""
        records, act = ACTS[turn]
        rows = records.model._default_manager.order_by("pk")
        chosen = act.rows(rows) if act.on_table else [row for row in rows if act.fits(row)][:2]
        form = act.form({**GIVEN, "active": on, "excuses": on})
        assert form.is_valid(), (records, act.name, form.errors)
        before = self._agreed()
        try:
            with transaction.atomic():
                act.call(chosen, form.cleaned_data, by=person("admin"), at=noon(self.day))
        except tuple(act.refusals):
            pass
        assert self._agreed() == before

    @rule(who=WHO)
    def sign_anew(self, who: int) -> None:
        offered = terms_offered(grid().pk, self.day)
        if self._contract(who) is None and offered is not None:
            self._try(lambda: sign(self.codes[who], self.day, offered))

    @rule(who=WHO, state=st.sampled_from(["paused", "suspended", "ended"]))
    def hold_or_leave(self, who: int, state: str) -> None:
        if contract := self._contract(who):
            self._try(put, contract=contract, state=state, day=self.day)

    @rule(who=WHO)
    def go_on(self, who: int) -> None:
        if contract := self._contract(who):
            self._try(resume, contract=contract, **when(self.day))
            self._try(release, contract=contract, cause="court", **when(self.day))

    @rule(moves_first=st.booleans())
    def night(self, moves_first: bool) -> None:
        """Both jobs of a night, in either order; a second run changes nothing."""
        jobs: list[Callable[..., object]] = [run_terms_moves, rematch]
        for job in jobs if moves_first else reversed(jobs):
            job(**when(self.day))
            before = self._states()
            job(**when(self.day))
            assert self._states() == before
        self._nobody_is_served_what_he_may_not_have()

    def _states(self) -> list[tuple[Any, ...]]:
        applied = AppliedTerms.objects.count()
        return [(applied,), *Contract.objects.order_by("pk").values_list("state", "ended_on", "expires_on")]

    def _agreed(self) -> list[Any]:
        """Return every row of contracts, what applies to them, versions and moves."""
        tables: list[type[Model]] = [Contract, AppliedTerms, TermsVersion, TermsMove, TermsMoveRow, Decision]
        return [list(table._default_manager.order_by("pk").values()) for table in tables]

    def _refused(self, contract: Contract, level: str) -> bool:
        standing = standing_of(contract.client, self.day)
        verdict = judge(standing, level, "tool", matching_rules(self.day), self.day)
        return verdict.outcome == "refused" and Reason.EXPIRED not in verdict.reasons

    def _nobody_is_served_what_he_may_not_have(self) -> None:
        offered = terms_offered(grid().pk, self.day)
        assert offered is not None
        for one in Contract.objects.filter(state__in=IN_FORCE).exclude(state=ContractState.SUSPENDED):
            assert not self._refused(one, offered.terms["risk_level"]), one.number

    @invariant()
    def nothing_is_in_force_without_proof(self) -> None:
        for one in Contract.objects.filter(state__in=SIGNED):
            decision = decision_on(one)
            assert decision.terms_digest == one.terms_digest
            assert decision.outcome == one.outcome == "fit"
            assert one.papers
            assert one.signature

    @invariant()
    def a_batch_brings_terms_to_those_alone_for_whom_they_are(self) -> None:
        fresh = AppliedTerms.objects.order_by("pk")[self.applied :]
        for one in fresh:
            level = TermsVersion.objects.get(public_id=one.terms_public_id).terms["risk_level"]
            assert not self._refused(one.contract, level), one.contract.number
            signed_for = decision_on(one.contract)
            assert level <= signed_for.risk_level, "no batch makes a contract riskier"
        self.applied += len(fresh)

    @invariant()
    def no_contract_is_dropped_silently(self) -> None:
        for move in TermsMove.objects.exclude(state__in=OPEN_MOVES):
            assert not TermsMoveRow.objects.filter(move=move, outcome__in=UNSETTLED).exists()


@pytest.mark.django_db
def test_no_order_of_signing_classes_and_batches_breaks_what_must_hold() -> None:
    prepare()
    run_state_machine_as_test(Moves, settings=settings(histories(1.0), stateful_step_count=40))
