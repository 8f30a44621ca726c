"""The triangle: shares of the cohorts, empty where a month end has not come, pooled at the foot."""

from __future__ import annotations

import pytest
from django.utils import translation

from backoffice.filters import Filters
from backoffice.pages.frame import Frame
from backoffice.pages.product.triangle import MONTHS, Triangle, triangle
from screens import formats
from smart_products.statistics.retention import Cohort
from tests.backoffice import retained
from tests.backoffice.samples import AS_OF, SINCE

FRAME = Frame("en", AS_OF, SINCE, True, formats.ENGLISH_SCALES[-1])


def draw(filters: Filters | None = None, cohorts: tuple[Cohort, ...] = retained.COHORTS) -> Triangle:
    with translation.override("en"):
        return triangle(FRAME, cohorts, filters or Filters(node="grid"))


def test_cells_are_shares_of_the_cohort_and_empty_where_the_month_has_not_come() -> None:
    drawn = draw()
    assert [[cell.text for cell in row.cells] for row in drawn.rows] == [
        ["90.0", "80.0", "60.0"],
        ["90.0", "75.0", ""],
        ["90.0", "", ""],
    ]
    assert drawn.rows[1].cells[2].step is None
    assert drawn.rows[0].cells[2].exact.startswith("2024-10: 60 of 100 clients on 2024-12-31, 95% interval 50.2–69.1")


def test_the_foot_pools_only_the_cohorts_that_are_old_enough() -> None:
    pool = draw().pool
    assert pool is not None
    assert [cell.text for cell in pool.cells] == ["90.0", "76.7", "60.0"]
    assert pool.clients == "350"


def test_the_title_tells_the_first_month_end_and_the_latest() -> None:
    assert draw().clauses == ("90.0% stay to their first month end,", "60.0% after 2 months")
    assert draw(cohorts=()).clauses == ("Who stays, by month of first signing",)


def test_money_stands_raw_and_without_the_market() -> None:
    drawn = draw(Filters(show="assets"))
    first = drawn.rows[0].cells
    assert [(cell.text, cell.under) for cell in first] == [("100.0", "100.0"), ("99.0", "90.0"), ("108.9", "90.0")]
    assert drawn.rows[2].cells[0].reason, "assets that are not known are a dash with its reason"
    assert drawn.pool is not None
    assert [(cell.text, cell.under) for cell in drawn.pool.cells[:2]] == [("100.0", "100.0"), ("99.0", "90.0")]
    assert drawn.clauses == ("After 2 months 108.9% of the assets are there,", "without the market 90.0%")


@pytest.mark.parametrize(("filters", "rows"), [(Filters(), MONTHS), (Filters(cohorts="all"), 15)])
def test_older_cohorts_are_one_link_away(filters: Filters, rows: int) -> None:
    many = tuple(retained.cohort(0, 10 + n, 5) for n in range(15))
    drawn = draw(filters, many)
    assert len(drawn.rows) == rows
    assert drawn.more == ("Show 2 older months" if rows == MONTHS else "Show a year alone")
    assert draw().more == ""
