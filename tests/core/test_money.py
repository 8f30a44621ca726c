"""Money: exact both ways, and a split that loses nothing."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import MoneyError, fen, split, yuan

amounts = st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1)
weights = st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=30).filter(any)


@given(amounts)
def test_fen_and_yuan_are_inverse(amount: int) -> None:
    assert fen(yuan(amount)) == amount
    assert fen(str(yuan(amount))) == amount
    assert yuan(amount).as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("text", "amount"),
    [("0", 0), ("1.5", 150), ("-0.01", -1), ("+3", 300), ("12345678901234567.89", 1234567890123456789)],
)
def test_plain_amounts(text: str, amount: int) -> None:
    assert fen(text) == amount


def test_further_zeros_of_a_decimal_are_no_further_value() -> None:
    assert fen(Decimal("1.5000")) == 150
    assert fen(Decimal("1E+3")) == 100_000


@pytest.mark.parametrize(
    "text",
    [
        "1.005",
        "1e3",
        "NaN",
        "Infinity",
        "１２",
        "1,000.00",
        "",
        " 1",
        "1.",
        ".5",
        "--1",
        "99999999999999999999",
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(MoneyError):
        fen(text)


@pytest.mark.parametrize("amount", ["1.005", "NaN", "-Infinity", "1E+30", "1E-90000"])
def test_a_decimal_that_is_no_whole_fen_is_refused(amount: str) -> None:
    with pytest.raises(MoneyError):
        fen(Decimal(amount))


@given(st.integers(min_value=-(10**15), max_value=10**15), weights)
def test_a_split_adds_up_and_stays_within_one_fen(total: int, parts: list[int]) -> None:
    shares = split(total, parts)
    assert sum(shares) == total
    for share, weight in zip(shares, parts, strict=True):
        assert abs(share - Fraction(total * weight, sum(parts))) < 1
        assert weight or share == 0


@given(st.integers(min_value=0, max_value=10**15), weights)
def test_a_negative_split_mirrors_the_positive(total: int, parts: list[int]) -> None:
    assert split(-total, parts) == [-share for share in split(total, parts)]


def test_equal_remainders_favour_the_earlier() -> None:
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(2, [1, 1, 1]) == [1, 1, 0]


@pytest.mark.parametrize("parts", [[], [0, 0], [3, -1]])
def test_weights_without_sense_are_refused(parts: list[int]) -> None:
    with pytest.raises(MoneyError):
        split(100, parts)
