"""An open account without a row: carried for five fact days at flow 0, then it stands at 0, until it is back."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from django.core.management import call_command

from tests.oracle import service
from tests.oracle.broker import trading_days
from tests.oracle.feeds import Delivery
from tests.statistics.cases import account, client, history, signed, units

DAYS = trading_days(date(2024, 3, 4), date(2024, 3, 15))
MONEY = ("assets_before", "entered", "left", "flow", "market", "signed_assets")
CARRIED = ("carried_accounts", "carried_value", "unvalued_accounts")


def story(start: date, closed: date | None = None) -> list[Delivery]:
    """A1 is worth 100 on the first day, has no row for seven days, and comes back with 130, of it 20 paid in."""
    rows = {day: {"A2": (1, 0)} for day in DAYS}
    rows[DAYS[0]]["A1"] = (100, 0)
    if closed is None:
        rows[DAYS[8]]["A1"] = (130, 20)
        rows[DAYS[9]]["A1"] = (131, 0)
    return [
        history(
            rows,
            clients=[client("C1"), client("C2", "O2")],
            accounts=[account("A1", "C1", closed=closed), account("A2", "C2")],
            subscriptions=[signed("S1", "C1", "A1", start)],
        )
    ]


def money(day: date, since: date, names: tuple[str, ...] = MONEY) -> list[str | int]:
    found = service.matrix(day, since, node="matrix")["rows"][0]
    return [found[name] if isinstance(found[name], int) else found[name].removesuffix(".00") for name in names]


@pytest.fixture
def calendar(db: None) -> None:
    service.import_test_calendar()


@pytest.mark.usefixtures("calendar")
def test_signed_throughout() -> None:
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, story(date(2024, 2, 1)))
        service.close()
        for n in range(1, 6):
            assert money(DAYS[n], DAYS[n - 1]) == ["100", "0", "0", "0", "0", "100"]
            assert money(DAYS[n], DAYS[n - 1], CARRIED) == [1, "100", 0]
        assert money(DAYS[6], DAYS[5]) == ["100", "0", "0", "-100", "0", "0"]
        assert money(DAYS[6], DAYS[5], CARRIED) == [0, "0", 1]
        assert money(DAYS[7], DAYS[6]) == ["0", "0", "0", "0", "0", "0"]
        assert money(DAYS[8], DAYS[7]) == ["0", "0", "0", "130", "0", "130"]
        assert money(DAYS[9], DAYS[8]) == ["130", "0", "0", "0", "1", "131"]
        assert money(DAYS[9], DAYS[0]) == ["100", "0", "0", "30", "1", "131"]


@pytest.mark.usefixtures("calendar")
def test_signed_on_the_day_it_comes_back() -> None:
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, story(DAYS[8]))
        service.close()
        # the day before it had no fact: what it brought without the flow of the day has entered
        assert money(DAYS[8], DAYS[7]) == ["0", "110", "0", "20", "0", "130"]


@pytest.mark.usefixtures("calendar")
def test_signed_while_it_is_carried() -> None:
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, story(DAYS[3]))
        service.close()
        assert money(DAYS[3], DAYS[2]) == ["0", "100", "0", "0", "0", "100"]


@pytest.mark.usefixtures("calendar")
def test_a_closed_account_is_not_carried() -> None:
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, story(date(2024, 2, 1), closed=DAYS[2]))
        service.close()
        assert money(DAYS[1], DAYS[0]) == ["100", "0", "0", "0", "0", "100"]
        assert money(DAYS[2], DAYS[1]) == ["100", "0", "100", "0", "0", "0"]
        found = service.matrix(DAYS[2], DAYS[1], node="matrix")["rows"][0]
        assert found["left_by_reason"]["account_closed"] == "100.00"
        assert found["clients_on_books"] == 1


@pytest.mark.usefixtures("calendar")
@pytest.mark.parametrize("at_once", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_day_without_a_delivery_is_not_counted(at_once: bool) -> None:
    """The fund system delivers nothing on two days; then F1 lacks a row for six: five are carried."""
    of_fund = {day: {"F2": (7, 0)} for n, day in enumerate(DAYS) if n not in {1, 2}}
    of_fund[DAYS[0]]["F1"] = (50, 0)
    fund = history(
        of_fund,
        units=[{**row, "unit": f"F{row['unit']}", "parent": row["parent"] and f"F{row['parent']}"} for row in units()],
        clients=[client("K1", "FO1"), client("K2", "FO2")],
        accounts=[account("F1", "K1"), account("F2", "K2")],
        subscriptions=[signed("T1", "K1", "F1", date(2024, 2, 1))],
    )
    core = history({day: {"A1": (1, 0)} for day in DAYS}, clients=[client("C1")], accounts=[account("A1", "C1")])
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, [core, replace(fund, source="fund")])
        for day in [DAYS[-1]] if at_once else DAYS:
            call_command("close", str(day), "--confirm", stdout=io.StringIO(), stderr=io.StringIO())
        rows = [service.matrix(DAYS[n], DAYS[n - 1], node="matrix", unit="FHQ")["rows"][0] for n in range(1, len(DAYS))]
        assert [row["signed_assets"] for row in rows] == ["50.00"] * 7 + ["0.00"] * 2
        assert [row["carried_accounts"] for row in rows] == [1] * 7 + [0] * 2
