"""Live contracts are judged again when a class or a grade changed: told, confirmed in time, suspended, released."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AssetAccount, ClientLogin, Notice, User
from accounts.operations import AccountRow, ClientRow, merge_accounts, merge_clients
from accounts.rules import NoticeKind
from core.actor import Actor
from core.limits import LIMITS
from core.models import OutboxEvent
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.catalogue.terms import Terms
from smart_products.signing.acknowledgements import sentences
from smart_products.signing.models import Contract, Rematch, RematchState
from smart_products.signing.operations import (
    MatchOpen,
    NothingToConfirm,
    NotTheClient,
    Rematched,
    complete_signing,
    confirm_rematch,
    open_contract,
    record_match,
    release,
    rematch,
    suspend,
)
from smart_products.signing.states import ContractState, MatchOutcome
from smart_products.signing.steps import NotAcknowledged, Step
from smart_products.suitability.operations import decide
from tasks.outbox import dispatch_all
from tests.accounts.organisation import AT, BY, FIRST, SOURCE
from tests.catalogue.terms_samples import acting, changed, publish
from tests.signing.contracts import FREE, PAPERS, noon
from tests.signing.signings import TODAY, prepare
from tests.suitability.house import assess, feed_says
from tests.suitability.house import client as client_of_code

pytestmark = pytest.mark.django_db

NEXT = TODAY + timedelta(days=1)


def sign(code: str = "C1") -> Contract:
    """Have a client sign the grid product on a real decision; papers and proof are not what is tested here."""
    client, product, at = client_of_code(code), Product.objects.get(code="GRID"), noon(TODAY)
    version = TermsVersion.objects.get(product=product)
    account = AssetAccount.objects.get(source=SOURCE, code=f"A{code[1:]}")
    made = open_contract(client=client, product=product, account=account, terms=FREE, on=TODAY, by=BY, at=at)
    decision = decide(
        client=client, product=product, terms_public_id=version.public_id, terms_digest=version.digest,
        risk_level="R3", regulatory_class="tool", on=TODAY, by=BY, at=at,
    )  # fmt: skip
    outcome = MatchOutcome(decision.outcome)
    record_match(contract=made, decision_id=decision.public_id, outcome=outcome, by=BY, at=at)
    return complete_signing(contract=made, papers=PAPERS, signature="s" * 64, on=TODAY, by=BY, at=at)


def regrade(level: str = "R4", day: date = NEXT) -> None:
    """Publish the grid product anew, at another level."""
    people = [acting(User.objects.create(username=f"{name} of {level}")) for name in ("author", "colleague")]
    publish(Product.objects.get(code="GRID"), Terms.read(changed("risk_level", level)), *people, valid_from=day)


def login(code: str = "C1") -> Actor:
    user = User.objects.create(username=f"login of {code}")
    ClientLogin.objects.create(user=user, client=client_of_code(code), registered_at=AT)
    return acting(user)


def confirm(**who: Any) -> Any:
    """Acknowledge every sentence of the special warning."""
    return confirm_rematch(ticked=sentences(Step.SPECIAL_WARNING, "tool", "zh"), language="zh", **who)


def run(day: date) -> Rematched:
    return rematch(on=day, by=BY, at=noon(day))


def state(contract: Contract) -> str:
    contract.refresh_from_db()
    return contract.state


def told() -> list[dict[str, Any]]:
    events = OutboxEvent.objects.filter(kind="rematched").order_by("pk")
    return list(events.values_list("payload", flat=True))


def test_nothing_changed_nothing_is_asked() -> None:
    prepare()
    contract = sign()
    assert run(NEXT) == Rematched(1, 0, 0, 0)
    assert (state(contract), told()) == (ContractState.ACTIVE, [])


def test_a_riskier_grade_is_told_once_and_suspends_who_does_not_confirm_in_time() -> None:
    prepare()
    contract = sign()
    regrade()
    last = NEXT + timedelta(days=int(LIMITS["rematch_days"].default))
    assert run(NEXT).asked == 1
    assert run(NEXT) == run(last) == Rematched(1, 0, 0, 0)
    assert [(one["outcome"], one["until"]) for one in told()] == [("warning", last.isoformat())]
    assert state(contract) == ContractState.ACTIVE
    assert run(last + timedelta(days=1)).suspended == 1
    assert (state(contract), Rematch.objects.get().state) == (ContractState.SUSPENDED, RematchState.SUSPENDED)
    assert run(last + timedelta(days=2)) == Rematched(1, 0, 0, 0)
    assert len(told()) == 1


@pytest.mark.parametrize("late", [False, True])
def test_who_confirms_goes_on_by_a_new_decision(late: bool) -> None:
    prepare()
    contract, by = sign(), login()
    regrade()
    run(NEXT)
    day = NEXT + timedelta(days=int(LIMITS["rematch_days"].default) + 1 if late else 1)
    run(day)
    assert state(contract) == (ContractState.SUSPENDED if late else ContractState.ACTIVE)
    decision = confirm(contract=contract, on=day, by=by, at=noon(day))
    assert (decision.outcome, decision.risk_level) == ("warning", "R4")
    assert (state(contract), Rematch.objects.get().decision) == (ContractState.ACTIVE, decision.public_id)
    assert run(day + timedelta(days=90)) == Rematched(1, 0, 0, 0)
    with pytest.raises(NothingToConfirm):
        confirm(contract=contract, on=day, by=by, at=noon(day))


def test_every_sentence_is_confirmed_word_for_word_and_kept() -> None:
    prepare()
    contract, by = sign(), login()
    regrade()
    run(NEXT)
    told = sentences(Step.SPECIAL_WARNING, "tool", "zh")
    for ticked in ((), told[:1], (*told[:1], "yes")):
        with pytest.raises(NotAcknowledged):
            confirm_rematch(contract=contract, ticked=ticked, language="zh", on=NEXT, by=by, at=noon(NEXT))
    assert Rematch.objects.get().acknowledged == []
    confirm(contract=contract, on=NEXT, by=by, at=noon(NEXT))
    assert Rematch.objects.get().acknowledged == list(told)


def test_nobody_confirms_for_the_client() -> None:
    prepare()
    contract = sign()
    regrade()
    run(NEXT)
    for by in (BY, login("C3")):
        with pytest.raises(NotTheClient):
            confirm(contract=contract, on=NEXT, by=by, at=noon(NEXT))


def test_the_protected_lowest_class_is_suspended_at_once_and_can_not_confirm() -> None:
    prepare()
    contract, by = sign(), login()
    feed_says("C1", NEXT, "C1", NEXT)
    assert run(NEXT) == Rematched(1, 1, 1, 0)
    assert state(contract) == ContractState.SUSPENDED
    with pytest.raises(NothingToConfirm):
        confirm(contract=contract, on=NEXT, by=by, at=noon(NEXT))
    feed_says("C1", NEXT + timedelta(days=1), "C3", NEXT + timedelta(days=1))
    assert run(NEXT + timedelta(days=1)).settled == 1
    assert (state(contract), Rematch.objects.get().state) == (ContractState.ACTIVE, RematchState.SETTLED)


def test_a_class_that_expired_has_time_to_be_renewed_and_the_test_settles_it() -> None:
    prepare()
    contract = sign()
    over = FIRST + timedelta(days=3 * 366)
    assert run(over) == Rematched(1, 1, 0, 0)
    assert state(contract) == ContractState.ACTIVE
    later = over + timedelta(days=int(LIMITS["rematch_days"].default) + 1)
    assert run(later).suspended == 1
    assess(client_of_code(), later)  # of another client: changes nothing here
    assert run(later) == Rematched(1, 0, 0, 0)
    assess(client_of_code("C1"), later)
    assert run(later).settled == 1
    assert state(contract) == ContractState.ACTIVE


def test_what_somebody_else_suspended_stays_theirs() -> None:
    prepare()
    contract = sign()
    suspend(contract=contract, cause="court", on=TODAY, by=BY, at=noon(TODAY))
    feed_says("C1", NEXT, "C1", NEXT)
    run(NEXT)
    feed_says("C1", NEXT + timedelta(days=1), "C3", NEXT + timedelta(days=1))
    assert run(NEXT + timedelta(days=1)).settled == 1
    assert state(contract) == ContractState.SUSPENDED


def test_a_further_change_replaces_the_question() -> None:
    prepare()
    contract = sign()
    regrade()
    run(NEXT)
    feed_says("C1", NEXT + timedelta(days=1), "C1", NEXT + timedelta(days=1))
    assert run(NEXT + timedelta(days=1)).asked == 1
    assert list(Rematch.objects.values_list("state", "outcome")) == [("replaced", "warning"), ("suspended", "refused")]
    assert state(contract) == ContractState.SUSPENDED


def test_the_database_keeps_one_open_question_a_contract() -> None:
    prepare()
    sign()
    regrade()
    run(NEXT)
    question = Rematch.objects.get()
    question.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        question.save()


def test_a_class_that_changes_here_is_absorbed_and_the_client_is_told() -> None:
    prepare()
    contract = sign()
    contract.client.refresh_from_db()
    assess(contract.client, TODAY, capacity="limited")
    dispatch_all()
    dispatch_all()
    event = OutboxEvent.objects.get(kind="risk_class_changed")
    assert event.payload["client"] == str(contract.client.public_id)
    assert state(contract) == ContractState.SUSPENDED
    kinds = Counter(Notice.objects.filter(client=contract.client).values_list("kind", flat=True))
    assert (kinds[NoticeKind.REMATCHED], kinds[NoticeKind.SUSPENDED]) == (1, 1)


def test_what_the_match_withholds_nobody_releases() -> None:
    prepare()
    contract = sign()
    feed_says("C1", NEXT, "C1", NEXT)
    assert run(NEXT).suspended == 1
    with pytest.raises(MatchOpen):
        release(contract=contract, cause="court", on=NEXT, by=BY, at=noon(NEXT))
    assert state(contract) == ContractState.SUSPENDED


def test_many_are_judged_in_one_run() -> None:
    prepare()
    codes = [f"R{number:03d}" for number in range(30)]
    rows = [ClientRow(code, FIRST, "O11", "app", "ordinary", "C3", FIRST, FIRST) for code in codes]
    merge_clients(source=SOURCE, upserts=rows, by=BY, at=AT)
    merge_accounts(source=SOURCE, upserts=[AccountRow(f"A{code[1:]}", code, FIRST) for code in codes], by=BY, at=AT)
    for code in codes:
        sign(code)
    for code in codes[:10]:
        feed_says(code, NEXT, "C1", NEXT)
    assert run(NEXT) == Rematched(30, 10, 10, 0)
    states = Counter(Contract.objects.values_list("state", flat=True))
    assert states == {ContractState.SUSPENDED: 10, ContractState.ACTIVE: 20}
    assert run(NEXT) == Rematched(30, 0, 0, 0)
