"""What a difference between two versions asks of clients: by part, and never less for more of them together."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smart_products.catalogue.terms import Terms
from smart_products.signing.consent import STRICTNESS, Consent, MilderConsent, asked, causes, chosen
from tests.catalogue.terms_samples import SAMPLE, both, changed, terms

SILENT, NOTICE, SIGN = Consent.SILENT, Consent.NOTICE, Consent.SIGN_AGAIN
FEE: dict[str, Any] = SAMPLE["fees"][0]
FREE = {**FEE, "code": "gift", "basis": "free", "amount_fen": None}
PAID = {**FEE, "code": "extra"}

CASES: list[tuple[str, Any, Consent]] = [
    ("fees.0.amount_fen", 999, SILENT),
    ("fees.0.amount_fen", 1001, SIGN),
    ("fees.0.period", "quarter", SIGN),
    ("fees.0.charged", "in_advance", SIGN),
    ("fees.0.name.zh", "服务费", NOTICE),
    ("fees.0.name.zh", "使用 费", SILENT),
    ("fees", [FEE, FREE], SILENT),
    ("fees", [FEE, PAID], SIGN),
    ("fees", [PAID], SIGN),
    ("fees", [{**FEE, "basis": "free", "amount_fen": None}], SILENT),
    ("fees", [{**FEE, "basis": "share_of_assets", "amount_fen": None, "rate_ppm": 1}], SIGN),
    ("risk_level", "R4", SIGN),
    ("risk_level", "R2", NOTICE),
    ("duration.months", 24, SIGN),
    ("duration.months", 6, SIGN),
    ("duration.renewal", "auto", SIGN),
    ("pause.longest_days", 10, NOTICE),
    ("pause.longest_days", 60, SILENT),
    ("pause", {"allowed": False, "longest_days": 0, "times_a_year": 0}, NOTICE),
    ("cooling_off_days", 3, SILENT),
    ("thinking_hours", 24, SILENT),
    ("papers.1.reading_seconds", 60, SILENT),
    ("papers.1.body.zh", "# 一、说明\n\n您还会看到别的风险。", NOTICE),
    ("papers.3.body.zh", "# 一、说明\n\n您还有别的义务。", SIGN),
    ("papers.3.title.zh", "新的标题", NOTICE),
    ("papers.3.body.en", "# 1 What  it is\n\nThere are  risks.\n\n- first\n- second", SILENT),
    ("does.zh", "替您选时买卖。", SIGN),
    ("does.zh", "价格跌一格买入,涨一格卖出。", SILENT),
    ("name.zh", "新网格交易", NOTICE),
    ("leaving.en", "You can leave at the end of a month.", NOTICE),
    ("risks", [both("可能不成交。", "No trade.")], NOTICE),
]


@pytest.mark.parametrize(("path", "value", "consent"), CASES)
def test_one_part_asks_for(path: str, value: Any, consent: Consent) -> None:
    found = causes(terms(), terms(path, value))
    assert found
    assert asked(found) == consent


def test_another_regulatory_class_is_signed_and_longer_days_to_leave_are_nobodys_loss() -> None:
    free = {**SAMPLE, "fees": [FREE], "cooling_off_days": 5}
    advice = {**free, "regulatory_class": "advice"}
    assert asked(causes(Terms.read(free), Terms.read(advice))) == SIGN
    assert asked(causes(Terms.read(free), Terms.read({**free, "cooling_off_days": 3}))) == NOTICE


def test_the_same_terms_ask_for_nothing() -> None:
    assert causes(terms(), terms()) == ()
    assert asked(()) == SILENT


INSIDE = st.sampled_from([case for case in CASES if "." in case[0]])


@given(st.lists(INSIDE, max_size=5, unique_by=lambda case: case[0]))
def test_several_parts_ask_for_as_much_as_the_strictest_of_them(cases: list[tuple[str, Any, Consent]]) -> None:
    whole = copy.deepcopy(SAMPLE)
    for path, _value, _consent in cases:
        *way, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
        at: Any = whole
        source: Any = changed(path, _value)
        for part in way:
            at, source = at[part], source[part]
        at[last] = source[last]
    wanted = max((consent for _path, _value, consent in cases), key=lambda one: STRICTNESS[one], default=SILENT)
    assert asked(causes(terms(), Terms.read(whole))) == wanted


@given(st.sampled_from(Consent), st.sampled_from(Consent))
def test_a_wish_is_kept_unless_it_is_milder(needed: Consent, wish: Consent) -> None:
    if STRICTNESS[wish] < STRICTNESS[needed]:
        with pytest.raises(MilderConsent):
            chosen(needed, wish)
    else:
        assert chosen(needed, wish) == wish
    assert chosen(needed, None) == needed
