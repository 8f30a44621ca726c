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
from smart_products.statistics.retention import Basis
from tests.delivered import Broker, published
from tests.effort import THOROUGH

pytestmark = pytest.mark.django_db

WAYS = (Who.STAYED, Who.LEFT, Who.SWITCHED_OUT, Who.KEPT_OTHERS, Who.OUTSIDE, Who.CAME, Who.SWITCHED_IN, Who.ADDED,
        Who.FROM_OUTSIDE)  # fmt: skip
NAMES = {Who.LEFT: "left", Who.CAME: "came"}
"""What a row of transitions calls them."""
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
    counted = (Who.RETAINED, Who.FIRST_SIGN, Who.FIRST_TIME, Who.REACTIVATED, Who.LAPSED)
    seen = dict.fromkeys(counted, 0)
    for since, place in pairs((days[0], days[20]), places) if THOROUGH else [(days[0], one) for one in places[::2]]:
        rows = queries.matrix(since=since, **place).rows
        for row in rows if THOROUGH else rows[:: len(rows) - 1]:
            clients, first = row.clients, row.first_sign
            told = {who: queries.behind(who=who, since=since, node=row.node, **place) for who in counted}
            counts = {who: found.count for who, found in told.items()}
            assert counts == {
                Who.RETAINED: clients.retained,
                Who.FIRST_SIGN: first.clients,
                Who.FIRST_TIME: clients.first_time,
                Who.REACTIVATED: clients.reactivated,
                Who.LAPSED: clients.lapsed,
            }, (since, place, row.node)
            signed = told[Who.FIRST_SIGN]
            moves = [one for client in signed.clients for one in signed.movements(client)]
            assert sum(bool(one.retained) for one in moves) == signed.stayed == first.retained
            lapsed = told[Who.LAPSED]
            assert lapsed.reasons.total() == clients.lapsed
            assert {key for reason in lapsed.reasons for key in lapsed.of(reason)} == set(lapsed.clients)
            seen = {who: seen[who] + count for who, count in counts.items()}
    assert all(seen[who] for who in counted if THOROUGH or who != Who.REACTIVATED), seen


@pytest.mark.slow
@pytest.mark.usefixtures("broker")
def test_as_many_clients_as_went_on_every_way() -> None:
    days = queries.fact_days()
    unit = queries.matrix(by="unit").slices[0].unit
    seen: Counter[Who] = Counter()
    places: tuple[dict[str, Any], ...] = ({}, {"unit": unit}, {"tier": "t2"})
    for place in places[: 3 if THOROUGH else 2]:
        found = queries.transitions(since=days[0], **place)
        codes = {row.node.number: row.node.code for row in found.rows}
        for row in found.rows if THOROUGH else found.rows[:3]:
            for way in WAYS:
                told = queries.behind(who=way, since=days[0], node=row.node.code, **place)
                assert told.count == getattr(row, NAMES.get(way, way.value)), (way, row.node.code, place)
                seen[way] += told.count
        for way, pairs_of in ((Who.TRANSITIONS, found.pairs), (Who.SHARED, found.shared.pairs)):
            for (one, other), clients in list(pairs_of.items())[: None if THOROUGH else 3]:
                told = queries.behind(who=way, since=days[0], node=codes[one], other=codes[other], **place)
                assert told.count == clients
                seen[way] += told.count
    assert all(seen[way] for way in (Who.STAYED, Who.OUTSIDE, Who.FROM_OUTSIDE, Who.SHARED)), seen


@pytest.mark.usefixtures("broker")
def test_as_many_clients_as_each_cell_of_the_triangle() -> None:
    unit = queries.matrix(by="unit").slices[0].unit
    asked = seen = 0
    places: tuple[dict[str, Any], ...] = ({}, {"unit": unit}, {"tier": "t2"})
    for basis, place in pairs(Basis, places[: 3 if THOROUGH else 2]):
        for cohort in queries.retention(basis=basis, **place).cohorts[-9 if THOROUGH else -2 :]:
            for months, cell in [*enumerate(cohort.cells)][-9 if THOROUGH else -2 :]:
                which: dict[str, Any] = {"who": Who.COHORT, "cohort": (cohort.month, months), "basis": basis, **place}
                if cell is None:
                    with pytest.raises(UnknownScope):
                        queries.behind(**which)
                    continue
                found = queries.behind(**which)
                assert (found.count, found.stayed) == (cohort.clients, cell.retained)
                asked, seen = asked + 1, seen + found.stayed
    assert asked > 3
    assert seen


@pytest.mark.usefixtures("broker")
def test_as_many_clients_as_n_days_the_curve_and_first_signings_count() -> None:
    unit = queries.matrix(by="unit").slices[0].unit
    places: tuple[dict[str, Any], ...] = ({}, {"unit": unit}, {"tier": "t2"})
    nodes = [one.code for one in queries.node_names()]
    seen: Counter[Who] = Counter()
    asked = (
        pairs(Basis, places, nodes) if THOROUGH else [(Basis.SIGNED, {}, nodes[0]), (Basis.CONFIRMED, {}, nodes[-1])]
    )
    for basis, place, node in asked:
        which: dict[str, Any] = {"node": node, "basis": basis, **place}
        found = queries.retention(**which)
        for row in found.n_day if THOROUGH else found.n_day[:2]:
            told = queries.behind(who=Who.N_DAY, days=row.days, **which)
            assert (told.count, told.stayed) == (row.observable, row.retained), (which, row.days)
            seen[Who.N_DAY] += told.stayed
        curve = found.survival
        for day in (0, 7, 30) if THOROUGH else (7,):
            told = queries.behind(who=Who.AT_RISK, days=day, **which)
            assert told.count == curve.at_risk(day), (which, day)
            seen[Who.AT_RISK] += told.count
        if basis is Basis.CONFIRMED:
            told = queries.behind(who=Who.FIRST_SIGN, **which)
            assert (told.count, told.stayed) == (found.first_sign.clients, found.first_sign.retained), which
            seen[Who.FIRST_SIGN] += told.count
    assert all(seen[who] for who in (Who.N_DAY, Who.AT_RISK, Who.FIRST_SIGN)), seen
    for who, days in ((Who.N_DAY, 8), (Who.N_DAY, None), (Who.AT_RISK, None)):
        with pytest.raises(UnknownScope):
            queries.behind(who=who, days=days)


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
    assert (
        queries.behind_money(levels=True).amounts.of(Money.ASSETS).sum()
        == queries.matrix(node="matrix").rows[0].assets.now
    )


@pytest.mark.usefixtures("broker")
def test_an_unknown_code_has_nobody_behind_it() -> None:
    with pytest.raises(UnknownScope):
        queries.behind(who=Who.RETAINED, node="nothing")
