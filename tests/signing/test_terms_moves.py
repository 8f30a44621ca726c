"""Contracts move to another version of terms in a batch: foreseen, confirmed by a second person, nobody left out."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction

from accounts.models import Notice
from core.actor import PersonNeeded, TwoPeopleNeeded
from core.limits import LIMITS
from core.models import AuditEvent, OutboxEvent
from smart_products.signing.consent import Consent, MilderConsent
from smart_products.signing.models import AppliedTerms, Contract, TermsMove, TermsMoveRow
from smart_products.signing.operations import (
    MoveOpen,
    NotNow,
    cancel_terms_move,
    charge_due,
    confirm_terms_move,
    pause,
    plan_terms_move,
    release,
    run_terms_moves,
    terminate,
)
from smart_products.signing.queries import terms_of, terms_on
from smart_products.signing.queries.terms_moves import NoSuchMove, counts_of, on_version, preview
from smart_products.signing.states import IN_FORCE
from tasks.outbox import dispatch_all
from tests.signing.contracts import BY, noon
from tests.signing.moves_of_terms import (
    NEXT,
    NOTICE,
    SIGN_AGAIN,
    SILENT,
    broker,
    confirmed,
    ending,
    person,
    plan,
    put,
    run,
    sign,
    version,
)
from tests.signing.signings import TODAY

pytestmark = pytest.mark.django_db

DUE = NEXT + timedelta(days=int(LIMITS["terms_move_days"].default))


def what(contract: Contract) -> tuple[str, str]:
    row = TermsMoveRow.objects.filter(contract=contract).latest("pk")
    return row.outcome, row.kept


def kinds() -> Counter[str]:
    return Counter(
        OutboxEvent.objects.filter(kind__startswith="terms_")
        .exclude(kind="terms_published")
        .values_list("kind", flat=True)
    )


@pytest.mark.parametrize("change", [SILENT, NOTICE, SIGN_AGAIN])
def test_the_dry_run_writes_nothing_and_says_what_a_run_comes_to(change: tuple[str, Any]) -> None:
    contracts = broker(change)
    put(contracts[0], "paused")
    put(contracts[1], "suspended")
    put(contracts[2], "ended")
    audited = AuditEvent.objects.count()
    foreseen = preview(version(1), version(2), NEXT)
    assert foreseen.contracts == sum(foreseen.counts.values()) == 5
    assert foreseen.counts["kept.paused"] == foreseen.counts["kept.suspended"] == 1
    assert (AuditEvent.objects.count(), TermsMove.objects.count(), TermsMoveRow.objects.count()) == (audited, 0, 0)
    move = run(confirmed())
    assert counts_of(move) == foreseen.counts
    assert move.rows.count() == 5


def test_lower_fees_apply_without_a_word_from_the_day_on_and_the_signed_terms_stay() -> None:
    first, *_others = broker(SILENT)
    signed = (first.terms_digest, first.agreed)
    move = run(confirmed())
    first.refresh_from_db()
    assert (move.state, what(first), kinds()) == ("finished", ("moved", ""), Counter())
    assert (first.terms_digest, first.agreed) == signed
    assert terms_of(first).fees[0].amount_fen == 500
    assert (terms_on(first, TODAY).digest, terms_on(first, NEXT).digest) == (version(1).digest, version(2).digest)
    row = AppliedTerms.objects.get(contract=first)
    assert (row.since, row.row.move, row.terms_digest) == (NEXT, move, version(2).digest)
    assert AuditEvent.objects.filter(action="terms_moved", subject_key=first.number).count() == 1
    assert on_version(version(1)).count() == 0
    assert on_version(version(2)).count() == 6


def test_each_day_is_charged_by_the_terms_of_that_day() -> None:
    first, *_others = broker(SILENT, count=1)
    middle = TODAY + timedelta(days=10)
    run(confirmed(middle), middle)
    later = TODAY + timedelta(days=40)
    first.refresh_from_db()
    charge_due(on=later, assets_fen={}, by=BY, at=noon(later))
    month = 31
    assert list(first.charges.order_by("first").values_list("amount_fen", "terms_digest")) == [
        (1000 * 10 // month, version(1).digest),
        (500 * 21 // month, version(2).digest),
    ]


def test_a_shorter_pause_is_told_and_applies_after_the_days_named() -> None:
    first, second, third, *_others = broker(NOTICE)
    move = run(confirmed())
    assert (move.state, counts_of(move)) == ("running", {"told_waiting": 6})
    dispatch_all()
    assert Notice.objects.filter(kind="terms_told").count() == 6
    assert Notice.objects.filter(kind="terms_told").first().params["until"] == DUE.isoformat()  # type: ignore[union-attr]
    assert terms_of(first).pause.longest_days == 30
    terminate(contract=second, reason="client.cost", on=NEXT, by=BY, at=noon(NEXT))
    put(third, "suspended", NEXT)
    assert run(move, DUE - timedelta(days=1)).state == "running"
    assert counts_of(move) == {"told_waiting": 5, "declined": 1}
    assert run(move, DUE).state == "finished"
    assert counts_of(move) == {"moved": 4, "declined": 1, "kept.suspended": 1}
    first.refresh_from_db()
    assert terms_of(first).pause.longest_days == 10
    assert kinds() == {"terms_told": 6, "terms_moved": 4, "terms_kept": 1}


def test_who_does_not_sign_a_higher_fee_keeps_the_old_one() -> None:
    first, *_others = broker(SIGN_AGAIN, count=2)
    move = run(confirmed())
    assert counts_of(move) == {"asked_to_sign": 2}
    assert run(move, DUE).state == "finished"
    assert counts_of(move) == {"kept.unsigned": 2}
    first.refresh_from_db()
    assert (first.state, terms_of(first).fees[0].amount_fen) == ("active", 1000)
    assert kinds() == {"terms_to_sign": 2, "terms_kept": 2}


def test_a_batch_may_end_what_is_not_signed() -> None:
    first, *_others = broker(SIGN_AGAIN, count=2)
    move = run(ending())
    run(move, DUE)
    first.refresh_from_db()
    assert counts_of(move) == {"declined": 2}
    assert first.end_reason is not None
    assert (first.state, first.end_reason.code) == ("terminated", "broker.terms")


def test_a_follower_that_is_signed_ends_the_contract_on_its_day_and_gives_fees_back_once() -> None:
    first, *_others = broker(SIGN_AGAIN, count=2)
    move = run(confirmed())
    again = sign("R000", NEXT, version(2), follows=first)
    first.refresh_from_db()
    assert (first.state, first.ended_on, again.state) == ("terminated", NEXT, "active")
    assert first.subscription is not None
    assert again.subscription is not None
    assert (first.subscription.end, again.subscription.start) == (NEXT, NEXT)
    assert first.subscription.end_reason == "switched"
    run(move, NEXT)
    assert counts_of(move) == {"asked_to_sign": 1, "signed_again": 1}
    assert terms_of(again).fees[0].amount_fen == 2000


def test_a_person_may_ask_for_more_and_never_for_less() -> None:
    broker(NOTICE, count=1)
    with pytest.raises(MilderConsent):
        plan(wish=Consent.SILENT)
    move = plan(wish=Consent.SIGN_AGAIN)
    assert (move.needed, move.consent) == ("notice", "sign_again")
    with pytest.raises(IntegrityError), transaction.atomic():
        TermsMove.objects.filter(pk=move.pk).update(consent="silent")


def test_a_second_person_confirms_and_nothing_runs_before() -> None:
    broker(SILENT, count=1)
    with pytest.raises(PersonNeeded):
        plan_terms_move(before=version(1), after=version(2), on=NEXT, by=BY, at=noon(NEXT))
    move = plan()
    with pytest.raises(NotNow):
        run(move)
    for by, refusal in ((person("planner"), TwoPeopleNeeded), (BY, PersonNeeded)):
        with pytest.raises(refusal):
            confirm_terms_move(move=move, by=by, at=noon(NEXT))
    confirm_terms_move(move=move, by=person("checker"), at=noon(NEXT))
    with pytest.raises(NotNow):
        confirm_terms_move(move=move, by=person("checker"), at=noon(NEXT))
    with pytest.raises(IntegrityError), transaction.atomic():
        TermsMove.objects.filter(pk=move.pk).update(confirmed_by=move.planned_by)
    run(move)
    with pytest.raises(NotNow):
        run(move)


def test_of_a_product_one_move_is_open_and_only_to_what_is_in_force() -> None:
    broker(SILENT, count=1)
    with pytest.raises(NoSuchMove):
        plan(TODAY)
    with pytest.raises(NoSuchMove):
        plan(before=version(2))
    move = plan()
    with pytest.raises(MoveOpen) as refusal:
        plan()
    assert refusal.value.move == move


def test_cancelled_before_it_began_nothing_moved_and_nobody_hears_of_it() -> None:
    first, *_others = broker(SILENT, count=2)
    move = cancel_terms_move(move=confirmed(), on=NEXT, by=person("checker"), at=noon(NEXT))
    assert (move.state, counts_of(move), kinds()) == ("cancelled", {"kept.cancelled": 2}, Counter())
    with pytest.raises(NotNow):
        run(move)
    first.refresh_from_db()
    assert terms_of(first).digest == version(1).digest
    assert plan().state == "planned"


def test_cancelled_after_it_was_told_everybody_told_is_told_again() -> None:
    broker(NOTICE, count=3)
    move = run(confirmed())
    cancel_terms_move(move=move, on=NEXT, by=person("planner"), at=noon(NEXT))
    cancel_terms_move(move=move, on=NEXT, by=person("planner"), at=noon(NEXT))
    assert counts_of(move) == {"kept.cancelled": 3}
    assert kinds() == {"terms_told": 3, "terms_kept": 3}
    assert run_terms_moves(on=DUE, by=BY, at=noon(DUE)) == {}
    assert AppliedTerms.objects.count() == 0


def test_what_is_over_can_not_be_taken_back() -> None:
    broker(SILENT, count=1)
    move = run(confirmed())
    with pytest.raises(NotNow):
        cancel_terms_move(move=move, on=NEXT, by=person("planner"), at=noon(NEXT))
    assert counts_of(move) == {"moved": 1}


def test_who_signs_the_old_version_meanwhile_gets_a_row_too() -> None:
    broker(NOTICE, count=2)
    move = run(confirmed())
    later = NEXT + timedelta(days=5)
    sign("C1", later, version(1))
    run(move, later)
    run(move, DUE)
    assert counts_of(move) == {"moved": 2, "told_waiting": 1}
    run(move, DUE + timedelta(days=5))
    assert (counts_of(move), TermsMove.objects.get().state) == ({"moved": 3}, "finished")


def test_the_night_runs_what_is_confirmed_and_says_what_stands_in_the_way() -> None:
    broker(SILENT, count=2)
    move = confirmed()
    assert run_terms_moves(on=TODAY, by=BY, at=noon(TODAY)).keys() == {str(move.public_id)}
    assert counts_of(move) == {"waiting": 2}
    assert run_terms_moves(on=NEXT, by=BY, at=noon(NEXT)) == {}
    assert counts_of(move) == {"moved": 2}
    assert run_terms_moves(on=NEXT, by=BY, at=noon(NEXT)) == {}


def test_what_was_kept_can_move_in_a_later_batch() -> None:
    first, *_others = broker(SILENT, count=2)
    put(first, "suspended")
    run(confirmed())
    release(contract=first, cause="court", on=NEXT, by=BY, at=noon(NEXT))
    assert counts_of(run(confirmed())) == {"moved": 1}
    assert on_version(version(1)).count() == 0


def test_a_client_whom_the_new_terms_do_not_fit_keeps_his_and_the_lowest_class_is_never_asked() -> None:
    broker(("risk_level", "R5"), count=2)
    counts = preview(version(1), version(2), NEXT).counts
    assert preview(version(1), version(2), NEXT).needed == Consent.SIGN_AGAIN
    assert sum(counts.values()) == 2
    assert counts_of(run(confirmed())) == counts


def test_the_database_keeps_what_was_signed_and_what_applied() -> None:
    first, *_others = broker(SILENT, count=1)
    run(confirmed())
    for act in (
        lambda: Contract.objects.filter(pk=first.pk).update(terms_digest="e" * 64),
        lambda: Contract.objects.filter(pk=first.pk).update(agreed={}),
        lambda: Contract.objects.filter(pk=first.pk).update(follows=first.pk),
        lambda: AppliedTerms.objects.update(since=TODAY),
        lambda: AppliedTerms.objects.all().delete(),
    ):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            act()


def test_the_new_rules_of_a_pause_hold_after_the_move() -> None:
    first, *_others = broker(NOTICE, count=1)
    move = run(confirmed())
    run(move, DUE)
    with pytest.raises(ValueError, match="at most 10 days"):
        pause(contract=first, until=DUE + timedelta(days=20), on=DUE, by=BY, at=noon(DUE))
    assert Contract.objects.filter(state__in=IN_FORCE).count() == 1
