"""The intervals of a league stand on one scale with their mean."""

from __future__ import annotations

from backoffice.charts.interval import LEFT, RIGHT, intervals


def test_all_rows_share_one_scale() -> None:
    first, none, second = intervals([(0.5, 0.6, 0.7), None, (0.6, 0.8, 0.9)], 0.65)
    assert none is None
    assert first is not None
    assert second is not None
    assert (first.low, second.high) == (LEFT, RIGHT)
    assert first.low < first.at < first.high
    assert first.mean == second.mean
    assert first.at < first.mean < second.at


def test_a_mean_beyond_all_rows_still_stands_on_the_scale() -> None:
    (row,) = intervals([(0.5, 0.6, 0.7)], 0.9)
    assert row is not None
    assert row.mean == RIGHT


def test_one_point_alone_is_drawn() -> None:
    (row,) = intervals([(1.0, 1.0, 1.0)], 1.0)
    assert row is not None
    assert row.low == row.high == row.mean == LEFT
