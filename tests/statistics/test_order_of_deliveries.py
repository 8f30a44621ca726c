"""Deliveries in any order, and repeated, end in the same published figures on every day.

Four deliveries: a history, a night that brings new masters, a second version of that night, and
a late correction of a day of the history.
"""

from __future__ import annotations

import json
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from tests.oracle import service
from tests.oracle.feeds import Delivery, Sheet
from tests.oracle.judge import Judge, Where
from tests.oracle.world import resolve
from tests.statistics.cases import account, client, held, history, night, product, signed, units

DAYS = [date(2024, 3, 28), date(2024, 3, 29), date(2024, 4, 1), date(2024, 4, 2)]
SLICES: tuple[dict[str, str], ...] = ({}, {"by": "tier"}, {"unit": "B2"})
NOT_COMPARED = ("version", "cut", "current")
"""A day that was closed once more often has a later version of the same figures."""


def story() -> list[Delivery]:
    """Return history, night, the night again, and the correction, in the order in which things happened."""
    loaded = history(
        {
            DAYS[0]: {"A1": (40_000, 0), "A2": (90_000, 0)},
            DAYS[1]: {"A1": (49_000, 5_000), "A2": (91_000, 0)},
            DAYS[2]: {"A1": (51_000, 0), "A2": (92_500, 0)},
        },
        clients=[client("C1"), client("C2", "O2", "bank")],
        accounts=[account("A1", "C1"), account("A2", "C2")],
        products=[product("grid"), product("picks", "advice")],
        subscriptions=[
            signed("S1", "C1", "A1", date(2024, 2, 1)),
            signed("S2", "C2", "A2", date(2024, 3, 30), of="picks"),
        ],
    )
    first = night(
        {DAYS[3]: {"A1": (52_000, 0), "A2": (93_000, 100), "A3": (600_000, 600_000)}},
        units=[row for row in units(O2="B1") if row["unit"] == "O2"],
        clients=[client("C3", "O2", "bank", DAYS[3])],
        accounts=[account("A3", "C3", DAYS[3])],
        subscriptions=[
            signed("S2", "C2", "A2", date(2024, 3, 30), DAYS[3], "withdrawn", of="picks"),
            signed("S3", "C3", "A3", DAYS[3]),
        ],
    )
    second = first.again(
        2,
        holdings=held({DAYS[3]: {"A1": (52_500, 0), "A2": (93_000, 100), "A3": (610_000, 600_000)}}),
        clients=Sheet((client("C1", "O2"),), "changes"),
        subscriptions=Sheet((signed("S2", "C2", "A2", date(2024, 3, 30), of="picks"),), "changes"),
    )
    late = Delivery(
        DAYS[1], DAYS[1], {"holdings": held({DAYS[1]: {"A1": (50_500, 5_500), "A2": (91_000, 0)}})}, sequence=2
    )
    return [loaded, first, second, late]


def published() -> list[Any]:
    """Return what is published for every day and slice, without the versions."""
    found = []
    for since, day in zip([None, *DAYS], DAYS, strict=False):
        for chosen in SLICES:
            answer = service.matrix(day, since, **chosen)
            found.append({name: part for name, part in answer.items() if name not in NOT_COMPARED})
    return json.loads(json.dumps(found, sort_keys=True)) if found else []


def arrive(folder: Path, told: list[Delivery], *, close_each_time: bool, repeat: bool) -> list[Any]:
    """Deliver and close, once at the end or each time, and return all figures; repeated, it changes nothing."""
    for one in told:
        service.deliver(folder, [one])
        if close_each_time:
            service.close()
    service.close()
    found = published()
    if not repeat:
        return found
    repeated = service.deliver(folder, told)
    assert {one["state"] for one in repeated} == {"repeated"}
    assert service.close()["days"] == []
    return found


@pytest.fixture
def calendar(db: None) -> None:
    service.import_test_calendar()


@pytest.mark.usefixtures("calendar")
@pytest.mark.parametrize("each", [pytest.param(12, id="some"), pytest.param(1, id="all", marks=pytest.mark.slow)])
def test_every_order_gives_the_same(each: int) -> None:
    judge = Judge(resolve(story()))
    found = []
    orders = list(enumerate(permutations(story())))
    assert len(orders) == 24
    for number, order in orders[::each]:
        with service.fresh_service() as folder:
            found.append(arrive(folder, list(order), close_each_time=number % 2 == 1, repeat=number % 6 == 0))
    assert [number for number, figures in enumerate(found) if figures != found[0]] == []
    last = {row["node"]: row for row in found[0][-len(SLICES)]["rows"]}
    assert last["matrix"]["retained_clients"] == judge.heads("matrix", Where(), 3) == 3
    assert last["matrix"]["signed_assets"] == "755500.00"
