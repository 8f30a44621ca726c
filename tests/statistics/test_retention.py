"""Shares of retention: counts over counts, intervals as statsmodels has them, nothing where nothing is seen."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from smart_products.statistics.retention import Cohort, CohortCell, NDay, pooled
from tests.effort import histories

MONTHS = tuple(date(2024, number, 1) for number in range(1, 7))
END = date(2024, 7, 31)
COUNTS = st.integers(1, 500).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


def cohort(clients: int, *retained: int | None) -> Cohort:
    return Cohort(MONTHS[0], clients, tuple(None if each is None else CohortCell(END, each) for each in retained))


@histories(10)
@given(COUNTS)
def test_intervals_are_wilsons(counts: tuple[int, int]) -> None:
    part, whole = counts
    expected = proportion_confint(part, whole, alpha=0.05, method="wilson")
    assert NDay(30, whole, part, part).interval == pytest.approx(expected, abs=1e-12)
    assert cohort(whole, part).interval(0) == pytest.approx(expected, abs=1e-12)
    (all_of_them,) = pooled((cohort(whole, part),))
    assert all_of_them.interval == pytest.approx(expected, abs=1e-12)


def test_nothing_observable_has_no_share() -> None:
    nobody = NDay(365, 0, 0, 0)
    assert (nobody.rate, nobody.unbounded_rate, nobody.interval) == (None, None, None)


def test_bounded_and_unbounded_share_one_denominator() -> None:
    seen = NDay(30, observable=8, retained=2, unbounded=6)
    assert (seen.rate, seen.unbounded_rate) == (0.25, 0.75)


def test_a_month_that_has_not_ended_is_empty_and_never_zero() -> None:
    one = cohort(4, 4, 0, None)
    assert [one.rate(months) for months in range(-1, 5)] == [None, 1.0, 0.0, None, None, None]
    assert one.interval(2) is None


@histories(10)
@given(st.lists(st.lists(COUNTS, max_size=4), max_size=5))
def test_pooled_is_retained_over_observable(drawn: list[list[tuple[int, int]]]) -> None:
    """The youngest month of each cohort is not over: it stands in no sum."""
    cohorts = []
    for month, cells in zip(MONTHS, drawn, strict=False):
        size = max((whole for _, whole in cells), default=1)
        seen = tuple(CohortCell(END, part) for part, _ in cells)
        cohorts.append(Cohort(month, size, (*seen, None)))
    found = pooled(tuple(cohorts))
    assert [each.months for each in found] == list(range(max((len(cells) for cells in drawn), default=0)))
    for each in found:
        old = [
            (one, cells[each.months]) for one, cells in zip(cohorts, drawn, strict=False) if each.months < len(cells)
        ]
        assert each.clients == sum(one.clients for one, _ in old)
        assert each.retained == sum(part for _, (part, _) in old)
        assert each.rate == each.retained / each.clients


def test_pooled_is_no_mean_of_rates() -> None:
    (found,) = pooled((cohort(1, 1), cohort(99, 0)))
    assert found.rate == 0.01


def valued(*cells: tuple[int | None, float | None]) -> Cohort:
    """Return a cohort of (assets in fen, time-weighted return) by month."""
    return Cohort(MONTHS[0], 3, tuple(CohortCell(END, 3, assets, market) for assets, market in cells))


def test_value_retention_and_the_market_taken_out() -> None:
    one = valued((1_000, 0.0), (1_320, 0.1), (None, None), (600, None), (0, -1.0))
    assert [one.value_retention(months) for months in range(6)] == [1.0, 1.32, None, 0.6, 0.0, None]
    neutral = [one.market_neutral_value_retention(months) for months in range(6)]
    assert neutral == [1.0, pytest.approx(1.2), None, None, None, None]


def test_value_retention_needs_assets_to_begin_with() -> None:
    for begin in (0, None):
        one = valued((begin, 0.0), (500, 0.0))
        assert one.value_retention(1) is None
        assert one.market_neutral_value_retention(1) is None
