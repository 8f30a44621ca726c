"""The history of a day: each version as it was reported, with its difference to the one before."""

from __future__ import annotations

from dataclasses import replace

from django.utils import translation

from backoffice.filters import Filters
from backoffice.pages.matrix import Surroundings
from backoffice.pages.product.versions import VersionsPage, page, sheet
from backoffice.scope import scope
from screens.tables import csv_text
from smart_products.statistics.nodes import NodeName
from smart_products.statistics.queries import History, Reported
from tests.backoffice import samples

GRID = NodeName(2, "product", "grid", "trade", "网格交易", "Grid trading")
CURRENT = samples.matrix().publication
REPORTED = (
    Reported(replace(CURRENT, version=3), 110, 1_200_000_00, 50, 40),
    Reported(replace(CURRENT, version=2, current=False), 110, 1_100_000_00, 50, 39),
    Reported(replace(CURRENT, version=1, current=False), 100, 1_100_000_00, 0, 0),
)


def draw(*reported: Reported) -> VersionsPage:
    around = Surroundings(samples.DAYS, scope(samples.UNITS, None, "en"), {}, {}, "en", samples.UNITS)
    with translation.override("en"):
        filters = Filters(as_of=samples.AS_OF, node="grid", version=1)
        return page(History(samples.AS_OF, GRID, reported), filters, around)


def test_each_version_stands_against_the_one_before() -> None:
    drawn = draw(*REPORTED)
    assert drawn.clauses == ("3 versions,", "the last one changed signed assets by CNY +100.00 k")
    newest, second, first = drawn.rows
    assert newest.assets_change is not None
    assert newest.assets_change.text == "CNY +100.00 k"
    assert newest.rate_change is not None
    assert newest.rate_change.text == "+2.0 points"
    assert second.retained_change is not None
    assert second.retained_change.text == "+10"
    assert second.rate_change is not None
    assert second.rate_change.reason, "the first version had no first signings, so there is no difference"
    assert first.assets_change is None
    assert first.rate.reason
    assert newest.knew[0].startswith("Source core, delivery 2 of 2025-01-05 23:41")


def test_a_version_leads_to_the_page_as_it_was_then() -> None:
    newest, second, _first = draw(*REPORTED).rows
    assert "version" not in newest.address
    assert second.address == "?as_of=2024-12-31&node=grid&version=2"


def test_a_day_that_was_never_changed_says_so() -> None:
    assert draw(REPORTED[0]).clauses == ("Reported once and never changed",)
    assert draw(REPORTED[1], REPORTED[1]).clauses[1] == "the last one left signed assets as they were"


def test_the_sheet_is_exact() -> None:
    rows = csv_text(sheet(History(samples.AS_OF, GRID, REPORTED))).splitlines()
    assert rows[1].startswith("2024-12-31,3,1,")
    assert ",110,1200000.00,50,40,0.8," in rows[1]
    assert "core:2" in rows[1]
