"""The heat scale: ten steps between whole percents, the ends open."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backoffice.charts.heat import STEPS, heat

SHARES = st.lists(st.floats(0, 1.5), min_size=1, max_size=30)


def test_the_bounds_are_whole_percents_within_the_shares() -> None:
    scale = heat([0.55, 0.60, 0.93])
    assert (scale.low, scale.high) == (59, 89)
    assert [scale.step(share) for share in (0.55, 0.59, 0.7399, 0.7401, 0.8899, 0.89, 0.93)] == [0, 1, 4, 5, 8, 9, 9]


def test_equal_shares_stand_in_the_middle() -> None:
    scale = heat([0.7, 0.7])
    assert scale.low == scale.high
    assert scale.step(0.7) == 5
    assert heat([]).step(0.2) == 5


@given(SHARES)
def test_a_larger_share_never_stands_on_a_lower_step(shares: list[float]) -> None:
    scale = heat(shares)
    steps = [scale.step(share) for share in sorted(shares)]
    assert steps == sorted(steps)
    assert all(0 <= step < STEPS for step in steps)
