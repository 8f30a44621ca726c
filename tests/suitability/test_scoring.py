"""Scoring: whole points, bands, caps, and who belongs to the protected lowest class."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smart_products.suitability.rules import (
    CLASSES,
    AnswersMissing,
    ImpossibleAnswers,
    add_months,
    impossible,
    missing,
    read_questionnaire,
    score,
)
from tests.effort import examples
from tests.suitability.house import QUESTIONS, answers_strategy, best, questionnaire, questionnaire_content

MANY = examples(200)


def test_the_best_answers_make_the_highest_class() -> None:
    found = score(questionnaire(), best())
    assert (found.points, found.risk_class, found.protected) == (107, "C5", False)
    assert sum(points for _, points in found.by_question) == 107
    assert not found.capped_by
    assert not found.protected_by


@pytest.mark.parametrize(
    ("question", "option", "code"),
    [
        ("capacity", "limited", "capacity"),
        ("age", "under_18", "minor"),
        ("loss", "nothing", "no_loss"),
        ("objective", "no_risk", "no_risk"),
    ],
)
def test_one_answer_protects_whatever_the_points(question: str, option: str, code: str) -> None:
    found = score(questionnaire(), best(**{question: option}))
    assert (found.risk_class, found.protected, found.protected_by) == ("C1", True, (code,))
    assert found.points > 82


def test_a_protection_of_several_questions_needs_all_of_them() -> None:
    poor = {"income": "to_50k", "assets": "to_100k", "need": "most"}
    assert score(questionnaire(), best(**poor)).protected_by == ("no_means",)
    for left_out in poor:
        others = {code: option for code, option in poor.items() if code != left_out}
        assert not score(questionnaire(), best(**others)).protected


@pytest.mark.parametrize("cap", QUESTIONS["caps"], ids=lambda cap: cap["code"])
def test_a_cap_holds_the_class_down(cap: Any) -> None:
    found = score(questionnaire(), best(**{question: options[0] for question, options in cap["when"].items()}))
    assert (found.risk_class, found.capped_by, found.protected) == (cap["class"], (cap["code"],), False)


def test_a_band_starts_at_its_points() -> None:
    top = score(questionnaire(), best()).points
    for start, expected in ((top, "C5"), (top - 1, "C5")):
        bands = [*QUESTIONS["bands"][:4], {"class": "C5", "from": start}]
        assert score(read_questionnaire(questionnaire_content(bands=bands)), best()).risk_class == expected
    lower = best(income="to_500k")
    bands = [*QUESTIONS["bands"][:4], {"class": "C5", "from": top - 1}]
    assert score(read_questionnaire(questionnaire_content(bands=bands)), lower).risk_class == "C4"


def test_several_answers_add_up_to_the_most() -> None:
    points = dict(score(questionnaire(), best(knowledge="degree")).by_question)
    assert points["knowledge"] == 3
    answers = {**best(), "knowledge": ["reading", "degree"]}
    assert dict(score(questionnaire(), answers).by_question)["knowledge"] == 4
    answers["knowledge"] = ["degree", "work", "licence"]
    assert dict(score(questionnaire(), answers).by_question)["knowledge"] == 6


@pytest.mark.parametrize("question", [question["code"] for question in QUESTIONS["questions"]])
def test_nothing_comes_of_a_missing_answer(question: str) -> None:
    for answers in ({**best(), question: []}, {code: chosen for code, chosen in best().items() if code != question}):
        assert missing(questionnaire(), answers) == (question,)
        assert impossible(questionnaire(), answers) == ()
        with pytest.raises(AnswersMissing) as caught:
            score(questionnaire(), answers)
        assert caught.value.questions == (question,)


@pytest.mark.parametrize(
    ("question", "chosen"),
    [
        ("age", ["to_30", "to_50"]),
        ("age", ["ancient"]),
        ("knowledge", ["degree", "degree"]),
        ("knowledge", ["none", "degree"]),
        ("unheard", ["x"]),
    ],
)
def test_what_can_not_be_answered_is_refused(question: str, chosen: list[str]) -> None:
    with pytest.raises(ImpossibleAnswers) as caught:
        score(questionnaire(), {**best(), question: chosen})
    assert caught.value.questions == (question,)


@MANY
@given(answers_strategy())
def test_every_complete_answer_scores_alike_twice_and_within_bounds(answers: dict[str, list[str]]) -> None:
    found = score(questionnaire(), answers)
    assert found == score(questionnaire(), {code: list(reversed(chosen)) for code, chosen in answers.items()})
    assert type(found.points) is int
    assert 0 <= found.points <= 107
    assert found.risk_class in CLASSES
    assert found.protected == bool(found.protected_by)
    assert not found.protected or found.risk_class == "C1"


@MANY
@given(answers_strategy(), st.data())
def test_a_better_answer_never_lowers_the_points(answers: dict[str, list[str]], data: st.DataObject) -> None:
    single = [question for question in questionnaire().questions if not question.several]
    question = data.draw(st.sampled_from(single))
    options = {option.code: option.points for option in question.options}
    better = [code for code, points in options.items() if points >= options[answers[question.code][0]]]
    changed = {**answers, question.code: [data.draw(st.sampled_from(better))]}
    assert score(questionnaire(), changed).points >= score(questionnaire(), answers).points


def test_months_end_on_the_same_number_or_the_last_day() -> None:
    assert add_months(date(2024, 2, 29), 24) == date(2026, 2, 28)
    assert add_months(date(2024, 2, 29), 48) == date(2028, 2, 29)
    assert add_months(date(2024, 3, 18), 24) == date(2026, 3, 18)
    assert add_months(date(2024, 12, 31), -10) == date(2024, 2, 29)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)


@MANY
@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(-60, 60))
def test_months_keep_the_day_where_the_month_has_it(day: date, months: int) -> None:
    found = add_months(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    last_of_month = (found + timedelta(days=1)).month != found.month
    assert found.day == day.day or (found.day < day.day and last_of_month)
