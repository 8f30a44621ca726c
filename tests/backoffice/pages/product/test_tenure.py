"""The curve's words: medians, the test of two, groups too small to draw; and N-day retention."""

from __future__ import annotations

from django.utils import translation

from backoffice.filters import Filters
from backoffice.pages.frame import Frame
from backoffice.pages.product.tenure import Side, Tenure, n_days, p_text, tenure
from screens import formats
from smart_products.statistics.survival import Survival, logrank
from tests.backoffice import retained
from tests.backoffice.samples import AS_OF, SINCE

FRAME = Frame("en", AS_OF, SINCE, True, formats.ENGLISH_SCALES[-1])


def draw(*curves: Survival) -> Tenure:
    test = logrank(curves[0].lengths, curves[1].lengths) if len(curves) > 1 else None
    with translation.override("en"):
        return tenure(FRAME, [Side(f"Side {n}", one) for n, one in enumerate(curves, start=1)], test)


def test_the_title_tells_the_median_or_what_share_outlasts_the_curve() -> None:
    assert draw(retained.curve(400)).clauses == ("Half of the signings last more than 150 days",)
    assert draw(retained.curve(400, faster=0)).clauses == ("100.0% of the signings last more than 200 days",)


def test_the_table_holds_each_mark_of_the_axis_with_its_band() -> None:
    rows = draw(retained.curve(400)).rows
    assert rows[0].groups == (("400", "100.0%", "—"),)
    by_day = {row.day: row.groups[0] for row in rows}
    assert by_day["90"] == ("320", "70.0%", "65.2–74.2")


def test_two_curves_that_differ_say_so_and_equal_ones_do_not() -> None:
    assert "The curves differ (log-rank test" in draw(retained.curve(400), retained.curve(400, faster=2)).subtitle
    assert "can not be told apart" in draw(retained.curve(400), retained.curve(300)).subtitle
    assert p_text(0.0001) == "< 0.001"
    assert p_text(0.0123) == "= 0.012"


def test_a_group_of_fewer_than_thirty_has_no_curve_but_its_figures() -> None:
    drawn = draw(retained.curve(20))
    assert drawn.wide is drawn.phone is None
    assert drawn.small == ("Fewer than 30 spells (20), so no curve is drawn.",)
    both = draw(retained.curve(400), retained.curve(20))
    assert both.wide is not None
    assert both.small == ("Side 2: fewer than 30 spells (20), so no curve is drawn.",)
    assert [line.other for line in both.wide.lines] == [True, False], "the page's own curve lies on top"
    assert [risk.name for risk in both.wide.risk] == ["Side 1", "Side 2"]


def test_n_day_retention_tells_what_nobody_has_reached() -> None:
    with translation.override("en"):
        drawn = n_days(FRAME, retained.retention(), Filters())
    assert [row.rate for row in drawn.rows] == ["90.0%", "80.0%", "—"]
    assert drawn.rows[1].interval == "74.6–84.5"
    assert drawn.rows[2].reason == "Nobody's day 365 has come yet."
    assert drawn.clauses == ("80.0% stay 30 days",)
    assert drawn.address == "?basis=confirmed#n-day"
