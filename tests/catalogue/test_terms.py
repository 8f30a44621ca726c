"""Terms as a value: strict reading, one canonical form, a digest that any change changes."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smart_products.catalogue.bodies import blocks
from smart_products.catalogue.rules import FeeBasis, PaperKind, RegulatoryClass, Renewal, RiskLevel, TermsRule
from smart_products.catalogue.strict import TermsError
from smart_products.catalogue.terms import Change, Terms, differences, leaves, texts
from tests.catalogue.terms_samples import SAMPLE, both, changed, paper, terms
from tests.effort import examples

SEEN = st.characters(categories=("L", "N", "P", "S"))
LINE = st.text(SEEN, min_size=1, max_size=20)
TEXT = st.fixed_dictionaries({"zh": LINE, "en": LINE})


@st.composite
def mappings(draw: st.DrawFn) -> dict[str, Any]:
    """Draw terms that keep every rule, as JSON values."""
    fees = []
    for number in range(draw(st.integers(1, 3))):
        basis = draw(st.sampled_from(FeeBasis.values))
        fees.append({
            "code": f"fee_{number}", "name": draw(TEXT), "basis": basis,
            "amount_fen": draw(st.integers(1, 10**6)) if basis == FeeBasis.FIXED else None,
            "rate_ppm": draw(st.integers(1, 10**5)) if basis == FeeBasis.SHARE_OF_ASSETS else None,
            "period": draw(st.sampled_from(["once", "month", "quarter", "year"])),
            "charged": draw(st.sampled_from(["in_advance", "in_arrears"])),
        })  # fmt: skip
    months = draw(st.none() | st.integers(1, 120))
    pause = draw(st.booleans())
    return {
        **{part: draw(TEXT) for part in ("name", "summary", "does", "suits", "leaving")},
        "risks": draw(st.lists(TEXT, min_size=1, max_size=3)),
        "fees": fees,
        "risk_level": draw(st.sampled_from(RiskLevel.values)),
        "regulatory_class": draw(st.sampled_from(RegulatoryClass.values)),
        "papers": [
            {"kind": kind, "title": draw(TEXT), "body": draw(TEXT), "reading_seconds": draw(st.integers(0, 3600))}
            for kind in PaperKind.values
        ],
        "cooling_off_days": draw(st.integers(5, 30)),
        "thinking_hours": draw(st.integers(0, 240)),
        "pause": {
            "allowed": pause,
            "longest_days": draw(st.integers(1, 90)) if pause else 0,
            "times_a_year": draw(st.integers(1, 4)) if pause else 0,
        },
        "duration": {
            "months": months,
            "renewal": Renewal.NONE.value if months is None else draw(st.sampled_from(Renewal.values)),
        },
    }


@given(mappings())
def test_the_canonical_form_leads_back_to_equal_terms(mapping: dict[str, Any]) -> None:
    one = Terms.read(mapping)
    again = Terms.read(json.loads(one.canonical()))
    assert again == one
    assert again.canonical() == one.canonical()
    assert again.digest() == one.digest()
    shuffled = dict(reversed(list(mapping.items())))
    assert Terms.read(shuffled).digest() == one.digest()


@given(mappings(), mappings())
def test_equal_digests_mean_equal_terms(left: dict[str, Any], right: dict[str, Any]) -> None:
    one, other = Terms.read(left), Terms.read(right)
    assert (one == other) == (one.digest() == other.digest()) == (differences(one, other) == [])


def _another(value: Any) -> Any:
    """Return another value of the same kind; whether terms may say it does not matter for the digest."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return 1 if value is None else value + "x"


@examples(30)
@given(mappings())
def test_any_single_change_changes_the_digest(mapping: dict[str, Any]) -> None:
    digests = {Terms.read(mapping).digest()}
    paths = [path for path, _ in leaves(mapping)]
    for path in paths:
        other = copy.deepcopy(mapping)
        at: Any = other
        *way, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
        for part in way:
            at = at[part]
        at[last] = _another(at[last])
        digests.add(_unchecked(other).digest())
    assert len(digests) == len(paths) + 1


def _unchecked(mapping: dict[str, Any]) -> Terms:
    """Build terms without their rules, so that every leaf can be changed alone."""
    sample = Terms.read(SAMPLE)

    def like(value: Any, shape: Any) -> Any:
        if isinstance(shape, tuple):
            return tuple(like(entry, shape[0]) for entry in value)
        if isinstance(value, dict):
            return type(shape)(**{key: like(part, getattr(shape, key)) for key, part in value.items()})
        return value

    built: Terms = like(mapping, sample)
    return built


FAULTS: list[tuple[str, Any, str, TermsRule]] = [
    ("name", "网格", "name", TermsRule.KIND),
    ("name.zh", 3, "name.zh", TermsRule.KIND),
    ("name.zh", "  ", "name.zh", TermsRule.EMPTY),
    ("name.zh", "一" * 61, "name.zh", TermsRule.TOO_LONG),
    ("name.en", "two\nlines", "name.en", TermsRule.ONE_LINE),
    ("does.zh", " 前有空格", "does.zh", TermsRule.EDGES),
    ("does.zh", "零宽\u200b字符", "does.zh", TermsRule.CHARACTER),
    ("does.zh", "倒\u202e序", "does.zh", TermsRule.CHARACTER),
    ("does.zh", "空\x00", "does.zh", TermsRule.CHARACTER),
    ("does.zh", "半个\ud800", "does.zh", TermsRule.CHARACTER),
    ("risks", [], "risks", TermsRule.COUNT),
    ("risks", {}, "risks", TermsRule.KIND),
    ("risks.1.en", "", "risks.1.en", TermsRule.EMPTY),
    ("fees", [SAMPLE["fees"][0]] * 2, "fees.1.code", TermsRule.TWICE),
    ("fees.0.code", "Use fee", "fees.0.code", TermsRule.CODE),
    ("fees.0.basis", "gift", "fees.0.basis", TermsRule.CHOICE),
    ("fees.0.basis", "free", "fees.0.amount_fen", TermsRule.BASIS),
    ("fees.0.basis", "share_of_assets", "fees.0.amount_fen", TermsRule.BASIS),
    ("fees.0.amount_fen", None, "fees.0.amount_fen", TermsRule.BASIS),
    ("fees.0.amount_fen", 10.0, "fees.0.amount_fen", TermsRule.KIND),
    ("fees.0.amount_fen", True, "fees.0.amount_fen", TermsRule.KIND),
    ("fees.0.amount_fen", -1, "fees.0.amount_fen", TermsRule.RANGE),
    ("fees.0.period", [], "fees.0.period", TermsRule.CHOICE),
    ("risk_level", "R6", "risk_level", TermsRule.CHOICE),
    ("papers", SAMPLE["papers"][:3], "papers", TermsRule.PAPERS),
    ("papers", SAMPLE["papers"][::-1], "papers", TermsRule.PAPERS),
    ("papers.3", paper("risk_disclosure"), "papers", TermsRule.PAPERS),
    ("papers.1.reading_seconds", None, "papers.1.reading_seconds", TermsRule.KIND),
    ("papers.1.body", both("正文", ""), "papers.1.body.en", TermsRule.EMPTY),
    ("cooling_off_days", -1, "cooling_off_days", TermsRule.RANGE),
    ("regulatory_class", "advice", "cooling_off_days", TermsRule.COOLING_OFF),
    ("pause.allowed", False, "pause.longest_days", TermsRule.PAUSE),
    ("pause.longest_days", 0, "pause.longest_days", TermsRule.PAUSE),
    ("pause.allowed", 1, "pause.allowed", TermsRule.KIND),
    ("duration.months", None, "duration.renewal", TermsRule.RENEWAL),
    ("duration.unit", "year", "duration.unit", TermsRule.UNKNOWN),
    ("promise", "none", "promise", TermsRule.UNKNOWN),
]


@pytest.mark.parametrize(("path", "value", "where", "rule"), FAULTS)
def test_a_fault_is_named_by_path_and_rule(path: str, value: Any, where: str, rule: TermsRule) -> None:
    with pytest.raises(TermsError) as caught:
        Terms.read(changed(path, value))
    assert (caught.value.path, caught.value.rule) == (where, rule)


@pytest.mark.parametrize("path", [path for path, _ in leaves(SAMPLE) if "risks." not in path])
def test_every_part_must_be_there(path: str) -> None:
    whole = changed(path, None)
    at: Any = whole
    *way, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
    for part in way:
        at = at[part]
    del at[last]
    with pytest.raises(TermsError) as caught:
        Terms.read(whole)
    assert (path, TermsRule.MISSING) in caught.value.faults


@pytest.mark.parametrize("value", [None, [], "terms", 3])
def test_what_is_no_mapping_is_no_terms(value: Any) -> None:
    with pytest.raises(TermsError) as caught:
        Terms.read(value)
    assert caught.value.faults == (("", TermsRule.KIND),)


def test_all_faults_are_told_at_once() -> None:
    whole = {**changed("name.zh", ""), "risk_level": "R9", "extra": 1}
    with pytest.raises(TermsError) as caught:
        Terms.read(whole)
    assert [path for path, _ in caught.value.faults] == ["name.zh", "risk_level", "extra"]


def test_advice_without_a_fee_may_do_without_cooling_off() -> None:
    whole = {
        **changed("regulatory_class", "advice"),
        "fees": [{**SAMPLE["fees"][0], "basis": "free", "amount_fen": None}],
    }
    assert not Terms.read(whole).paid


def test_differences_are_told_part_by_part_in_the_order_of_the_parts() -> None:
    longer = {**changed("risk_level", "R4"), "risks": [*SAMPLE["risks"], both("第三", "Third")], "cooling_off_days": 3}
    assert differences(terms(), Terms.read(longer)) == [
        Change("risks.2.zh", None, "第三"),
        Change("risks.2.en", None, "Third"),
        Change("risk_level", "R3", "R4"),
        Change("cooling_off_days", 0, 3),
    ]


def test_texts_are_all_that_a_client_reads() -> None:
    paths = [path for path, _ in texts(terms())]
    assert len(paths) == 2 * (5 + 2 + 1 + 4 * 2)
    assert paths[:2] == ["name.zh", "name.en"]


def test_a_body_is_read_as_blocks() -> None:
    found = blocks("# One\ntext\nmore\n\n- a\n- b\n\n\nend\n- c\n# Two")
    assert [(block.kind, block.lines) for block in found] == [
        ("heading", ("One",)),
        ("paragraph", ("text", "more")),
        ("list", ("a", "b")),
        ("paragraph", ("end",)),
        ("list", ("c",)),
        ("heading", ("Two",)),
    ]
    assert blocks("") == ()
