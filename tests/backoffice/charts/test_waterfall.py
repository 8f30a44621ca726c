"""The waterfall hangs together: each step starts where the last one ended, and the axis starts at zero."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.charts.waterfall import PLOT_BOTTOM, PLOT_TOP, Step, levels, upright, wide

CHANGES = st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=8)


def steps(before: int, changes: list[int]) -> list[Step]:
    inner = [Step(f"s{place}", amount) for place, amount in enumerate(changes)]
    return [Step("before", before, total=True), *inner, Step("now", before + sum(changes), total=True)]


@given(st.integers(0, 10**13), CHANGES)
def test_each_step_starts_where_the_last_one_ended(before: int, changes: list[int]) -> None:
    spans = levels(steps(before, changes))
    for (_begin, end), (begin, _end) in pairwise(spans[:-1]):
        assert begin == end
    assert spans[-2][1] == spans[-1][1], "the last step ends at the total"
    assert spans[0][0] == spans[-1][0] == 0, "totals stand on zero"


@given(st.integers(0, 10**13), CHANGES)
def test_bars_stay_in_the_plot(before: int, changes: list[int]) -> None:
    drawn = wide(steps(before, changes), 10**10)
    assert all(column.y >= PLOT_TOP and column.y <= PLOT_BOTTOM for column in drawn.columns)
    drawn_steps = [column for column, step in zip(drawn.columns, steps(before, changes), strict=True) if step.amount]
    assert all(column.height >= 1 for column in drawn_steps), "no step is invisible"
    assert all(column.points_y < PLOT_BOTTOM + 4 for column in drawn.columns if not column.total), (
        "no label hides a name"
    )
    assert all(0 <= line.x <= 342 for line in upright(steps(before, changes)).lines)


def test_heights_are_in_proportion_to_money() -> None:
    drawn = wide(steps(200, [100, -50]), 1)
    heights = {column.key: column.height for column in drawn.columns}
    assert heights["before"] == pytest.approx(2 * heights["s0"], abs=0.2)
    assert heights["s0"] == pytest.approx(2 * heights["s1"], abs=0.2)
    assert heights["now"] == pytest.approx(5 * heights["s1"], abs=0.4)


def test_a_negative_total_keeps_zero_in_the_plot() -> None:
    drawn = wide(steps(100, [-300]), 1)
    assert PLOT_TOP < drawn.zero < PLOT_BOTTOM
    assert any(tick.amount == 0 and tick.at == drawn.zero for tick in drawn.ticks)
