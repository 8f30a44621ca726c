"""The small line: shape only, gaps where nothing is known."""

from __future__ import annotations

from backoffice.charts.spark import spark
from screens.axis import ticks


def test_the_highest_value_is_at_the_top_and_the_dot_at_the_last() -> None:
    drawn = spark([1.0, 3.0, 2.0])
    assert drawn.path == "M3.0 35.0L122.0 5.0L241.0 20.0"
    assert drawn.dot == (241.0, 20.0)


def test_a_gap_is_not_drawn_through() -> None:
    assert spark([1.0, 2.0, None, 2.0, 3.0]).path.count("M") == 2


def test_nothing_known_draws_nothing() -> None:
    assert spark([None, None]) == spark([])
    assert spark([]).dot is None


def test_one_value_is_no_line() -> None:
    assert not spark([None, 4.0]).path


def test_a_flat_line_stands_in_the_middle() -> None:
    assert spark([5.0, 5.0]).dot == (241.0, 20.0)


def test_ticks_are_round_and_hold_zero() -> None:
    assert ticks(0, 40) == [0, 10, 20, 30, 40]
    assert ticks(-3, 4.5) == [-2, 0, 2, 4]
    assert ticks(0, 0.73) == [0, 0.2, 0.4, 0.6]
