"""What is published is the same however the days are cut: night by night, at once, in any runs and any blocks."""

from __future__ import annotations

from datetime import date
from random import Random

import duckdb
import pytest
from django.conf import settings
from django.db import connection
from hypothesis import given, note
from hypothesis import strategies as st

from accounts.models import AssetAccount
from core.actor import system
from smart_products.holdings.queries import facts_by_day
from smart_products.statistics import block
from smart_products.statistics.models import Grain, Publication
from smart_products.statistics.operations import closing, computing
from smart_products.statistics.plan import facts_paths
from tests.effort import PROFILE, histories
from tests.oracle import service
from tests.oracle.broker import Shape, trading_days
from tests.statistics.cases import account, client, history, signed
from tests.statistics.cuts import closed, differences, fact_days, of_margin, partition, published, shapes, two_sources

DAYS = 30 if PROFILE == "full" else 8
CARRIED = st.sampled_from((0, 1, 2, 5))


@pytest.fixture
def calendar(db: None) -> None:
    service.import_test_calendar()


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
@histories(0.4)
@given(shapes(DAYS, daily=PROFILE == "full"), st.integers(0, 2**32 - 1), st.integers(2, 200), CARRIED)
def test_any_cut_of_the_days(shape: Shape, seed: int, rows: int, carry_days: int) -> None:
    random = Random(seed)
    with service.fresh_service(carry_days=str(carry_days)) as folder:
        service.deliver(folder, two_sources(shape, seed))
        days = fact_days()
        expected = closed([None])
        assert len([place for place in expected if place.endswith("marks")]) == len(days)
        for name, until, most, batch in (
            ("blocks of one day", [None], 1, computing.BATCH),
            ("small batches of small blocks", [None], rows, random.randint(1, 4)),
            ("runs of small blocks", partition(days, random), rows, computing.BATCH),
            ("nights", days, block.BLOCK_ROWS, computing.BATCH),
        ):
            note(f"{name}: {len(days)} days, {until}, {most} rows, {batch} days")
            assert differences(closed(until, most, batch), expected) == []


@pytest.mark.usefixtures("calendar")
def test_a_lost_file_of_facts_stops_the_close_and_harms_nothing() -> None:
    days = trading_days(date(2024, 3, 4), date(2024, 3, 15))
    told = history(
        {day: {"A1": (100 + n, 0)} for n, day in enumerate(days)},
        clients=[client("C1")],
        accounts=[account("A1", "C1")],
        subscriptions=[signed("S1", "C1", "A1", days[1])],
    )
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, [told])
        expected = closed([None])
        (lost,) = facts_paths(settings.FACTS_DIR, closing.fact_days(facts_by_day())[6])
        aside = lost.rename(lost.with_suffix(".aside"))
        with pytest.raises(duckdb.IOException):
            closed([None], batch=2)
        assert set(Publication.objects.filter(grain=Grain.DAY, is_current=True).values_list("as_of", flat=True)) <= set(
            days[:6]
        )
        aside.rename(lost)
        closing.close(by=system("test"), at=service.AT, confirm=True)
        assert differences(published(), expected) == []


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
@histories(0.2)
@given(shapes(DAYS // 2, daily=True), st.integers(0, 2**32 - 1), st.booleans())
def test_each_delivery_closed_when_it_arrives(shape: Shape, seed: int, shuffled: bool) -> None:
    story = two_sources(shape, seed)
    if shuffled:
        Random(seed).shuffle(story)
    with service.fresh_service() as folder:
        for one in story:
            service.deliver(folder, [one])
            closing.close(by=system("test"), at=service.AT, confirm=True)
        found = published()
        assert differences(found, closed([None])) == []


@pytest.mark.usefixtures("calendar")
def test_a_day_of_a_source_whose_accounts_have_no_clients() -> None:
    days = trading_days(date(2024, 3, 4), date(2024, 3, 8))
    ours = history(
        {days[0]: {"A1": (100, 0)}, days[4]: {"A1": (120, 0)}},
        clients=[client("C1")],
        accounts=[account("A1", "C1")],
        subscriptions=[signed("S1", "C1", "A1", days[0])],
    )
    other = of_margin(history({days[2]: {"A1": (7, 0)}}, clients=[client("C1")], accounts=[account("A1", "C1")]))
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, [ours, other])
        AssetAccount.objects.filter(source="margin").update(client=None)
        expected = closed([None])
        assert fact_days() == [days[0], days[2], days[4]]
        assert differences(closed(fact_days()), expected) == []


@pytest.mark.usefixtures("calendar")
def test_units_with_large_numbers() -> None:
    days = trading_days(date(2024, 3, 28), date(2024, 4, 2))
    told = history(
        {day: {"A1": (100 + n, 0)} for n, day in enumerate(days)},
        clients=[client("C1")],
        accounts=[account("A1", "C1")],
        subscriptions=[signed("S1", "C1", "A1", days[1])],
    )
    with service.fresh_service() as folder:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE accounts_unit ALTER COLUMN id RESTART WITH 600000")
        service.deliver_in_order(folder, [told])
        assert differences(closed(days), closed([None])) == []
        row = service.matrix(days[-1], days[0], unit="O1", node="matrix")["rows"][0]
        assert (row["signed_assets"], row["first_time_clients"]) == ("103.00", 1)
