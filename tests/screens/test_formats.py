"""Figures as they are written: sizes, signs, rounding, and no way through a float."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens import formats

FEN = st.integers(min_value=-(10**17), max_value=10**17)


@pytest.mark.parametrize(
    ("fen", "language", "full"),
    [
        (400009521561, "zh-hans", "40.00 亿元"),
        (99_999_999_99, "zh-hans", "10,000.00 万元"),
        (100_000_000_00, "zh-hans", "1.00 亿元"),
        (2_222_400, "zh-hans", "2.22 万元"),
        (999_999, "zh-hans", "9,999.99 元"),
        (0, "zh-hans", "0.00 元"),
        (-49878231077, "zh-hans", "−4.99 亿元"),
        (400009521561, "en", "CNY 4.00 bn"),
        (31_000_000_000, "en", "CNY 310.00 m"),
        (2_222_400, "en", "CNY 22.22 k"),
        (99_999, "en", "CNY 999.99"),
    ],
)
def test_money_is_written_by_size(fen: int, language: str, full: str) -> None:
    assert formats.money(fen, language).full == full


def test_money_rounds_half_up_from_the_exact_amount() -> None:
    scale = formats.CHINESE_SCALES[1]
    assert formats.amount(500_5000, scale) == "5.01"
    assert formats.amount(500_4999, scale) == "5.00"
    assert formats.amount(-500_5000, scale) == "−5.01"


def test_a_signed_amount_that_rounds_to_zero_has_no_sign() -> None:
    scale = formats.CHINESE_SCALES[0]
    assert formats.amount(1, scale, signed=True) == "0.00"
    assert formats.amount(-1, scale, signed=True) == "0.00"


@given(FEN)
def test_the_exact_amount_reads_back_to_the_same_fen(fen: int) -> None:
    text = formats.exact(fen, signed=True).replace(",", "").replace(formats.MINUS, "-")
    assert int(Decimal(text) * 100) == fen


@given(FEN, st.sampled_from(["zh-hans", "en"]))
def test_the_scale_leaves_a_readable_number(fen: int, language: str) -> None:
    scale = formats.scale_for(fen, language)
    larger = [other for other in formats.scales(language) if other.fen > scale.fen]
    assert all(abs(fen) < other.fen for other in larger)
    assert abs(fen) >= scale.fen or scale.fen == 100


@pytest.mark.parametrize(
    ("fraction", "signed", "text"),
    [
        (0.82, True, "+82.0%"),
        (-0.103, True, "−10.3%"),
        (0.7, False, "70.0%"),
        (0.0, True, "0.0%"),
        (0.0005, True, "+0.1%"),
    ],
)
def test_rates_have_one_decimal_and_a_true_minus(fraction: float, signed: bool, text: str) -> None:
    assert formats.rate(fraction, signed=signed) == text


def test_points_need_assets_before() -> None:
    assert formats.points(115151340820, 219786412035) == "+52.4"
    assert formats.points(100, 0) is None
    assert formats.points(100, -5) is None


def test_days_and_moments() -> None:
    assert formats.day_with_weekday(date(2024, 12, 31), "zh-hans") == "2024-12-31 周二"
    assert formats.day_with_weekday(date(2024, 12, 31), "en") == "2024-12-31 Tue"
    assert formats.moment(datetime(2025, 1, 5, 18, 10, tzinfo=UTC)) == "2025-01-06 02:10"


def test_heads() -> None:
    assert formats.heads(180000) == "180,000"
    assert formats.heads(-115190) == "−115,190"
    assert formats.heads(67520, signed=True) == "+67,520"
