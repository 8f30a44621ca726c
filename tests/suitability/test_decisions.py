"""Decisions: kept with all their inputs, worked out again to the same answer, held against what clients are now."""

from __future__ import annotations

import copy
import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from core.models import AuditEvent
from smart_products.catalogue.models import Product
from smart_products.suitability import operations, rules
from smart_products.suitability.models import Decision
from smart_products.suitability.operations import draft_questionnaire, publish_questionnaire
from smart_products.suitability.queries import (
    ContentAltered,
    NoSuchDecision,
    NothingPublished,
    changed_since,
    current_questionnaire,
    decision_of,
    record_of,
    replay,
    standing_of,
    weakened,
    words_of,
)
from smart_products.suitability.rules import ReplayBroken, Verdict
from tests.accounts.organisation import AT, staff
from tests.effort import examples
from tests.suitability.house import (
    ANNA,
    BORIS,
    DIGEST,
    QUESTIONS,
    START,
    TERMS,
    TODAY,
    answers_strategy,
    assess,
    client,
    decided,
    feed_says,
    furnish,
    publish,
    questionnaire_content,
    rules_content,
    rules_contents,
)
from tests.suitability.test_content import paths, put

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
UNTIL = date(2026, 6, 3)


@pytest.fixture(autouse=True)
def _house(db: None) -> None:
    furnish()


def verdict(decision: Decision) -> Verdict:
    return Verdict(decision.outcome, tuple(decision.reasons), decision.thinking_hours, decision.follow_up)


def nothing_fits() -> Any:
    """Rules under which nothing fits anybody."""
    refused = dict.fromkeys(rules.LEVELS, "refused")
    classes: Any = dict.fromkeys(rules.CLASSES, refused)
    return rules_content(matrix={"ordinary": classes, "professional": {"none": refused, **classes}})


class TestDecide:
    def test_all_that_was_decided_from_is_kept(self) -> None:
        taken = assess(client(), loss="to_10")
        made = Decision.objects.get(pk=decided(client(), "R5").pk)
        assert (made.outcome, made.reasons) == ("warning", ["above_class", "thinking_time", "follow_up"])
        assert (made.thinking_hours, made.follow_up, made.risk_class, made.protected) == (24, True, "C3", False)
        assert (made.terms_public_id, made.terms_digest, made.decided_on) == (TERMS, DIGEST, TODAY)
        kept = made.inputs
        assert kept["match"] == {
            "product": "GRID",
            "terms_public_id": str(TERMS),
            "terms_digest": DIGEST,
            "risk_level": "R5",
            "regulatory_class": "tool",
        }
        assert kept["assessment"] == {
            "public_id": str(taken.public_id),
            "questionnaire": taken.questionnaire.digest,
            "answers": taken.answers,
            "points": 100,
        }
        assert kept["standing"] == {
            "risk_class": "C3",
            "protected": False,
            "investor_class": "ordinary",
            "assessed_on": "2024-06-03",
            "expires_on": "2026-06-03",
            "source": "here",
            "declined": False,
        }
        assert (kept["rules"], kept["on"], kept["schema"]) == (made.rules.digest, "2024-06-03", 1)

    def test_a_refusal_is_a_decision_too(self) -> None:
        made = decided(client())
        assert (made.outcome, made.reasons, made.assessment_id) == ("refused", ["no_assessment"], None)
        assert made.inputs["assessment"] is None
        assert replay(made) == verdict(made)

    def test_every_boundary_day_of_an_assessment(self) -> None:
        assess(client())
        outcomes = [
            (decided(client(), on=day).outcome, decided(client(), on=day).reasons[0])
            for day in (TODAY - DAY, TODAY, UNTIL, UNTIL + DAY)
        ]
        assert outcomes == [("refused", "no_assessment"), ("fit", "fits"), ("fit", "fits"), ("refused", "expired")]

    def test_the_reasons_keep_the_words_of_their_rules(self) -> None:
        made = decided(client())
        told = rules_content()
        told["words"]["no_assessment"] = {"zh": "另一句", "en": "Other words."}
        publish(told, TODAY + DAY)
        later = decided(client(), on=TODAY + DAY)
        assert words_of(decision_of(made.public_id))[0].zh.startswith("您还没有做过风险测评")
        assert words_of(decision_of(later.public_id))[0].en == "Other words."

    def test_an_audit_row_names_decision_and_rules(self) -> None:
        made = decided(client())
        row = AuditEvent.objects.get(action="decide_match")
        assert row.subject_key == str(made.public_id)
        assert row.details == {"product": "GRID", "rules": 1, "outcome": "refused"}

    def test_before_any_rules_nothing_is_decided(self) -> None:
        with pytest.raises(NothingPublished):
            decided(client(), on=START - DAY)
        assert not Decision.objects.exists()

    def test_who_may_not_see_the_client_sees_no_decision(self) -> None:
        decided(client())
        assert Decision.objects.visible_to(staff("stranger")).count() == 0
        assert Decision.objects.visible_to(staff("there", "O21")).count() == 0
        assert Decision.objects.visible_to(staff("here", "B1")).count() == 1


class TestReplay:
    def test_new_rules_new_questionnaire_and_new_facts_change_no_old_decision(self) -> None:
        assess(client(), loss="to_10")
        made = decided(client(), "R3")
        publish(nothing_fits(), TODAY + DAY)
        draft = draft_questionnaire(content=questionnaire_content(caps=[]), by=ANNA, at=AT)
        publish_questionnaire(version=draft, valid_from=TODAY + DAY, on=TODAY, by=BORIS, at=AT)
        feed_says("C2", START, "C1", TODAY)
        assess(client(), TODAY + DAY, loss="nothing")
        assert replay(decision_of(made.public_id)) == verdict(made) == Verdict("fit", ("fits",))
        assert decided(client(), "R3", on=TODAY + DAY).outcome == "refused"

    @examples(40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        answers=answers_strategy(),
        content=rules_contents(),
        feed=st.sampled_from([None, *rules.CLASSES]),
        told=st.dates(TODAY - DAY, TODAY + 3 * DAY),
        level=st.sampled_from([*rules.LEVELS, ""]),
        regulatory_class=st.sampled_from(["tool", "advice", ""]),
        after=rules_contents(),
    )
    def test_every_decision_is_worked_out_again_after_new_rules(
        self, answers: Any, content: Any, feed: Any, told: date, level: str, regulatory_class: str, after: Any
    ) -> None:
        mark, day = transaction.savepoint(), TODAY + DAY
        publish(content, day)
        feed_says("C2", START, feed, told)
        asked: dict[str, Any] = {"client": client(), "questionnaire": current_questionnaire(day), "on": day}
        operations.assess(**asked, answers=answers, by=ANNA, at=AT)
        made = decided(client(), level, day, regulatory_class)
        publish(after, day + DAY)
        kept = decision_of(made.public_id)
        assert replay(kept) == verdict(kept) == verdict(made)
        told_elsewhere = json.loads(json.dumps(record_of(kept)))
        again = rules.replay(told_elsewhere)
        assert rules.plain_verdict(again) == told_elsewhere["verdict"]
        transaction.savepoint_rollback(mark)

    def test_every_change_of_what_is_told_is_found(self) -> None:
        assess(client(), loss="to_10")
        told = record_of(decision_of(decided(client(), "R4").public_id))
        for part in ("inputs", "verdict", "digest", "rules", "questionnaire"):
            for path in paths(told[part]):
                with pytest.raises(ReplayBroken):
                    rules.replay(put(told, (part, *path), "another"))
        assert rules.replay(told).outcome == "warning"

    @pytest.mark.parametrize(
        ("path", "value", "part"),
        [
            (("inputs", "schema"), 2, "schema"),
            (("inputs", "rules"), "0" * 64, "rules"),
            (("rules", "advice_above"), "refused", "rules"),
            (("questionnaire", "caps"), [], "questionnaire"),
            (("questionnaire",), None, "questionnaire"),
            (("inputs", "assessment", "questionnaire"), "0" * 64, "questionnaire"),
            (("inputs", "assessment"), None, "assessment"),
            (("inputs", "assessment", "points"), 99, "score"),
            (("inputs", "assessment", "answers", "loss"), ["above_50"], "score"),
            (("inputs", "facts", "own_class"), "C5", "score"),
            (("inputs", "facts", "own_class"), "", "assessment"),
            (("inputs", "facts", "own_expires_on"), "2027-01-01", "standing"),
            (("inputs", "standing", "risk_class"), "C5", "standing"),
            (("inputs", "match", "risk_level"), "R3", "verdict"),
            (("verdict", "outcome"), "fit", "verdict"),
        ],
    )
    def test_the_broken_part_is_named_even_under_a_new_digest(
        self, path: tuple[str, ...], value: Any, part: str
    ) -> None:
        assess(client(), loss="to_10")
        told = put(record_of(decision_of(decided(client(), "R4").public_id)), path, value)
        with pytest.raises(ReplayBroken) as caught:
            rules.replay({**told, "digest": rules.decision_digest(told["inputs"], told["verdict"])})
        assert caught.value.part == part

    def test_rules_that_do_not_bear_their_digest_are_not_used(self) -> None:
        made = decided(client())
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE suitability_matchingrules DISABLE TRIGGER moves_alone")
            cursor.execute('UPDATE suitability_matchingrules SET content = content || \'{"advice_above": "refused"}\'')
            cursor.execute("ALTER TABLE suitability_matchingrules ENABLE TRIGGER moves_alone")
        with pytest.raises(ContentAltered):
            replay(decision_of(made.public_id))

    def test_there_is_no_decision_of_another_id(self) -> None:
        with pytest.raises(NoSuchDecision):
            decision_of(uuid4())


class TestGuards:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE suitability_decision SET outcome = 'fit'",
            "UPDATE suitability_decision SET inputs = '{}'",
            "DELETE FROM suitability_decision",
            "TRUNCATE suitability_decision CASCADE",
        ],
    )
    def test_the_database_refuses_every_change(self, statement: str) -> None:
        decided(client())
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert Decision.objects.get().outcome == "refused"

    @pytest.mark.parametrize(
        "changes",
        [
            {"outcome": "fit", "protected": True, "risk_level": "R2"},
            {"outcome": "warning", "protected": True, "risk_level": "R5"},
            {"outcome": "good"},
            {"terms_digest": "x"},
            {"risk_class": "C6"},
            {"investor_class": ""},
        ],
    )
    def test_the_database_refuses_what_can_not_be(self, changes: dict[str, Any]) -> None:
        made = copy.copy(decided(client()))
        made.pk, made.public_id = None, UUID(int=9)
        for name, value in changes.items():
            setattr(made, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            made.save(force_insert=True)


class TestRematch:
    @pytest.fixture(autouse=True)
    def _decisions(self, _house: None) -> None:
        assess(client())
        feed_says("C4", START, "C3", TODAY)
        self.strong, self.middle = decided(client(), "R3"), decided(client("C4"), "R3")
        self.all = [self.strong.pk, self.middle.pk]

    def test_nothing_is_told_while_nothing_changes(self) -> None:
        assert changed_since(self.all, TODAY) == weakened(self.all, TODAY) == []
        assert changed_since([], TODAY) == []

    def test_a_lower_class_by_the_feed_weakens(self) -> None:
        feed_says("C4", TODAY + DAY, "C2", TODAY + DAY)
        (change,) = weakened(self.all, TODAY + DAY)
        assert (change.decision_id, change.client_id) == (self.middle.pk, client("C4").pk)
        assert (change.outcome, change.verdict.outcome, change.standing.source) == ("fit", "warning", "feed")
        assert weakened([self.strong.pk], TODAY + DAY) == []

    def test_another_class_with_the_same_outcome_is_a_change_and_not_weaker(self) -> None:
        assess(client(), TODAY + DAY, objective="steady")
        assert [change.decision_id for change in changed_since(self.all, TODAY + DAY)] == [self.strong.pk]
        assert weakened(self.all, TODAY + DAY) == []

    def test_an_assessment_that_expires_weakens_on_the_day_after_its_last(self) -> None:
        assert weakened(self.all, UNTIL) == []
        found = weakened(self.all, UNTIL + DAY)
        assert [(change.decision_id, change.verdict.reasons) for change in found] == [
            (one, ("expired",)) for one in self.all
        ]

    def test_a_product_graded_anew_weakens(self) -> None:
        product = Product.objects.get(code="GRID").pk
        assert [change.outcome for change in weakened(self.all, TODAY, {product: ("R4", "tool")})] == ["fit"]
        assert len(weakened(self.all, TODAY, {product: ("", "tool")})) == 2
        assert weakened(self.all, TODAY, {product: ("R1", "tool")}) == []
        assert weakened(self.all, TODAY, {product + 1: ("R5", "tool")}) == []

    def test_new_rules_weaken(self) -> None:
        publish(nothing_fits(), TODAY + DAY)
        assert len(weakened(self.all, TODAY + DAY)) == 2
        assert weakened(self.all, TODAY) == []

    def test_three_statements_for_any_number(self, django_assert_num_queries: Any) -> None:
        for some in (self.all[:1], self.all, [*self.all, decided(client("C3")).pk]):
            with django_assert_num_queries(3):
                changed_since(some, UNTIL + DAY)

    def test_the_standing_told_is_that_of_the_day(self) -> None:
        found = changed_since(self.all, UNTIL + DAY)
        assert [change.standing for change in found] == [
            standing_of(client(code), UNTIL + DAY) for code in ("C2", "C4")
        ]
        assert QUESTIONS["schema"] == 1
