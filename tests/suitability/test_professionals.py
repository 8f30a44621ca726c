"""Professional investors: papers, two people, a time, and what changes with it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core.actor import system
from core.models import AuditEvent, OutboxEvent
from smart_products.suitability.models import ProfessionalStatus
from smart_products.suitability.operations import (
    AlreadyProfessional,
    EvidenceError,
    PersonNeeded,
    TwoPeopleNeeded,
    accept_professional,
    end_professional,
    refuse_professional,
    submit_professional,
)
from smart_products.suitability.queries import standing_of
from smart_products.suitability.states import IllegalMove
from tests.accounts.organisation import AT, staff
from tests.suitability.house import ANNA, BORIS, TODAY, assess, client, decided, furnish

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PAPERS = ("0" * 64, "f" * 64)
UNTIL = date(2025, 6, 3)


@pytest.fixture(autouse=True)
def _house(db: None) -> None:
    furnish()


def submit(since: date = TODAY, until: date = UNTIL, evidence: Any = PAPERS, code: str = "C2") -> ProfessionalStatus:
    who = client(code)
    return submit_professional(client=who, since=since, until=until, evidence=evidence, on=TODAY, by=ANNA, at=AT)


def accept(status: ProfessionalStatus, on: date = TODAY) -> ProfessionalStatus:
    return accept_professional(status=status, on=on, by=BORIS, at=AT)


def professional(on: date) -> bool:
    return standing_of(client(), on).investor_class == "professional"


def test_a_status_counts_once_it_is_accepted_and_for_its_time_alone() -> None:
    status = submit(TODAY + DAY)
    assert not professional(TODAY + DAY)
    accept(status)
    assert [professional(day) for day in (TODAY, TODAY + DAY, UNTIL - DAY, UNTIL)] == [False, True, True, False]


def test_another_person_reviews() -> None:
    status = submit()
    for step in (accept_professional, refuse_professional):
        on: dict[str, Any] = {"on": TODAY} if step is accept_professional else {}
        with pytest.raises(TwoPeopleNeeded):
            step(status=status, **on, by=ANNA, at=AT)
        with pytest.raises(PersonNeeded):
            step(status=status, **on, by=system("robot"), at=AT)
    assert not professional(TODAY)
    with pytest.raises(DatabaseError, match="two_people"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE suitability_professionalstatus"
            " SET state = 'accepted', reviewed_by = submitted_by, reviewed_at = now()"
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"evidence": ()},
        {"evidence": ("0" * 63,)},
        {"evidence": ("0" * 64, "F" * 64)},
        {"until": TODAY},
        {"until": date(2025, 6, 4)},
    ],
)
def test_papers_are_named_by_their_hash_and_hold_a_year_at_most(wrong: dict[str, Any]) -> None:
    with pytest.raises(EvidenceError):
        submit(**wrong)
    assert not ProfessionalStatus.objects.exists()


def test_refused_evidence_never_counts_and_can_be_followed_by_other() -> None:
    refused = refuse_professional(status=submit(), by=BORIS, at=AT)
    assert (refused.state, professional(TODAY)) == ("refused", False)
    with pytest.raises(IllegalMove):
        accept(refused)
    accept(submit())
    assert professional(TODAY)


def test_a_client_has_one_under_review_and_no_two_for_one_day() -> None:
    first = submit()
    with pytest.raises(AlreadyProfessional):
        submit()
    submit(code="C4")
    accept(first)
    second = submit(UNTIL - DAY, UNTIL + DAY)
    with pytest.raises(AlreadyProfessional), transaction.atomic():
        accept(second)
    refuse_professional(status=second, by=BORIS, at=AT)
    accept(submit(UNTIL, UNTIL + DAY))
    assert professional(UNTIL)


def test_an_end_before_its_time_is_kept_and_makes_room() -> None:
    status = accept(submit())
    ended = end_professional(status=status, on=TODAY + 10 * DAY, by=ANNA, at=AT)
    assert (ended.ended_on, ended.ended_by) == (TODAY + 10 * DAY, "user:901")
    assert [professional(TODAY + days * DAY) for days in (0, 9, 10)] == [True, True, False]
    with pytest.raises(IllegalMove):
        end_professional(status=status, on=TODAY, by=ANNA, at=AT)
    accept(submit(TODAY + 10 * DAY, UNTIL))
    assert professional(TODAY + 10 * DAY)


def test_one_that_never_began_holds_on_no_day_and_one_that_is_over_can_not_be_ended() -> None:
    status = accept(submit(TODAY + 5 * DAY))
    assert end_professional(status=status, on=TODAY, by=ANNA, at=AT).ended_on == TODAY + 5 * DAY
    assert not professional(TODAY + 5 * DAY)
    over = accept(submit(TODAY, TODAY + 5 * DAY))
    with pytest.raises(EvidenceError):
        end_professional(status=over, on=TODAY + 5 * DAY, by=ANNA, at=AT)


def test_becoming_and_ceasing_to_be_professional_is_told_and_audited() -> None:
    status = accept(submit())
    end_professional(status=status, on=TODAY, by=BORIS, at=AT)
    events = OutboxEvent.objects.filter(kind="risk_class_changed").order_by("pk")
    assert [
        (event.payload["before"]["investor_class"], event.payload["after"]["investor_class"]) for event in events
    ] == [("ordinary", "professional"), ("professional", "ordinary")]
    actions = AuditEvent.objects.filter(action__endswith="_professional").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        *("submit_professional", "accept_professional", "end_professional")
    ]


def test_a_professional_investor_is_matched_as_one_and_the_protected_are_not() -> None:
    assert decided(client(), "R3").outcome == "refused"
    accept(submit())
    assert decided(client(), "R3").outcome == "fit"
    assess(client(), loss="nothing")
    found = decided(client(), "R3")
    assert (found.outcome, found.reasons, found.investor_class) == ("refused", ["protected"], "professional")
    assert decided(client(), "R1").outcome == "fit"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE suitability_professionalstatus SET until = until + 1000",
        "UPDATE suitability_professionalstatus SET reviewed_by = 'user:1'",
        "UPDATE suitability_professionalstatus SET state = 'submitted', reviewed_by = NULL, reviewed_at = NULL",
        "UPDATE suitability_professionalstatus SET state = 'ended', ended_at = now(), ended_by = 'user:1'",
        "DELETE FROM suitability_professionalstatus",
        "TRUNCATE suitability_professionalstatus",
    ],
)
def test_the_database_refuses_any_other_change(statement: str) -> None:
    accept(submit())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_who_may_not_see_the_client_sees_no_evidence() -> None:
    submit()
    assert ProfessionalStatus.objects.visible_to(staff("stranger")).count() == 0
    assert ProfessionalStatus.objects.visible_to(staff("there", "O21")).count() == 0
    assert ProfessionalStatus.objects.visible_to(staff("here", "B1")).count() == 1
