"""The league: pooled mean, verdicts in words, rows without anybody left out."""

from __future__ import annotations

import pytest
from django.utils import translation

from backoffice.filters import Filters
from backoffice.pages import tiers
from backoffice.pages.matrix import Surroundings
from backoffice.pages.product.league import League, piece, way_of, ways
from backoffice.scope import scope
from smart_products.statistics.tiers import TIERS
from tests.backoffice import retained, samples

FILTERS = Filters(as_of=samples.AS_OF, node="grid")


def around(unit: str | None = None) -> Surroundings:
    return Surroundings(
        samples.DAYS, scope(samples.UNITS, unit, "en"), tiers.names(TIERS, "en"), {"app": "app"}, "en", samples.UNITS
    )


def draw(filters: Filters = FILTERS) -> League:
    with translation.override("en"):
        found = piece(retained.units(), "unit", filters, around())
    assert found is not None
    return found


def test_who_stands_apart_is_named_and_who_does_not_is_like_the_mean() -> None:
    drawn = draw()
    assert drawn.clauses == ("Branch 2 keeps more than the mean,", "Branch 1 keeps less than the mean")
    assert [(row.name, row.rate.text, row.verdict) for row in drawn.rows] == [
        ("Branch 2", "75.0%", "above the mean"),
        ("Branch 1", "50.0%", "below the mean"),
    ]
    assert drawn.rows[0].address == "?as_of=2024-12-31&unit=B2&node=grid"


def test_the_total_is_pooled() -> None:
    total = draw().total
    assert (total.clients, total.rate.text) == ("2,400", "70.8%")


def test_rows_can_stand_by_their_rate() -> None:
    assert [row.name for row in draw(Filters(order="rate")).rows] == ["Branch 2", "Branch 1"]


@pytest.mark.parametrize(
    ("unit", "filters", "offered"),
    [
        (None, FILTERS, ("unit", "outlet", "tier", "channel")),
        ("B1", FILTERS, ("unit", "tier", "channel")),
        ("O1", FILTERS, ("tier", "channel")),
        ("O1", Filters(tier="t1", channel="app"), ()),
    ],
)
def test_breakdowns_on_offer(unit: str | None, filters: Filters, offered: tuple[str, ...]) -> None:
    place = around(unit).scope
    assert ways(place, filters) == offered
    assert way_of(place, filters) == (offered[0] if offered else "")
