"""Survival curves: steps that only fall, bands around them, an end where too few are at risk."""

from __future__ import annotations

import re

import pytest

from backoffice.charts.tenure import FEWEST, PHONE, WIDE, last_day, marks, plot
from smart_products.statistics.survival import Spells, survival

MANY = survival([Spells(day, 10, 5) for day in range(10, 110, 10)])
FEW = survival([Spells(5, 3, 26)])


def heights(path: str) -> list[float]:
    return [float(text) for text in re.findall(r"V([\d.]+)", path)]


def test_a_curve_ends_where_fewer_than_thirty_are_at_risk() -> None:
    last = last_day(MANY)
    assert last == 90
    assert MANY.at_risk(90) >= FEWEST > MANY.at_risk(100)
    (curve,) = plot([MANY], WIDE).curves
    assert curve.end is not None
    assert curve.path.endswith(f"H{curve.end[0]}")


def test_a_group_that_is_too_small_has_no_curve() -> None:
    assert last_day(FEW) is None
    assert last_day(survival([])) is None
    (curve,) = plot([FEW], WIDE).curves
    assert (curve.path, curve.band, curve.median, curve.end) == ("", "", None, None)


def test_the_curve_only_falls_and_lies_within_its_band() -> None:
    (curve,) = plot([MANY], WIDE).curves
    falling = heights(curve.path)
    assert falling == sorted(falling), "downwards is a larger coordinate"
    assert len(falling) == 9
    upper, lower = heights(curve.band)[:9], heights(curve.band)[9:18]
    assert all(high <= level <= low for high, level, low in zip(upper, falling, reversed(lower), strict=True))
    assert curve.band.endswith("Z")


def test_the_median_stands_on_the_half() -> None:
    drawn = plot([MANY], WIDE)
    (curve,) = drawn.curves
    assert curve.median is not None
    assert curve.median[1] == dict(drawn.shares)[0.5]
    assert MANY.median_days is not None
    assert curve.median[0] == pytest.approx(
        WIDE.left + (WIDE.right - WIDE.left) * MANY.median_days / drawn.days[-1][0], abs=0.1
    )


@pytest.mark.parametrize(("longest", "parts", "expected"), [(90, 8, 15), (1, 8, 1), (730, 8, 180), (730, 4, 360)])
def test_the_axis_is_marked_at_round_days(longest: int, parts: int, expected: int) -> None:
    curve = survival([Spells(longest, 40, 0)])
    found = marks([curve], parts)
    assert found[0] == 0
    assert found[1] == expected
    assert found[-2] < longest <= found[-1]


def test_two_curves_share_one_axis_and_a_small_one_does_not_stretch_it() -> None:
    short = survival([Spells(20, 10, 40)])
    assert plot([MANY, short], PHONE).days == plot([MANY], PHONE).days
    assert plot([short, FEW], PHONE).days == plot([short], PHONE).days
