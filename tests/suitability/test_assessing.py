"""Taking the test: what is kept, what is refused, how often, and what is told when the class changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import Client
from core.models import AuditEvent, OutboxEvent
from smart_products.suitability import operations
from smart_products.suitability.models import Assessment
from smart_products.suitability.operations import (
    AssessedLater,
    QuestionnaireReplaced,
    TooManyAssessments,
    decline_assessment,
    draft_questionnaire,
    publish_questionnaire,
)
from smart_products.suitability.queries import current_questionnaire, standing_of
from smart_products.suitability.rules import AnswersMissing, ImpossibleAnswers
from tests.accounts.organisation import AT, staff
from tests.suitability.house import (
    ANNA,
    BORIS,
    TODAY,
    assess,
    best,
    client,
    feed_says,
    furnish,
    publish,
    questionnaire,
    questionnaire_content,
    rules_content,
)

DAY = timedelta(days=1)


@pytest.fixture
def broker(db: None) -> None:
    furnish()


@pytest.fixture
def committed_broker(transactional_db: None) -> None:
    furnish()


def decline(who: Client, on: date = TODAY, **changes: Any) -> Assessment:
    asked = {"questionnaire": questionnaire(), "answers": {"age": ["to_30"]}, "on": on, "by": ANNA, "at": AT}
    return decline_assessment(client=who, **{**asked, **changes})


def told() -> list[tuple[str | None, str | None]]:
    """The class before and after of every event told."""
    events = OutboxEvent.objects.filter(kind="risk_class_changed").order_by("pk")
    return [(event.payload["before"]["risk_class"], event.payload["after"]["risk_class"]) for event in events]


@pytest.mark.usefixtures("broker")
class TestAssess:
    def test_what_was_answered_is_kept_with_what_it_came_to(self) -> None:
        made = Assessment.objects.get(pk=assess(client(), loss="to_10").pk)
        assert made.answers == best(loss="to_10")
        assert (made.points, made.risk_class, made.protected, made.declined) == (100, "C3", False, False)
        assert (made.assessed_on, made.expires_on) == (TODAY, date(2026, 6, 3))
        assert (made.questionnaire.number, made.rules.number) == (1, 1)

    def test_two_years_from_a_leap_day_end_on_28_february(self) -> None:
        assert assess(client(), date(2024, 2, 29)).expires_on == date(2026, 2, 28)

    def test_the_audit_row_tells_neither_answers_nor_class(self) -> None:
        made = assess(client())
        row = AuditEvent.objects.get(action="assess")
        assert (row.subject_key, row.user_id) == ("C2", ANNA.user_id)
        assert row.details == {"assessment": str(made.public_id), "questionnaire": 1, "on": "2024-06-03"}

    def test_a_change_of_class_is_told_and_an_equal_one_is_not(self) -> None:
        assess(client(), loss="to_10")
        assess(client(), TODAY + DAY, objective="steady")
        assess(client(), TODAY + 2 * DAY)
        assert told() == [(None, "C3"), ("C3", "C5")]
        event = OutboxEvent.objects.filter(kind="risk_class_changed").latest("pk")
        assert (event.subject_kind, event.subject_key, event.business_date) == ("client", "C2", TODAY + 2 * DAY)
        assert event.payload["client"] == str(client().public_id)

    def test_becoming_protected_within_the_lowest_class_is_told(self) -> None:
        publish(rules_content(feed={"lowest_is_protected": False, "professional_counts": False}), TODAY + DAY)
        feed_says("C2", TODAY, "C1", TODAY)
        assess(client(), TODAY + DAY, loss="nothing")
        assert told() == [("C1", "C1")]

    def test_a_class_that_does_not_count_is_not_told(self) -> None:
        feed_says("C2", TODAY, "C2", TODAY)
        assess(client(), TODAY)
        assert told() == []
        assert standing_of(client(), TODAY).risk_class == "C2"

    @pytest.mark.parametrize(
        ("answers", "error"),
        [
            ({**best(), "age": []}, AnswersMissing),
            ({}, AnswersMissing),
            ({**best(), "age": ["x"]}, ImpossibleAnswers),
            ({**best(), "x": ["y"]}, ImpossibleAnswers),
        ],
    )
    def test_incomplete_or_impossible_answers_leave_nothing(self, answers: Any, error: type[Exception]) -> None:
        with pytest.raises(error):
            operations.assess(client=client(), questionnaire=questionnaire(), answers=answers, on=TODAY, by=ANNA, at=AT)
        assert not Assessment.objects.exists()

    def test_only_the_questionnaire_in_force_can_be_answered(self) -> None:
        old = current_questionnaire(TODAY)
        draft = draft_questionnaire(content=questionnaire_content(caps=[]), by=ANNA, at=AT)
        publish_questionnaire(version=draft, valid_from=TODAY + DAY, on=TODAY, by=BORIS, at=AT)
        answered: dict[str, Any] = {"client": client(), "answers": best(horizon="to_1"), "by": ANNA, "at": AT}
        for wrong, on in ((old, TODAY + DAY), (current_questionnaire(TODAY + DAY), TODAY)):
            with pytest.raises(QuestionnaireReplaced):
                operations.assess(questionnaire=wrong, on=on, **answered)
        assert operations.assess(questionnaire=old, on=TODAY, **answered).risk_class == "C2"
        assert assess(client(), TODAY + DAY, horizon="to_1").risk_class == "C5"

    def test_nothing_is_assessed_before_what_was_assessed(self) -> None:
        assess(client())
        with pytest.raises(AssessedLater):
            assess(client(), TODAY - DAY)
        with pytest.raises(AssessedLater):
            decline(client(), TODAY - DAY)

    def test_the_test_is_taken_twice_a_day_and_eight_times_in_twelve_months(self) -> None:
        for day in (0, 0, 1, 1, 2, 2, 3):
            assess(client(), TODAY + day * DAY)
        assert self.again(TODAY) is None
        assess(client(), TODAY + 3 * DAY)
        assert self.again(TODAY + 3 * DAY) == date(2025, 6, 3)
        assert self.again(date(2025, 6, 2)) == date(2025, 6, 3)
        assess(client(), date(2025, 6, 3))
        assess(client(), date(2025, 6, 3))
        assert self.again(date(2025, 6, 3)) == date(2025, 6, 4)
        assert Assessment.objects.count() == 10

    def test_a_third_time_has_to_wait_for_tomorrow(self) -> None:
        assess(client())
        assess(client())
        assert self.again(TODAY) == TODAY + DAY
        assess(client("C4"))
        assess(client(), TODAY + DAY)

    def again(self, on: date) -> date | None:
        """The day from which the test can be taken again; None where another reason forbids it."""
        try:
            assess(client(), on)
        except TooManyAssessments as error:
            return error.again_on
        except AssessedLater:
            return None
        pytest.fail("the test could be taken")

    def test_how_often_is_data(self) -> None:
        publish(rules_content(retakes={"a_day": 1, "a_year": 50}), TODAY + DAY)
        assess(client(), TODAY + DAY)
        assert self.again(TODAY + DAY) == TODAY + 2 * DAY

    def test_a_repeated_call_returns_what_the_first_made(self) -> None:
        asked: dict[str, Any] = {"client": client(), "questionnaire": questionnaire(), "answers": best(), "on": TODAY}
        first = operations.assess(**asked, public_id=UUID(int=3), by=ANNA, at=AT)
        second = operations.assess(**asked, public_id=UUID(int=3), by=ANNA, at=AT)
        assert first.pk == second.pk
        assert Assessment.objects.count() == AuditEvent.objects.filter(action="assess").count() == 1
        with pytest.raises(IntegrityError), transaction.atomic():
            operations.assess(**{**asked, "client": client("C4")}, public_id=UUID(int=3), by=ANNA, at=AT)


@pytest.mark.usefixtures("broker")
class TestDecline:
    def test_a_refusal_is_kept_and_ends_what_was_known(self) -> None:
        assess(client())
        made = decline(client())
        assert (made.declined, made.points, made.risk_class, made.expires_on) == (True, None, "", None)
        assert made.answers == {"age": ["to_30"]}
        assert standing_of(client(), TODAY).declined
        assert standing_of(client(), TODAY).valid_class(TODAY) is None
        assert AuditEvent.objects.filter(action="decline_assessment").count() == 1
        assert OutboxEvent.objects.filter(kind="risk_class_changed").count() == 2

    def test_it_can_be_made_good_the_same_day_and_counts_as_no_attempt(self) -> None:
        assess(client())
        for _ in range(3):
            decline(client())
        assess(client())
        assert standing_of(client(), TODAY).valid_class(TODAY) == "C5"

    def test_impossible_answers_are_refused(self) -> None:
        with pytest.raises(ImpossibleAnswers):
            decline(client(), answers={"age": ["to_30", "to_50"]})
        assert decline(client(), answers={}).answers == {}

    def test_a_repeated_call_returns_what_the_first_made(self) -> None:
        assert decline(client(), public_id=UUID(int=4)).pk == decline(client(), public_id=UUID(int=4)).pk


@pytest.mark.usefixtures("broker")
class TestGuards:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE suitability_assessment SET risk_class = 'C5'",
            "UPDATE suitability_assessment SET answers = '{}'",
            "DELETE FROM suitability_assessment",
            "TRUNCATE suitability_assessment CASCADE",
        ],
    )
    def test_the_database_refuses_every_change(self, statement: str) -> None:
        assess(client(), loss="nothing")
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert Assessment.objects.get().protected

    @pytest.mark.parametrize(
        "changes",
        [
            {"risk_class": "C2", "protected": True},
            {"risk_class": ""},
            {"risk_class": "C6"},
            {"points": None},
            {"expires_on": TODAY - DAY},
            {"expires_on": None},
            {"declined": True},
        ],
    )
    def test_the_database_refuses_what_can_not_be(self, changes: dict[str, Any]) -> None:
        made = assess(client())
        made.pk, made.public_id = None, UUID(int=5)
        for name, value in changes.items():
            setattr(made, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            made.save(force_insert=True)

    def test_who_may_not_see_the_client_sees_no_assessment(self) -> None:
        assess(client())
        assert Assessment.objects.visible_to(staff("stranger")).count() == 0
        assert Assessment.objects.visible_to(staff("there", "O21")).count() == 0
        assert Assessment.objects.visible_to(staff("here", "B1")).count() == 1


def race(how_many: int, act: Callable[[], Any]) -> int:
    """Do something at once in so many threads; return how many had to wait for another day."""
    gate, raised = threading.Barrier(how_many), []

    def run() -> None:
        gate.wait()
        try:
            act()
        except TooManyAssessments as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(how_many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(raised)


@pytest.mark.usefixtures("committed_broker")
class TestAtOnce:
    def test_of_six_tests_at_once_two_are_taken(self) -> None:
        who = client()
        assert race(6, lambda: assess(who)) == 4
        assert Assessment.objects.count() == 2
        assert OutboxEvent.objects.filter(kind="risk_class_changed").count() == 1

    def test_without_the_lock_more_would_be(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The negative control: nobody locks, and all have looked before anyone writes."""
        gate, who = threading.Barrier(6, timeout=20), client()
        create = Assessment.objects.create

        def later(**values: Any) -> Assessment:
            gate.wait()
            return create(**values)

        monkeypatch.setattr(Assessment.objects, "create", later)
        monkeypatch.setattr(Client.objects, "select_for_update", lambda **_: Client.objects.all())
        assert race(6, lambda: assess(who)) == 0
        assert Assessment.objects.count() == 6
