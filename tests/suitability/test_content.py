"""Content: every rule it must keep is found broken, with its path; what keeps them has one digest."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smart_products.suitability.rules import ContentError, Fault, Rule, digest_of, read_questionnaire, read_rules
from tests.effort import examples
from tests.suitability.house import QUESTIONS, RULES, rules_contents

FIRST_OPTION = ("questions", 0, "options", 0)
TO_50 = QUESTIONS["questions"][0]["options"][2]
LONG = {"zh": "字" * 2001, "en": "x"}


def put(content: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy of a content with one value put at a path; ... takes it away."""
    changed = copy.deepcopy(content)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return changed


def faults(read: Any, content: Any) -> set[Fault]:
    with pytest.raises(ContentError) as caught:
        read(content)
    assert str(caught.value)
    return set(caught.value.faults)


@pytest.mark.parametrize(
    ("path", "value", "where", "rule"),
    [
        (("schema",), 2, "schema", Rule.SCHEMA),
        (("title",), ..., "title", Rule.MISSING),
        (("more",), 1, "more", Rule.UNKNOWN),
        (("title", "en"), "  ", "title.en", Rule.TEXT),
        (("title", "zh"), "a\x00b", "title.zh", Rule.TEXT),
        (("title", "zh"), "\ud800", "title.zh", Rule.TEXT),
        (("opening",), LONG, "opening.zh", Rule.TEXT),
        (("refusal",), "no", "refusal", Rule.MAPPING),
        (("questions",), [], "questions", Rule.LIST),
        (("questions",), {}, "questions", Rule.LIST),
        (("questions", 1, "code"), "age", "questions[1].code", Rule.TWICE),
        (("questions", 1, "code"), "Aé", "questions[1].code", Rule.CODE),
        (("questions", 0, "several"), 1, "questions[0].several", Rule.FLAG),
        (("questions", 0, "most"), 5, "questions[0].most", Rule.UNKNOWN),
        (("questions", 7, "most"), ..., "questions[7].most", Rule.MISSING),
        (("questions", 7, "most"), 13, "questions[7].most", Rule.WHOLE),
        (
            ("questions", 1, "options"),
            [TO_50],
            "questions[1].options",
            Rule.TWO_OPTIONS,
        ),
        ((*FIRST_OPTION, "points"), -1, "questions[0].options[0].points", Rule.WHOLE),
        ((*FIRST_OPTION, "points"), 1.0, "questions[0].options[0].points", Rule.WHOLE),
        ((*FIRST_OPTION, "points"), True, "questions[0].options[0].points", Rule.WHOLE),
        ((*FIRST_OPTION, "points"), "3", "questions[0].options[0].points", Rule.WHOLE),
        ((*FIRST_OPTION, "alone"), "yes", "questions[0].options[0].alone", Rule.FLAG),
        (("bands", 4, "from"), 108, "bands[4].from", Rule.OUT_OF_REACH),
        (("bands", 0, "from"), 1, "bands", Rule.BANDS),
        (("bands", 2, "from"), 22, "bands", Rule.BANDS),
        (("bands", 2, "class"), "C4", "bands", Rule.BANDS),
        (("bands", 2, "class"), "C9", "bands[2].class", Rule.CHOICE),
        (("bands",), QUESTIONS["bands"][:4], "bands", Rule.BANDS),
        (("caps", 1, "code"), "short_horizon", "caps[1].code", Rule.TWICE),
        (("caps", 0, "when"), {}, "caps[0].when", Rule.MAPPING),
        (("caps", 0, "when"), {"none": ["x"]}, "caps[0].when.none", Rule.NO_SUCH_QUESTION),
        (("caps", 0, "when"), {"age": ["x"]}, "caps[0].when.age[0]", Rule.NO_SUCH_OPTION),
        (("caps", 0, "when"), {"age": 7}, "caps[0].when.age", Rule.LIST),
        (("caps",), 7, "caps", Rule.LIST),
        (("protections",), [], "protections", Rule.NOBODY_PROTECTED),
        (("protections",), ..., "protections", Rule.NOBODY_PROTECTED),
        (("protections", 0, "when", "capacity"), ["x"], "protections[0].when.capacity[0]", Rule.NO_SUCH_OPTION),
    ],
)
def test_a_fault_of_a_questionnaire_is_named(path: tuple[Any, ...], value: Any, where: str, rule: Rule) -> None:
    assert Fault(where, rule) in faults(read_questionnaire, put(QUESTIONS, path, value))


@pytest.mark.parametrize(
    ("path", "value", "where", "rule"),
    [
        (("schema",), ..., "schema", Rule.MISSING),
        (("validity_months",), 37, "validity_months", Rule.WHOLE),
        (("retakes", "a_day"), 0, "retakes.a_day", Rule.WHOLE),
        (("retakes",), {"a_day": 3, "a_year": 2}, "retakes.a_year", Rule.YEAR_BELOW_DAY),
        (("feed", "professional_counts"), None, "feed.professional_counts", Rule.FLAG),
        (("professional_months",), 0, "professional_months", Rule.WHOLE),
        (("matrix", "ordinary", "none"), {}, "matrix.ordinary.none", Rule.UNKNOWN),
        (("matrix", "ordinary", "C3"), ..., "matrix.ordinary.C3", Rule.MISSING),
        (("matrix", "ordinary", "C3", "R3"), "maybe", "matrix.ordinary.C3.R3", Rule.CHOICE),
        (("matrix", "ordinary", "C3", "R2"), "refused", "matrix.ordinary.C3.R2", Rule.CLASS_WORSE),
        (("matrix", "ordinary", "C1", "R1"), "warning", "matrix.ordinary.C1.R1", ...),
        (("matrix", "ordinary", "C5", "R4"), "warning", "matrix.ordinary.C5.R5", Rule.LEVEL_BETTER),
        (("matrix", "professional", "C4", "R4"), "warning", "matrix.professional.C4.R4", Rule.PROFESSIONAL_WORSE),
        (("matrix", "professional", "none", "R5"), "fit", "matrix.professional.C1.R5", Rule.CLASS_WORSE),
        (("advice_above",), "fit", "advice_above", Rule.CHOICE),
        (("high_risk", "from"), "R6", "high_risk.from", Rule.CHOICE),
        (("high_risk", "thinking_hours"), 721, "high_risk.thinking_hours", Rule.WHOLE),
        (("words", "fits"), ..., "words.fits", Rule.MISSING),
        (("words", "protected", "zh"), "", "words.protected.zh", Rule.TEXT),
        (("protected",), False, "protected", Rule.UNKNOWN),
    ],
)
def test_a_fault_of_matching_rules_is_named(path: tuple[Any, ...], value: Any, where: str, rule: Any) -> None:
    changed = put(RULES, path, value)
    if rule is ...:
        assert read_rules(changed).ordinary["C1"]["R1"] == value
    else:
        assert Fault(where, rule) in faults(read_rules, changed)


def test_all_faults_are_named_at_once() -> None:
    broken = put(put(QUESTIONS, ("schema",), 0), ("questions", 3, "text"), None)
    assert {fault.path for fault in faults(read_questionnaire, broken)} >= {"schema", "questions[3].text"}


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def paths(content: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path of a content."""
    if isinstance(content, dict):
        steps: Any = content.items()
    elif isinstance(content, list):
        steps = enumerate(content)
    else:
        return [before]
    return [before] * bool(before) + [path for step, inner in steps for path in paths(inner, (*before, step))]


@examples(300)
@given(st.data(), JUNK)
def test_nothing_but_a_content_error_comes_of_any_content(data: st.DataObject, junk: Any) -> None:
    for read, content in ((read_questionnaire, QUESTIONS), (read_rules, RULES)):
        changed = put(content, data.draw(st.sampled_from(paths(content))), junk)
        with suppress(ContentError):
            read(changed)
    for read in (read_questionnaire, read_rules):
        with pytest.raises(ContentError):
            read(junk)


@given(rules_contents())
def test_the_digest_does_not_hang_on_order_or_form(content: Any) -> None:
    turned = json.loads(json.dumps(dict(reversed(content.items())), indent=3))
    assert read_rules(content).digest == read_rules(turned).digest == digest_of(turned)


def test_every_value_of_a_content_is_in_its_digest() -> None:
    for content in (QUESTIONS, RULES):
        for path in paths(content):
            assert digest_of(put(content, path, "another")) != digest_of(content)
