"""Survival curves and the log-rank test agree with lifelines, statsmodels and exact fractions, on any spells.

What is compared: every point of the curve, its band, the risk set, the median, chi-square and p. Ties, spells of
length 0, populations that are censored entirely, of one spell and of none are drawn as often as others.
"""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test
from scipy.stats import chi2
from statsmodels.duration.survfunc import survdiff

from smart_products.statistics.survival import Spells, logrank, survival
from tests.effort import histories

Observed = list[tuple[int, bool]]
"""Spells as (length in days, ended)."""

SPELLS = st.lists(st.tuples(st.integers(0, 30) | st.integers(0, 2000), st.booleans()), max_size=60)
DAILY = [(day, True) for day in range(1, 15)]
"""One end a day: half of them are over after the seventh, however the floats round."""


def counted(observed: Observed) -> list[Spells]:
    """Return the spells as whole counts by length, in no order."""
    counts = Counter(observed)
    return [
        Spells(length, counts[length, True], counts[length, False]) for length in {length for length, _ in observed}
    ]


def exact_curve(observed: Observed) -> dict[int, Fraction]:
    """Return S after each day on which spells ended: at risk are those at least so long."""
    level = Fraction(1)
    found = {}
    for day in sorted({length for length, ended in observed if ended}):
        at_risk = sum(length >= day for length, _ in observed)
        level *= 1 - Fraction(sum(each == (day, True) for each in observed), at_risk)
        found[day] = level
    return found


@histories(10)
@given(SPELLS)
@example([])
@example([(3, True)])
@example([(3, False)])
@example([(0, True), (0, False)])
@example([(6, True), (6, True), (6, True), (6, False), (7, True)])
def test_the_curve_is_the_exact_product(observed: Observed) -> None:
    found, expected = survival(counted(observed)), exact_curve(observed)
    assert (found.spells, found.ends) == (len(observed), sum(ended for _, ended in observed))
    assert [point.day for point in found.points] == list(expected)
    for point in found.points:
        assert point.survival == pytest.approx(float(expected[point.day]), rel=1e-12, abs=1e-15)
        assert point.at_risk == found.at_risk(point.day) == sum(length >= point.day for length, _ in observed)
        assert point.ended == observed.count((point.day, True))


@histories(10)
@given(SPELLS)
@example(DAILY)
def test_the_median_is_the_first_day_with_at_most_half(observed: Observed) -> None:
    halved = (day for day, level in exact_curve(observed).items() if level <= Fraction(1, 2))
    assert survival(counted(observed)).median_days == next(halved, None)


@histories(4)
@given(SPELLS.filter(bool))
def test_curve_and_band_are_those_of_lifelines(observed: Observed) -> None:
    found = survival(counted(observed))
    fitted = KaplanMeierFitter().fit([length for length, _ in observed], [ended for _, ended in observed])
    bands = fitted.confidence_interval_
    for point in found.points:
        assert point.survival == pytest.approx(float(fitted.survival_function_at_times(point.day).iloc[0]), abs=1e-9)
        if point.survival == 0:
            assert (point.low, point.high) == (None, None)
        else:
            assert (point.low, point.high) == pytest.approx(tuple(bands.loc[point.day]), abs=1e-9)
            assert 0 < (point.low or 0) <= point.survival <= (point.high or 0) < 1


@histories(10)
@given(SPELLS, st.integers(0, 2100))
def test_between_its_points_the_curve_is_level_and_beyond_the_longest_spell_unknown(
    observed: Observed, day: int
) -> None:
    got = survival(counted(observed)).at(day)
    levels = [level for at, level in exact_curve(observed).items() if at <= day]
    level = levels[-1] if levels else Fraction(1)
    if day > max((length for length, _ in observed), default=-1) and level > 0:
        assert got is None
    else:
        assert got == pytest.approx(float(level), rel=1e-12, abs=1e-15)


@histories(10)
@given(SPELLS, st.integers(0, 30))
def test_without_censoring_survival_is_the_share_of_longer_spells(observed: Observed, day: int) -> None:
    seen = [(length, ended or length <= day) for length, ended in observed]
    assume(any(length >= day for length, _ in seen))
    longer = sum(length > day for length, _ in seen)
    assert survival(counted(seen)).at(day) == pytest.approx(longer / len(seen), rel=1e-12, abs=1e-15)


def exact_chi2(one: Observed, other: Observed) -> Fraction | None:
    """Return Mantel's statistic, or None where it has no variance."""
    both = one + other
    surplus = variance = Fraction(0)
    for day in {length for length, ended in both if ended}:
        risk, first = (sum(length >= day for length, _ in part) for part in (both, one))
        ends = both.count((day, True))
        surplus += one.count((day, True)) - Fraction(ends * first, risk)
        if risk > 1:
            variance += Fraction(ends * (risk - ends) * first * (risk - first), risk * risk * (risk - 1))
    return surplus * surplus / variance if variance else None


@histories(10)
@given(SPELLS, SPELLS)
@example([], [])
@example([(3, True)], [])
@example([(3, True)], [(5, False)])
@example([(3, False)] * 4, [(5, False)] * 4)
def test_logrank_is_the_exact_statistic(one: Observed, other: Observed) -> None:
    got, expected = logrank(counted(one), counted(other)), exact_chi2(one, other)
    if expected is None:
        assert got is None
    else:
        assert got is not None
        assert got.chi2 == pytest.approx(float(expected), rel=1e-9, abs=1e-12)
        assert got.p == pytest.approx(chi2.sf(float(expected), 1), rel=1e-6, abs=1e-15)


@histories(4)
@given(SPELLS, SPELLS)
def test_logrank_is_that_of_lifelines_and_statsmodels(one: Observed, other: Observed) -> None:
    expected = exact_chi2(one, other)
    assume(expected is not None)
    got = logrank(counted(one), counted(other))
    assert got is not None
    lengths, ended = (np.array([each[n] for each in one + other], dtype=float) for n in (0, 1))
    group = np.array([0] * len(one) + [1] * len(other))
    theirs = logrank_test(lengths[group == 0], lengths[group == 1], ended[group == 0], ended[group == 1])
    assert got.chi2 == pytest.approx(theirs.test_statistic, rel=1e-6, abs=1e-9)
    assert got.p == pytest.approx(theirs.p_value, rel=1e-6, abs=1e-12)
    statistic, p_value = survdiff(lengths, ended, group)
    assert got.chi2 == pytest.approx(statistic, rel=1e-6, abs=1e-9)
    assert got.p == pytest.approx(p_value, rel=1e-6, abs=1e-12)


@histories(5)
@given(SPELLS, SPELLS)
def test_logrank_does_not_care_which_population_comes_first(one: Observed, other: Observed) -> None:
    forth, back = logrank(counted(one), counted(other)), logrank(counted(other), counted(one))
    if forth is None or back is None:
        assert forth is back
    else:
        assert math.isclose(forth.chi2, back.chi2, rel_tol=1e-9, abs_tol=1e-12)
