"""Products of our own: made here, named by their terms, retired, and never touched by a feed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from core.actor import system
from core.merging import ReservedSource
from smart_products.catalogue.models import Family, Product
from smart_products.catalogue.operations import (
    CodeTaken,
    TooManyProducts,
    create_product,
    merge_products,
    retire_product,
)
from smart_products.catalogue.queries import differences_to_feed, products, terms_of
from smart_products.catalogue.rules import LARGEST_BIT
from tests.catalogue.terms_samples import AT, GRID, TODAY, colleagues, fed_product, publish, terms

pytestmark = pytest.mark.django_db


def make(code: str = "own", **changes: Any) -> Product:
    fed_product()
    given = {"name": "自有", "name_en": "Own", "risk_level": "R2", "regulatory_class": "tool", "valid_from": TODAY}
    family = Family.objects.get(code="trading")
    return create_product(code=code, family=family, **{**given, **changes}, by=system("test"), at=AT)


def words(product: Product, day: date | None = None) -> tuple[str, str, date | None]:
    view = next(view for view in products(day) if view.id == product.pk)
    return view.name, view.risk_level, view.retired_on


def test_it_has_a_place_in_the_matrix_before_it_is_offered() -> None:
    own = make()
    assert (own.source, own.bit) == ("here", 1)
    assert words(own) == ("自有", "R2", None)
    assert terms_of(own.pk, TODAY) is None


@pytest.mark.parametrize("code", ["matrix", "trading", "grid"])
def test_a_code_that_stands_for_something_is_taken(code: str) -> None:
    with pytest.raises(CodeTaken):
        make(code)


def test_the_last_bit_is_the_last() -> None:
    fed_product()
    Product.objects.create(source="core", code="last", family=Family.objects.get(), bit=LARGEST_BIT)
    with pytest.raises(TooManyProducts):
        make()


def test_it_bears_what_its_terms_say_from_their_day_on_and_ends_with_them() -> None:
    own, (ann, bo) = make(), colleagues("ann", "bo")
    later = TODAY + timedelta(days=30)
    publish(own, terms(), ann, bo, valid_from=later)
    assert words(own, TODAY) == ("自有", "R2", None)
    assert words(own, later) == ("网格交易", "R3", None)
    assert differences_to_feed(later) == []
    end = later + timedelta(days=30)
    retire_product(product=own, on=end, by=ann, at=AT)
    assert words(own, end) == ("网格交易", "R3", end)
    own.refresh_from_db()
    assert own.retired_on == end
    publish(own, terms("risk_level", "R4"), ann, bo, valid_from=end)
    assert words(own, end) == ("网格交易", "R4", None)


def test_what_the_feed_says_of_its_products_is_not_touched() -> None:
    grid, (ann, bo) = fed_product(), colleagues("ann", "bo")
    publish(grid, terms("risk_level", "R5"), ann, bo)
    retire_product(product=grid, on=TODAY, by=ann, at=AT)
    assert words(grid) == (GRID.name, GRID.risk_level, None)


def test_no_feed_may_call_itself_ours() -> None:
    make()
    with pytest.raises(ReservedSource):
        merge_products(source="here", upserts=[GRID._replace(code="own")], by=system("test"), at=AT)
