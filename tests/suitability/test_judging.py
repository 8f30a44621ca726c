"""The verdict: total, monotone, and with laws that no data can switch off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smart_products.suitability.rules import (
    CLASSES,
    LEVELS,
    OUTCOMES,
    ContentError,
    Reason,
    Rules,
    Standing,
    Verdict,
    judge,
    read_rules,
    worse,
)
from tests.effort import examples
from tests.suitability.house import RULES, TODAY, rules, rules_contents
from tests.suitability.test_content import JUNK, paths, put

MANY = examples(300)
UNTIL = date(2026, 6, 3)
days = st.dates(date(2023, 1, 1), date(2028, 1, 1))
standings = st.builds(
    Standing,
    risk_class=st.sampled_from([None, *CLASSES]) | st.text(max_size=2),
    protected=st.booleans(),
    investor_class=st.sampled_from(["ordinary", "professional"]) | st.text(max_size=3),
    assessed_on=st.none() | days,
    expires_on=st.none() | days,
    source=st.sampled_from([None, "here", "feed"]),
    declined=st.booleans(),
)
classes = st.sampled_from(["tool", "advice"])


def ordinary(risk_class: str | None, **facts: Any) -> Standing:
    return Standing(
        **{
            "risk_class": risk_class,
            "protected": False,
            "investor_class": "ordinary",
            "assessed_on": TODAY,
            "expires_on": UNTIL,
            "source": "here",
            **facts,
        }
    )


def professional(risk_class: str | None, **facts: Any) -> Standing:
    return ordinary(risk_class, investor_class="professional", **facts)


def verdict(
    standing: Standing, level: str, regulatory_class: str = "tool", on: date = TODAY, **changes: Any
) -> Verdict:
    return judge(standing, level, regulatory_class, rules(**changes), on)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("risk_class", CLASSES)
def test_by_default_a_level_within_the_class_fits_and_one_above_is_warned_of(risk_class: str, level: str) -> None:
    found = verdict(ordinary(risk_class), level)
    fits = LEVELS.index(level) <= CLASSES.index(risk_class)
    high = ("thinking_time", "follow_up") if level == "R5" else ()
    assert (found.outcome, found.reasons) == (("fit", ("fits", *high)) if fits else ("warning", ("above_class", *high)))
    assert (found.thinking_hours, found.follow_up) == ((24, True) if high else (0, False))


def test_advice_above_the_class_is_never_recommended() -> None:
    found = verdict(ordinary("C2"), "R3", "advice")
    assert (found.outcome, found.reasons) == ("warning", ("above_class", "not_recommended"))
    refused = verdict(ordinary("C2"), "R3", "advice", advice_above="refused")
    assert (refused.outcome, refused.reasons) == ("refused", ("above_class", "not_recommended"))
    assert verdict(ordinary("C3"), "R3", "advice", advice_above="refused").outcome == "fit"


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (ordinary(None, assessed_on=None, expires_on=None), "no_assessment"),
        (ordinary("C3", assessed_on=TODAY + timedelta(days=1)), "no_assessment"),
        (ordinary("C3", declined=True), "declined"),
        (ordinary(None, declined=True), "declined"),
        (ordinary("C3", assessed_on=date(2022, 1, 1), expires_on=TODAY - timedelta(days=1)), "expired"),
    ],
)
def test_without_a_valid_class_an_ordinary_investor_is_refused(standing: Standing, reason: str) -> None:
    assert verdict(standing, "R1") == Verdict("refused", (reason,))


def test_the_class_holds_from_its_first_day_to_its_last() -> None:
    for on, outcome in (
        (TODAY - timedelta(days=1), "refused"),
        (TODAY, "fit"),
        (UNTIL, "fit"),
        (UNTIL + timedelta(days=1), "refused"),
    ):
        assert verdict(ordinary("C3"), "R3", on=on).outcome == outcome


def test_professional_investors_have_a_matrix_of_their_own() -> None:
    assert verdict(professional("C3"), "R4") == Verdict("fit", ("professional",))
    assert verdict(professional("C3"), "R5") == Verdict("warning", ("professional", "above_class"))
    assert verdict(professional(None), "R4") == Verdict("warning", ("professional", "no_assessment"))
    assert verdict(professional("C5", expires_on=date(2024, 6, 2)), "R5").outcome == "warning"


@pytest.mark.parametrize("level", ["", "R0", "R6", "r1"])
def test_a_product_that_is_not_graded_is_refused(level: str) -> None:
    assert verdict(professional("C5"), level) == Verdict("refused", ("not_graded",))
    assert verdict(ordinary("C5"), "R1", "gift") == Verdict("refused", ("not_graded",))


@MANY
@given(rules_contents(), standings, st.sampled_from(LEVELS) | st.text(max_size=3), classes | st.text(max_size=3), days)
def test_every_input_has_a_verdict_with_words(
    content: Any, standing: Standing, level: str, regulatory_class: str, on: date
) -> None:
    ruled = read_rules(content)
    found = judge(standing, level, regulatory_class, ruled, on)
    assert found.outcome in OUTCOMES
    assert found.reasons
    assert set(found.reasons) <= set(Reason.values)
    assert all(text.zh and text.en for text in found.words(ruled))
    assert found == judge(standing, level, regulatory_class, read_rules(content), on)


def with_class(standing: Standing, risk_class: str | None) -> Standing:
    parts = {name: getattr(standing, name) for name in Standing.__slots__}
    return Standing(**{**parts, "risk_class": risk_class})


@MANY
@given(rules_contents(), standings, st.sampled_from(LEVELS), classes, days)
def test_a_higher_class_never_gets_a_worse_verdict(
    content: Any, standing: Standing, level: str, regulatory_class: str, on: date
) -> None:
    ruled = read_rules(content)
    outcomes = [
        judge(with_class(standing, risk_class), level, regulatory_class, ruled, on).outcome
        for risk_class in (None, *CLASSES)
    ]
    assert outcomes == sorted(outcomes, key=OUTCOMES.index, reverse=True)


@MANY
@given(rules_contents(), standings, classes, days)
def test_a_riskier_product_never_gets_a_better_verdict(
    content: Any, standing: Standing, regulatory_class: str, on: date
) -> None:
    ruled = read_rules(content)
    found = [judge(standing, level, regulatory_class, ruled, on) for level in LEVELS]
    outcomes = [one.outcome for one in found]
    assert outcomes == sorted(outcomes, key=OUTCOMES.index)
    asked = [(one.thinking_hours, one.follow_up) for one in found if one.outcome != "refused"]
    assert asked == sorted(asked)


def above_its_level(ruled: Rules, standing: Standing, regulatory_class: str, on: date) -> list[str]:
    lowest = Standing("C1", True, *(getattr(standing, name) for name in Standing.__slots__[2:]))
    return [level for level in LEVELS[1:] if judge(lowest, level, regulatory_class, ruled, on).outcome != "refused"]


@MANY
@given(rules_contents(), standings, classes, days)
def test_the_protected_lowest_class_never_goes_above_its_level(
    content: Any, standing: Standing, regulatory_class: str, on: date
) -> None:
    assert above_its_level(read_rules(content), standing, regulatory_class, on) == []


@MANY
@given(st.data(), JUNK | st.sampled_from([*OUTCOMES, True, False, 24]), standings, classes, days)
def test_no_data_switches_the_protection_off(
    data: st.DataObject, junk: Any, standing: Standing, regulatory_class: str, on: date
) -> None:
    try:
        ruled = read_rules(put(RULES, data.draw(st.sampled_from(paths(RULES))), junk))
    except ContentError:
        return
    assert above_its_level(ruled, standing, regulatory_class, on) == []


def test_even_where_everything_fits_everybody_the_protected_are_refused() -> None:
    all_fit = dict.fromkeys(LEVELS, "fit")
    matrix = {"ordinary": dict.fromkeys(CLASSES, all_fit), "professional": dict.fromkeys(["none", *CLASSES], all_fit)}
    generous = rules(matrix=matrix, feed={"lowest_is_protected": False, "professional_counts": True})
    for standing in (ordinary("C1", protected=True), professional("C1", protected=True)):
        assert judge(standing, "R1", "tool", generous, TODAY).outcome == "fit"
        assert judge(standing, "R2", "tool", generous, TODAY) == Verdict("refused", ("protected",))
    assert judge(ordinary("C1"), "R5", "tool", generous, TODAY).outcome == "fit"
    assert not worse("fit", "fit")
