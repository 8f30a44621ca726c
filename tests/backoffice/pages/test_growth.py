"""The finding above the waterfall says what the exact amounts say, and the identity is what is drawn."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from backoffice.pages.frame import Frame
from backoffice.pages.growth import finding, growth, own, steps
from screens import formats
from smart_products.statistics.figures import Assets, Returns

YI = 10**10


def frame(*, opening: bool = False, language: str = "en") -> Frame:
    scale = formats.scale_for(40 * YI, language)
    return Frame(language, date(2024, 12, 31), date(2023, 12, 29), True, scale, opening)


def assets(mine: int, market: int, before: int = 20 * YI) -> Assets:
    return Assets(before + mine + market, before, {"new_client": mine}, {}, 0, market)


@pytest.mark.parametrize(
    ("mine", "market", "says"),
    [
        (15, 3, "83% of it from clients and money"),
        (3, 9, "75% of it from the market"),
        (9, -3, "clients and money brought CNY 900.00 m, the market took CNY 300.00 m"),
        (-2, 9, "all of it from the market: clients and money took CNY 200.00 m"),
        (-9, -3, "75% of it by clients and money that left"),
        (-3, -9, "75% of it by the market"),
        (3, -9, "the market took CNY 900.00 m, clients and money brought CNY 300.00 m"),
        (-9, 3, "clients and money took CNY 900.00 m, the market brought CNY 300.00 m"),
    ],
)
def test_the_finding_names_what_moved_assets(mine: int, market: int, says: str) -> None:
    with translation.override("en"):
        first, second = finding(frame(), assets(mine * YI, market * YI))
    assert second == says
    assert first.startswith("Up" if mine + market > 0 else "Down")


def test_without_a_change_the_title_is_a_plain_name() -> None:
    with translation.override("en"):
        assert finding(frame(), assets(0, 0)) == ("Signed assets and why they changed",)
        assert finding(frame(opening=True), assets(5 * YI, 0)) == ("Signed assets at the opening",)


def test_the_steps_lead_exactly_from_before_to_now() -> None:
    found = Assets(1_000, 700, {"new_client": 200, "expanded": 50}, {"expired": 80, "withdrawn": 20}, 30, 110, 10)
    drawn = steps(found)
    assert found.change == found.entered_total - found.left_total + found.flow + found.market + found.moved
    assert drawn[0].amount + sum(step.amount for step in drawn if not step.total) == drawn[-1].amount
    assert own(found) + found.market == found.change


def test_moved_stands_there_only_when_clients_moved() -> None:
    assert "moved" not in [step.key for step in steps(assets(5, 5))]
    assert "moved" in [step.key for step in steps(Assets(5, 0, moved=5))]


def test_each_amount_has_its_exact_value_and_its_points() -> None:
    with translation.override("zh-hans"):
        sheet = growth(frame(language="zh-hans"), assets(15 * YI, 3 * YI), Returns(0.096))
    new = next(step for step in sheet.steps if step.key == "new_client")
    assert (new.amount, new.exact, new.points) == ("+15.00", "+1,500,000,000.00 元", "+75.0")
    assert "".join(sheet.clauses) == "一年来多了 18.00 亿元，其中 83% 由客户和资金带来"
