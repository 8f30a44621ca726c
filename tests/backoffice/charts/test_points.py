"""The bars of growth points: one scale for all rows, the tick at the sum, and an outlier does not
press the rest flat.
"""

from __future__ import annotations

import pytest

from backoffice.charts.points import WIDTH, bars

ROW = {"entered": 0.6, "flow": 0.2, "market": 0.1, "left": -0.2}


def test_the_tick_is_the_sum() -> None:
    [bar] = bars([ROW])
    unit = WIDTH / (0.9 + 0.2)
    assert bar.total == pytest.approx(bar.zero + 0.7 * unit, abs=0.1)


def test_rows_share_one_scale() -> None:
    first, second = bars([ROW, {"entered": 0.3, "left": -0.1}])
    assert first.zero == second.zero
    entered = [next(piece.width for piece in bar.pieces if piece.part == "entered") for bar in (first, second)]
    assert entered[0] == pytest.approx(2 * entered[1], abs=0.2)


def test_what_takes_away_stands_left_of_zero() -> None:
    [bar] = bars([{"entered": 0.2, "market": -0.1, "left": -0.2}])
    for piece in bar.pieces:
        middle = piece.x + piece.width / 2
        assert (middle > bar.zero) == piece.rising


def test_an_outlier_is_cut_and_marked() -> None:
    drawn = bars([ROW, ROW, {"entered": 60.0}])
    assert [(bar.cut_left, bar.cut_right) for bar in drawn] == [(False, False), (False, False), (False, True)]
    assert [bar.cut_left for bar in bars([ROW, ROW, {"left": -60.0}])] == [False, False, True]
    assert drawn[0].pieces[0].width > 20
    assert all(piece.x + piece.width <= WIDTH + 0.1 for bar in drawn for piece in bar.pieces)


def test_a_row_without_growth_has_no_pieces() -> None:
    assert bars([{}])[0].pieces == ()
