"""Moves to other terms that are killed between and inside chunks, or run twice at once, come to the same."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from core.models import AuditEvent, OutboxEvent
from smart_products.signing.models import AppliedTerms, TermsMove
from smart_products.signing.operations import NotNow, cancel_terms_move, terminate
from smart_products.signing.queries.terms_moves import counts_of, on_version, preview
from tests.signing.contracts import BY, noon
from tests.signing.moves_of_terms import NEXT, NOTICE, SILENT, broker, confirmed, person, put, run, version

pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """What no code of ours catches."""


def at_once(*acts: Callable[[], object]) -> list[Exception]:
    """Run acts in threads that start together; return what they raised."""
    gate = threading.Barrier(len(acts))
    raised: list[Exception] = []

    def one(act: Callable[[], object]) -> None:
        try:
            gate.wait(10)
            act()
        except Exception as problem:  # noqa: BLE001
            raised.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.parametrize("change", [SILENT, NOTICE])
@pytest.mark.parametrize("killed_after", [2, *(pytest.param(one, marks=pytest.mark.slow) for one in (1, 3))])
def test_killed_between_chunks_the_next_run_goes_on_to_the_same_end(change: tuple[str, Any], killed_after: int) -> None:
    contracts = broker(change, count=7)
    put(contracts[3], "suspended")
    foreseen = preview(version(1), version(2), NEXT).counts
    move, seen = confirmed(), []

    def kill(count: int) -> None:
        seen.append(count)
        if len(seen) == killed_after:
            raise Killed

    with pytest.raises(Killed):
        run(move, chunk=2, progress=kill)
    counts = counts_of(move)
    assert (counts["waiting"], sum(counts.values())) == (7 - 2 * killed_after, 7)
    run(move, chunk=2)
    assert counts_of(move) == foreseen
    told = OutboxEvent.objects.filter(kind="terms_told").count()
    moved = AuditEvent.objects.filter(action="terms_moved").count()
    assert told + moved == 6
    assert AppliedTerms.objects.count() == moved


def test_killed_inside_a_chunk_nothing_of_it_was_done() -> None:
    broker(SILENT, count=6)
    move = confirmed()
    with connection.cursor() as cursor:  # the fourth contract fails, in the second chunk
        cursor.execute(
            "CREATE FUNCTION fail_fourth() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF (SELECT count(*) FROM signing_appliedterms) >= 3 THEN RAISE EXCEPTION 'power cut'; END IF;"
            " RETURN NEW; END $$;"
            " CREATE TRIGGER fail_fourth BEFORE INSERT ON signing_appliedterms"
            " FOR EACH ROW EXECUTE FUNCTION fail_fourth()"
        )
    try:
        with pytest.raises(Exception, match="power cut"):
            run(move, chunk=2)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER fail_fourth ON signing_appliedterms; DROP FUNCTION fail_fourth()")
    assert (counts_of(move), AppliedTerms.objects.count()) == ({"moved": 2, "waiting": 4}, 2)
    assert AuditEvent.objects.filter(action="terms_moved").count() == 2
    run(move, chunk=2)
    assert counts_of(move) == {"moved": 6}


@pytest.mark.parametrize("guarded", [True, False])
def test_two_workers_at_once_tell_everybody_once(guarded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    broker(NOTICE, count=8)
    move = confirmed()
    if not guarded:  # the negative control: without row locks, clients are told twice
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows.all())
        together = threading.Barrier(2)
        foreseen = preview.__globals__["expectations"]
        names = run.__globals__["run_terms_move"].__globals__

        def look_together(*given: Any, **named: Any) -> Any:
            found = foreseen(*given, **named)
            if found:
                together.wait(10)
            return found

        monkeypatch.setitem(names, "expectations", look_together)
    raised = at_once(lambda: run(move, chunk=8), lambda: run(move, chunk=8))
    told = OutboxEvent.objects.filter(kind="terms_told").count()
    assert raised == []
    assert told == (8 if guarded else 16)
    assert counts_of(move) == {"told_waiting": 8}


def test_who_leaves_while_it_runs_has_left_or_is_moved_and_left() -> None:
    contracts = broker(SILENT, count=10)
    move = confirmed()

    def leave() -> None:
        for one in contracts[::2]:
            terminate(contract=one, reason="client.cost", on=NEXT, by=BY, at=noon(NEXT))

    assert at_once(lambda: run(move, chunk=3), leave) == []
    counts = counts_of(move)
    assert sum(counts.values()) == 10
    assert counts["moved"] >= 5
    assert on_version(version(1)).count() == 0


def test_cancelled_while_it_runs_each_contract_is_moved_or_kept_and_none_is_both() -> None:
    broker(SILENT, count=12)
    move = confirmed()
    cancel: dict[str, Any] = {"move": move, "on": NEXT, "by": person("planner"), "at": noon(NEXT)}
    raised = at_once(lambda: run(move, chunk=2), lambda: cancel_terms_move(**cancel))
    assert all(isinstance(problem, NotNow) for problem in raised)
    counts = counts_of(move)
    assert counts.get("moved", 0) + counts.get("kept.cancelled", 0) == 12
    assert AppliedTerms.objects.count() == counts.get("moved", 0)
    assert TermsMove.objects.get().state in {"cancelled", "finished"}
