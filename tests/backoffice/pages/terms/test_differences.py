"""What differs between two texts: nothing is lost, and only what changed is struck or added."""

from __future__ import annotations

from django.utils import translation
from hypothesis import assume, given
from hypothesis import strategies as st

from backoffice.pages.terms import words
from backoffice.pages.terms.differences import compared
from backoffice.pages.terms.posted import mapping, typed

TEXT = st.text("ab 中文，\n", max_size=24)


@given(TEXT, TEXT)
def test_what_is_kept_and_struck_is_the_old_text_and_with_what_is_added_the_new(old: str, new: str) -> None:
    assume(old != new)
    pieces = compared(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind in {"same", "struck"}) == old
    assert "".join(piece.text for piece in pieces if piece.kind in {"same", "added"}) == new


def test_chinese_is_compared_by_characters_and_latin_by_words() -> None:
    assert [(piece.kind, piece.text) for piece in compared("可能亏损", "可能不亏损")] == [
        ("same", "可能"),
        ("added", "不"),
        ("same", "亏损"),
    ]
    assert [(piece.kind, piece.text) for piece in compared("you may lose", "you will lose")] == [
        ("same", "you "),
        ("struck", "may"),
        ("added", "will"),
        ("same", " lose"),
    ]


def test_a_long_text_shows_what_stands_around_a_change() -> None:
    pieces = compared("前" * 200 + "甲" + "后" * 200, "前" * 200 + "乙" + "后" * 200)
    assert [piece.kind for piece in pieces] == ["gap", "same", "struck", "added", "same", "gap"]
    assert sum(len(piece.text) for piece in pieces) < 60


def test_paths_are_told_in_words() -> None:
    translation.activate("en")
    assert words.label("fees.0.amount_fen") == "What it costs 1 · Amount in yuan"
    assert words.label("papers.1.body.zh") == "risk disclosure · Text · Chinese"
    assert words.value("fees.0.amount_fen", 123456) == "1,234.56"
    assert words.value("fees.0.rate_ppm", 1250) == "0.125%"
    assert words.value("duration.months", None) == "—"


def test_empty_rows_are_closed_up_and_what_can_not_be_read_stays() -> None:
    fields = typed({
        "risks.0.zh": " ", "risks.3.zh": "一", "risks.3.en": "one\r\ntwo", "risks.99.zh": "beyond",
        "fees.2.code": "use", "fees.2.amount_fen": "1.005", "fees.2.rate_ppm": "0.00001", "fees.1.period": "month",
        "cooling_off_days": "five", "duration.months": "",
    })  # fmt: skip
    read = mapping(fields)
    assert read["risks"] == [{"zh": "一", "en": "one\ntwo"}]
    (fee,) = read["fees"]
    assert (fee["code"], fee["amount_fen"], fee["rate_ppm"]) == ("use", "1.005", "0.00001")
    assert (read["cooling_off_days"], read["duration"]["months"]) == ("five", None)
