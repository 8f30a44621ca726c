"""An outlet that goes to another branch takes its clients along, and neither branch earns or loses by it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.actor import system
from smart_products.statistics import queries
from smart_products.statistics.operations import publish_retention
from smart_products.statistics.retention import Basis
from tests.oracle import service
from tests.oracle.feeds import Delivery
from tests.statistics.cases import account, client, history, night, signed, units

BEFORE, AFTER = date(2024, 3, 5), date(2024, 3, 6)
MONEY = ("assets_before", "entered", "left", "flow", "market", "moved", "signed_assets")


def story(*subscriptions: dict[str, object]) -> list[Delivery]:
    """O1 goes from B1 to B2 on the second day; stays is worth 100 then 110, other 200 then 230 with 10 paid in."""
    return [
        history(
            {BEFORE: {"A1": (100, 0), "A2": (200, 0)}},
            clients=[client("stays"), client("other")],
            accounts=[account("A1", "stays"), account("A2", "other")],
            subscriptions=[row for row in subscriptions if row["start"] <= BEFORE],  # type: ignore[operator]
        ),
        night(
            {AFTER: {"A1": (110, 0), "A2": (230, 10)}},
            units=[row for row in units(O1="B2") if row["unit"] == "O1"],
            subscriptions=list(subscriptions),
        ),
    ]


def row(unit: str) -> dict[str, object]:
    """Return the matrix row of a unit for the second day."""
    return dict(service.matrix(AFTER, BEFORE, unit=unit)["rows"][0])


def money(unit: str) -> list[str]:
    found = row(unit)
    return [str(found[name]) for name in MONEY]


@pytest.fixture
def calendar(db: None) -> None:
    service.import_test_calendar()


@pytest.mark.usefixtures("calendar")
def test_accounts_in_scope_on_both_days_move() -> None:
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, story(signed("S1", "stays", "A1", date(2024, 2, 1))))
        service.close()
        assert money("B1") == ["100.00", "0.00", "0.00", "0.00", "0.00", "-100.00", "0.00"]
        assert money("B2") == ["0.00", "0.00", "0.00", "0.00", "10.00", "100.00", "110.00"]
        assert money("HQ") == ["100.00", "0.00", "0.00", "0.00", "10.00", "0.00", "110.00"]


@pytest.mark.usefixtures("calendar")
def test_what_enters_that_day_stands_in_the_new_branch_alone() -> None:
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, story(signed("S2", "other", "A2", AFTER)))
        service.close()
        assert money("B1") == ["0.00"] * 7
        assert money("B2") == ["0.00", "200.00", "0.00", "10.00", "20.00", "0.00", "230.00"]


@pytest.mark.usefixtures("calendar")
def test_what_leaves_that_day_stood_in_the_old_branch_alone() -> None:
    with service.fresh_service() as folder:
        gone = signed("S2", "other", "A2", date(2024, 2, 1), AFTER, "withdrawn")
        service.deliver_in_order(folder, story(gone))
        service.close()
        assert money("B1") == ["200.00", "0.00", "200.00", "0.00", "0.00", "0.00", "0.00"]
        assert money("B2") == ["0.00"] * 7


@pytest.mark.usefixtures("calendar")
def test_first_signing_counts_in_the_branch_of_that_day() -> None:
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, story(signed("S1", "stays", "A1", BEFORE)))
        service.close()
        found = {unit: row(unit)["first_sign"]["clients"] for unit in ("B1", "B2", "HQ")}  # type: ignore[index]
        assert found == {"B1": 1, "B2": 0, "HQ": 1}


@pytest.mark.usefixtures("calendar")
@pytest.mark.parametrize("unit", ["B1", *(pytest.param(unit, marks=pytest.mark.slow) for unit in ("B2", "HQ", "O1"))])
def test_with_another_filter_the_figures_are_the_same(unit: str) -> None:
    """All clients stand in one tier and one channel: naming them changes nothing, though it asks another source."""
    ended = signed("S2", "other", "A2", date(2024, 2, 1), AFTER, "withdrawn")
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, story(signed("S1", "stays", "A1", date(2024, 2, 1)), ended))
        service.close()
        plain = service.matrix(AFTER, BEFORE, unit=unit)
        for filters in ({"tier": "t1"}, {"channel": "online"}, {"tier": "t1", "channel": "online"}):
            found = service.matrix(AFTER, BEFORE, unit=unit, **filters)
            named = {"tier": filters.get("tier"), "channel": filters.get("channel")}
            assert found["rows"] == [{**one, **named} for one in plain["rows"]]


@pytest.mark.usefixtures("calendar")
def test_by_the_structure_of_now_nothing_moved() -> None:
    with service.fresh_service() as folder:
        service.deliver_in_order(
            folder,
            story(
                signed("S1", "stays", "A1", date(2024, 2, 1)),
                signed("S2", "other", "A2", AFTER),
            ),
        )
        service.close()

        def now(**scope: str) -> list[dict[str, object]]:
            rows = service.matrix(AFTER, BEFORE, structure="now", **scope)["rows"]
            return [{name: row[name] for name in (*MONEY, "clients_before", "retained_clients")} for row in rows]

        (moved,) = now(unit="B2", node="matrix")
        assert (moved["moved"], moved["assets_before"], moved["clients_before"]) == ("0.00", "100.00", 1)
        (gone,) = now(unit="B1", node="matrix")
        assert set(gone.values()) == {"0.00", 0}
        (whole,) = now(node="matrix")
        assert whole == moved
        assert now(by="unit", node="matrix") == [gone, moved]
        assert whole == {name: row("HQ")[name] for name in whole}


@pytest.mark.usefixtures("calendar")
@pytest.mark.parametrize("published", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_league_of_units_as_they_are_counts_first_signings_where_the_outlet_is_now(published: bool) -> None:
    with service.fresh_service() as folder:
        signings = (signed("S1", "stays", "A1", BEFORE), signed("S2", "other", "A2", AFTER))
        service.deliver_in_order(folder, story(*signings))
        service.close()
        if published:
            publish_retention(by=system("test"), at=service.AT)
        counted = {
            structure: {
                one.unit: one.first_sign.clients for one in queries.league(by="unit", as_of=AFTER, structure=structure)
            }
            for structure in queries.Structure
        }
        assert counted == {
            queries.Structure.WAS: {"B1": 1, "B2": 1},
            queries.Structure.NOW: {"B1": 0, "B2": 2},
        }
        for structure, rows in counted.items():
            for unit, clients in rows.items():
                for basis in Basis:
                    asked: dict[str, Any] = {"unit": unit, "as_of": AFTER, "structure": structure, "basis": basis}
                    assert queries.behind(who=queries.Who.FIRST_SIGN, **asked).count == clients
