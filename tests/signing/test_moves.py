"""The table of moves: what it lists the database allows, and nothing else, over all pairs of states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from enum import Enum
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from smart_products.signing.models import Contract, EndReasonNode
from smart_products.signing.states import (
    BILLING_MOVES,
    ENDED,
    IN_FORCE,
    MOVES,
    SERVICE_IN,
    SERVICE_MOVES,
    SIGNED,
    BillingState,
    ContractState,
    IllegalMove,
    ServiceState,
    check_move,
)
from tests.signing.contracts import PAID, begin, found_broker, signed

DAY = date(2024, 3, 1)
TABLES: list[tuple[str, type[Enum], Mapping[Any, Any]]] = [
    ("state", ContractState, MOVES),
    ("service_state", ServiceState, SERVICE_MOVES),
    ("billing_state", BillingState, BILLING_MOVES),
]


@contextmanager
def unguarded() -> Iterator[None]:
    """Let any move pass for the while."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE signing_contract DISABLE TRIGGER check_move")
        yield
        cursor.execute("ALTER TABLE signing_contract ENABLE TRIGGER check_move")


def drop_checks() -> None:
    """Leave the trigger alone on guard, until the test's transaction is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'signing_contract'::regclass AND contype = 'c'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE signing_contract DROP CONSTRAINT "{name}"')


def moved(contract: Contract, **fields: Any) -> bool:
    """Whether the database lets the fields be set; they are taken back at once."""
    try:
        with transaction.atomic():
            Contract.objects.filter(pk=contract.pk).update(**fields)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return "illegal move" not in str(error)
    return True


@pytest.mark.django_db
@pytest.mark.parametrize(("field", "states", "moves"), TABLES, ids=[name for name, _, _ in TABLES])
def test_the_database_allows_the_moves_of_the_table_and_no_other(
    field: str, states: type[Enum], moves: Mapping[Any, Any]
) -> None:
    found_broker()
    contract = signed(DAY)
    drop_checks()
    tried = 0
    for old in states:
        for new in states:
            with unguarded():
                Contract.objects.filter(pk=contract.pk).update(**{field: old})
            assert moved(contract, **{field: new}) == (new in moves[old] or new == old), f"{old} to {new}"
            tried += 1
    assert tried == len(states) ** 2
    assert set(moves) == set(states)


def test_what_is_not_in_the_table_is_refused_by_name() -> None:
    for old in ContractState:
        for new in ContractState:
            if new in MOVES[old]:
                check_move(old, new)
            else:
                with pytest.raises(IllegalMove, match=f"from {old} to {new}"):
                    check_move(old, new)


def test_service_follows_every_move_by_its_own_table() -> None:
    for old in ContractState:
        for new in MOVES[old]:
            before, after = SERVICE_IN[old], SERVICE_IN[new]
            assert after == before or after in SERVICE_MOVES[before], f"{old} to {new}"


def test_what_ended_stays_so_and_everything_in_force_can_end() -> None:
    for state in ENDED | {ContractState.REFUSED, ContractState.ABANDONED}:
        assert not MOVES[state]
    for state in IN_FORCE:
        assert ContractState.TERMINATED in MOVES[state]


MISSING: list[dict[str, Any]] = [
    {"decision": None},
    {"papers": []},
    {"signature": ""},
    {"subscription": None},
    {"signed_at": None},
    {"signed_on": None},
    {"outcome": ""},
    {"outcome": "refused"},
    {"outcome": "warning", "warned_at": None},
]


@pytest.mark.django_db
def test_nothing_is_signed_without_proof_by_any_hand() -> None:
    found_broker()
    contract = Contract.objects.filter(pk=signed(DAY, PAID).pk)
    reason = EndReasonNode.objects.get(code="client.cost")
    for state in sorted(SIGNED):
        ended = {"ended_on": DAY, "end_reason": reason} if state in ENDED else {"ended_on": None, "end_reason": None}
        paused = DAY if state == ContractState.PAUSED else None
        rest = {"paused_on": paused, "paused_until": paused and paused + timedelta(1)}
        with unguarded():
            assert contract.update(state=state, **ended, **rest) == 1
            for missing in MISSING:
                with pytest.raises(DatabaseError, match="contract_"), transaction.atomic():
                    contract.update(**missing)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", [{"signature": "x"}, {"signed_on": date(2024, 2, 1)}, {"papers": ["x"]}, {"number": "x"}]
)
def test_what_was_signed_does_not_change(change: dict[str, Any]) -> None:
    found_broker()
    contract = signed(DAY)
    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(**change)
    with pytest.raises(DatabaseError, match="is kept"), transaction.atomic():
        Contract.objects.filter(pk=contract.pk)._raw_delete("default")


@pytest.mark.django_db
def test_a_contract_begins_as_a_draft_only() -> None:
    found_broker()
    contract = begin(DAY)
    contract.pk, contract.state, contract.number = None, ContractState.MATCHED, "other"
    with pytest.raises(DatabaseError, match="begins as a draft"), transaction.atomic():
        contract.save()
