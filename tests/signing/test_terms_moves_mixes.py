"""Any mix of contracts, in any state, at any step of a move: each has exactly one row, and none is dropped silently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from core.limits import LIMITS
from core.models import OutboxEvent
from smart_products.signing.models import AppliedTerms, Contract, TermsMoveRow
from smart_products.signing.operations import cancel_terms_move
from smart_products.signing.queries import terms_of
from smart_products.signing.queries.terms_moves import counts_of, on_version, preview
from smart_products.signing.states import IN_FORCE
from smart_products.signing.terms_moves import UNSETTLED, AfterDue
from tests.effort import histories
from tests.signing.contracts import noon
from tests.signing.moves_of_terms import (
    NEXT,
    NOTICE,
    SIGN_AGAIN,
    SILENT,
    broker,
    confirmed,
    follow,
    person,
    put,
    run,
    sign,
    version,
)
from tests.signing.signings import TODAY, prepare
from tests.suitability.house import feed_says

pytestmark = pytest.mark.django_db

DUE = NEXT + timedelta(days=int(LIMITS["terms_move_days"].default))
STATES = st.lists(st.sampled_from(["active", "paused", "suspended", "ended"]), min_size=5, max_size=5)
LATER = st.lists(st.sampled_from(["stays", "paused", "suspended", "ended", "signs"]), min_size=5, max_size=5)
CHANGES = st.sampled_from([SILENT, NOTICE, SIGN_AGAIN])


@contextmanager
def undone() -> Iterator[None]:
    """Undo all that is done inside, also where it failed."""
    mark = transaction.savepoint()
    try:
        yield
    finally:
        transaction.set_rollback(False)
        transaction.savepoint_rollback(mark)


@histories(1.2)
@given(change=CHANGES, before=STATES, later=LATER, end=st.booleans(), cancelled=st.booleans(), chunk=st.integers(1, 4))
def test_every_contract_has_one_row_and_says_what_became_of_it(
    change: tuple[str, Any], before: list[str], later: list[str], end: bool, cancelled: bool, chunk: int
) -> None:
    with undone():
        contracts = broker(change, count=5)
        for contract, state in zip(contracts, before, strict=True):
            put(contract, state)
        old = frozenset(on_version(version(1)).values_list("pk", flat=True))
        foreseen = preview(version(1), version(2), NEXT)
        move = confirmed(after_due=AfterDue.END if end else AfterDue.KEEP)
        move = run(move, NEXT, chunk=chunk)
        assert counts_of(move) == foreseen.counts
        for contract, what in zip(contracts, later, strict=True):
            _go_on(contract, what, move)
        if cancelled and move.state == "running":
            cancel_terms_move(move=move, on=NEXT, by=person("planner"), at=noon(NEXT))
        elif move.state == "running":
            run(move, DUE, chunk=chunk)
        rows = list(TermsMoveRow.objects.filter(move=move).select_related("contract"))
        assert Counter(row.contract_id for row in rows) == Counter(old)
        assert sum(counts_of(move).values()) == len(old)
        told = Counter(OutboxEvent.objects.filter(kind__startswith="terms_").values_list("kind", "subject_key"))
        for row in rows:
            _agrees(row, told)


def _go_on(contract: Contract, what: str, move: Any) -> None:
    """Let something happen to a contract after it was told or asked, where that is possible."""
    contract.refresh_from_db()
    if contract.state not in {"active", "cooling_off"}:
        return
    if what == "signs" and TermsMoveRow.objects.filter(contract=contract, outcome="asked_to_sign").exists():
        sign(contract.client.code, NEXT, version(2), follows=contract)
    elif what not in {"signs", "stays"}:
        put(contract, what, NEXT)


def _agrees(row: TermsMoveRow, told: Counter[tuple[str, str]]) -> None:
    """What a row says, the contract, its terms and what its client was told are the same story."""
    contract = row.contract
    assert row.outcome not in UNSETTLED
    moved = AppliedTerms.objects.filter(contract=contract)
    assert moved.count() == (1 if row.outcome == "moved" else 0)
    assert (terms_of(contract).digest == version(2).digest) == (row.outcome == "moved")
    assert (row.outcome == "kept") == bool(row.kept)
    assert contract.terms_digest == version(1).digest
    heard = told["terms_told", contract.number] + told["terms_to_sign", contract.number]
    assert heard == (0 if row.told_at is None else 1)
    if row.told_at is not None and row.outcome in {"moved", "kept"} and contract.state in IN_FORCE:
        assert told["terms_moved", contract.number] + told["terms_kept", contract.number] == 1
    if row.outcome == "signed_again":
        assert contract.followers.get().terms_digest == version(2).digest
        assert contract.state == "terminated"


def test_the_lowest_class_is_never_moved_above_its_level_by_a_batch() -> None:
    prepare()
    contract = sign("C1")
    follow(("risk_level", "R4"))
    move = run(confirmed())
    contract.refresh_from_db()
    assert AppliedTerms.objects.count() == 0
    assert terms_of(contract).digest == version(1).digest
    assert set(counts_of(move)) <= {"asked_to_sign", "kept.refused", "kept.rematching", "kept.suspended"}
    assert contract.signed_on == TODAY


def test_a_class_that_fell_that_very_day_keeps_its_terms_before_any_night_has_heard_of_it() -> None:
    broker(SILENT, count=2)
    feed_says("R000", NEXT, "C1", NEXT)
    assert counts_of(run(confirmed())) == {"kept.refused": 1, "moved": 1}
    assert [one.contract.client.code for one in AppliedTerms.objects.all()] == ["R001"]
