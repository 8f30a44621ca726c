"""Products: versions that nobody changes, bits that nobody reuses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import StringIO
from itertools import permutations
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from core.actor import system
from core.merging import ConflictingRows, Merged, UnknownCode
from core.models import AuditEvent
from smart_products.catalogue.models import Family, Product, ProductVersion
from smart_products.catalogue.operations import CodeClash, ProductRow, merge_products, name_family
from smart_products.catalogue.queries import families, products

pytestmark = pytest.mark.django_db

FIRST, LATER = date(2024, 1, 2), date(2024, 6, 3)
AT = datetime(2024, 6, 3, 12, 0, tzinfo=UTC)
AS_FEED: dict[str, Any] = {"source": "core", "by": system("test"), "at": AT}
GRID = ProductRow("GRID", FIRST, "ORDERS", "网格交易", "Grid orders", "R3", "tool")
PLAN = ProductRow("PLAN", FIRST, "SAVING", "定投计划", "", "R2", "tool")
PICK = ProductRow("PICK", FIRST, "ADVICE", "选股", None, "R4", "advice")
ROWS = [GRID, PLAN, PICK]


def test_new_products_take_the_next_bits_in_the_order_of_their_codes() -> None:
    for order in permutations(ROWS):
        mark = transaction.savepoint()
        assert merge_products(upserts=order, **AS_FEED) == Merged(inserted=3)
        assert dict(Product.objects.values_list("code", "bit")) == {"GRID": 0, "PICK": 1, "PLAN": 2}
        transaction.savepoint_rollback(mark)


def test_a_bit_is_never_given_twice() -> None:
    merge_products(upserts=[GRID, PLAN], **AS_FEED)
    merge_products(upserts=[], removed=[("PLAN", FIRST)], **AS_FEED)
    assert [view.code for view in products()] == ["GRID"]
    merge_products(upserts=[PICK], **AS_FEED)
    assert Product.objects.get(code="PICK").bit == 2
    merge_products(upserts=[PLAN], **AS_FEED)
    assert Product.objects.get(code="PLAN").bit == 1


def test_a_second_merge_publishes_nothing() -> None:
    merge_products(upserts=ROWS, **AS_FEED)
    assert merge_products(upserts=ROWS, **AS_FEED) == Merged()
    assert ProductVersion.objects.count() == 3
    assert AuditEvent.objects.filter(action="merge_products").count() == 2


def test_a_correction_is_a_further_version() -> None:
    merge_products(upserts=[GRID], **AS_FEED)
    merge_products(upserts=[GRID._replace(risk_level="R4")], **AS_FEED)
    assert list(ProductVersion.objects.values_list("number", "risk_level")) == [(1, "R3"), (2, "R4")]
    assert products()[0].risk_level == "R4"
    assert merge_products(upserts=[GRID._replace(risk_level="R4")], **AS_FEED) == Merged()


def test_the_terms_are_those_of_the_day() -> None:
    merge_products(upserts=[GRID, GRID._replace(valid_from=LATER, name="网格二", family_code="NEW")], **AS_FEED)
    assert products(date(2024, 6, 2))[0].name == "网格交易"
    assert products(LATER)[0].name == "网格二"
    assert products(date(2000, 1, 1))[0].name == "网格交易"
    assert products()[0].family.code == "NEW"
    assert merge_products(upserts=[], removed=[("GRID", LATER)], **AS_FEED) == Merged(removed=1)
    assert merge_products(upserts=[], removed=[("GRID", LATER), ("NONE", LATER)], **AS_FEED) == Merged()
    view = products()[0]
    assert (view.name, view.family.code, view.version) == ("网格交易", "ORDERS", 1)


def test_the_retirement_is_that_of_the_latest_version() -> None:
    later = GRID._replace(valid_from=LATER, retired_on=LATER, retired_inferred=True)
    merge_products(upserts=[later, GRID], **AS_FEED)
    assert (products()[0].retired_on, products()[0].retired_inferred) == (LATER, True)
    merge_products(upserts=[GRID], **AS_FEED)
    assert products()[0].retired_on == LATER
    # Taking the last version back takes its retirement back.
    merge_products(upserts=[], removed=[("GRID", LATER)], **AS_FEED)
    assert (products()[0].retired_on, products()[0].retired_inferred) == (None, False)
    merge_products(upserts=[GRID._replace(retired_on=LATER)], **AS_FEED)
    assert products()[0].retired_on == LATER
    merge_products(upserts=[GRID], **AS_FEED)
    assert products()[0].retired_on is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalogue_productversion SET name = 'x'",
        "DELETE FROM catalogue_productversion",
        "TRUNCATE catalogue_productversion",
        "DELETE FROM catalogue_product",
    ],
)
def test_a_published_version_can_not_be_touched(statement: str) -> None:
    merge_products(upserts=[GRID], **AS_FEED)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "row",
    [
        GRID._replace(code="matrix"),
        GRID._replace(family_code="matrix"),
        GRID._replace(family_code="PLAN"),
        GRID._replace(code="SAVING"),
    ],
)
def test_one_code_is_one_node(row: ProductRow) -> None:
    merge_products(upserts=[PLAN], **AS_FEED)
    with pytest.raises(CodeClash):
        merge_products(upserts=[row], **AS_FEED)


def test_two_rows_of_one_day_must_say_the_same() -> None:
    with pytest.raises(ConflictingRows):
        merge_products(upserts=[GRID, GRID._replace(name="x")], **AS_FEED)
    assert merge_products(upserts=[PICK, PICK._replace(name_en="")], **AS_FEED) == Merged(inserted=1)


def test_a_family_is_named_after_its_code_until_it_gets_a_name() -> None:
    merge_products(upserts=ROWS, **AS_FEED)
    assert [view.name for view in families()] == ["ADVICE", "ORDERS", "SAVING"]
    out = StringIO()
    call_command("name_family", "ORDERS", "条件单", "--name-en", "Orders", stdout=out)
    assert out.getvalue().strip() == "ORDERS: 条件单"
    family = Family.objects.get(code="ORDERS")
    assert (family.name, family.name_en) == ("条件单", "Orders")
    merge_products(upserts=ROWS, **AS_FEED)
    assert Family.objects.get(code="ORDERS").name == "条件单"
    with pytest.raises(CommandError):
        call_command("name_family", "NONE", "x", stdout=out)
    with pytest.raises(UnknownCode):
        name_family(code="NONE", name="x", **AS_FEED)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_one_query(count: int, django_assert_num_queries: Any) -> None:
    merge_products(upserts=ROWS[:count], **AS_FEED)
    with django_assert_num_queries(1):
        assert len(products()) == count
