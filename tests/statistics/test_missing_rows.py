"""An open account without a row: carried for five fact days at flow 0, then it stands at 0, until it is back."""

from __future__ import annotations

from datetime import date

import pytest

from tests.oracle import service
from tests.oracle.broker import trading_days
from tests.oracle.feeds import Delivery
from tests.statistics.cases import account, client, history, signed

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
