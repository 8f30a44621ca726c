"""The clients behind a count: as many as the published cells say, in every node and slice of a generated broker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product as pairs
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from smart_products.statistics import queries
from smart_products.statistics.queries import Money, Structure, UnknownScope, Who
from tests.delivered import Broker, published
from tests.effort import THOROUGH

pytestmark = pytest.mark.django_db

SIZE = (120, 60) if THOROUGH else (60, 30)
"""Clients and days; it takes two months until somebody comes back."""


@pytest.fixture(scope="module")
def broker(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    with published(
        django_db_blocker, tmp_path_factory.mktemp("behind") / "broker", clients=SIZE[0], days=SIZE[1]
    ) as broker:
        yield broker


@pytest.mark.usefixtures("broker")
def test_as_many_clients_as_the_cells_count() -> None:
    days = queries.fact_days()
    unit = queries.matrix(by="unit").slices[0].unit
    places: tuple[dict[str, Any], ...] = (
        {},
        {"unit": unit},
        {"tier": "t2"},
        {"channel": queries.channels()[0]},
        {"unit": unit, "structure": Structure.NOW},
        {"unit": unit, "tier": "t1"},
    )
    seen = dict.fromkeys(Who, 0)
    for since, place in pairs((days[0], days[20]) if THOROUGH else (days[0],), places):
        rows = queries.matrix(since=since, **place).rows
        for row in rows if THOROUGH else rows[:: len(rows) - 1]:
            clients, first = row.clients, row.first_sign
            told = {who: queries.behind(who=who, since=since, node=row.node, **place) for who in Who}
            counts = {who: found.count for who, found in told.items()}
            assert counts == {
                Who.RETAINED: clients.retained,
                Who.FIRST_SIGN: first.clients,
                Who.FIRST_TIME: clients.first_time,
                Who.REACTIVATED: clients.reactivated,
                Who.LAPSED: clients.lapsed,
            }, (since, place, row.node)
            signed = told[Who.FIRST_SIGN].movements.values()
            assert sum(bool(one.retained) for moves in signed for one in moves) == first.retained
            lapsed = told[Who.LAPSED]
            assert lapsed.reasons.total() == clients.lapsed
            assert {key for reason in lapsed.reasons for key in lapsed.of(reason)} == set(lapsed.clients)
            seen = {who: seen[who] + count for who, count in counts.items()}
    assert all(seen[who] for who in Who if THOROUGH or who != Who.REACTIVATED), seen


@pytest.mark.usefixtures("broker")
def test_the_amounts_of_clients_add_up_to_every_term() -> None:
    days = queries.fact_days()
    unit = queries.matrix(by="unit").slices[0].unit
    places: tuple[dict[str, Any], ...] = (
        {},
        {"unit": unit},
        {"tier": "t2"},
        {"channel": queries.channels()[0]},
        {"unit": unit, "structure": Structure.NOW},
        {"unit": unit, "tier": "t1"},
    )
    seen: Counter[str] = Counter()
    for since, place in pairs((days[0], days[20], days[-2]) if THOROUGH else (days[0],), places):
        rows = queries.matrix(since=since, **place).rows
        for row in rows if THOROUGH else rows[:: len(rows) - 1]:
            found = queries.behind_money(since=since, node=row.node, **place).amounts
            told = {money: int(found.of(money).sum()) for money in Money}
            assets = row.assets
            assert told == {
                Money.ASSETS: assets.now,
                Money.ENTERED: assets.entered_total,
                Money.LEFT: assets.left_total,
                Money.FLOW: assets.flow,
                Money.MARKET: assets.market,
                Money.MOVED: assets.moved,
            }, (since, place, row.node)
            for money, parts in ((Money.ENTERED, assets.entered), (Money.LEFT, assets.left)):
                assert {why: int(found.of(money, why).sum()) for why in parts} == parts, (since, place, row.node)
                seen.update({f"{money} {why}": amount for why, amount in parts.items()})
            seen.update({money: abs(amount) for money, amount in told.items()})
    assert all(seen[money] for money in Money if THOROUGH or money is not Money.MOVED), seen
    assert queries.behind_money(levels=True).amounts.of(Money.ASSETS).sum() == queries.matrix(node="matrix").rows[0].assets.now


@pytest.mark.usefixtures("broker")
def test_an_unknown_code_has_nobody_behind_it() -> None:
    with pytest.raises(UnknownScope):
        queries.behind(who=Who.RETAINED, node="nothing")
