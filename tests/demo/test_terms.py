"""The demo's terms: whole for every product, in the service's own shape, and honest by the service's own lint."""

from __future__ import annotations

import pytest

from demo import plan
from demo.terms import terms
from smart_products.catalogue.queries import banned_words
from smart_products.catalogue.terms import Terms


def test_every_product_has_terms_that_say_what_the_feed_says() -> None:
    written = terms()
    assert list(written) == [product.code for product in plan.PRODUCTS]
    for product in plan.PRODUCTS:
        read = Terms.read(written[product.code])
        assert (read.name.zh, read.name.en) == (product.name, product.name_en)
        assert (read.risk_level, read.regulatory_class) == (product.risk_level, product.regulatory_class)


@pytest.mark.django_db
def test_they_promise_nothing() -> None:
    assert {code: banned_words(Terms.read(one)) for code, one in terms().items()} == {code: [] for code in terms()}
