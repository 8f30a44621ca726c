"""g10: the sessions of the Shanghai exchange, and an index whose returns are published.

`monthly_max_diff` compares with 78 published monthly figures that the case does not hold: it
can not be asked of the service.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from core import calendar
from tests.oracle import service
from tests.reference.published import Expected, day, expected, rows, scaled
from tests.reference.single import figures, import_exchange_calendar, publish

CASE = "g10_market_csi300_xshg"
FEN_A_POINT = 5
"""An index point stands as a thousand yuan: 10**5 fen keep the five decimals that the data may have."""


def sessions_in_2024() -> float:
    return len(calendar.trading_days(date(2024, 1, 1), date(2024, 12, 31)))


def days_that_disagree() -> float:
    """Index days that are no sessions, and sessions without a price."""
    priced = {day(row["date"]) for row in rows(CASE, "csi300.csv")}
    return len(priced ^ set(calendar.trading_days(min(priced), max(priced))))


def the_trap() -> str:
    """A legal working day on which the exchange is closed."""
    closed = not calendar.is_trading_day(date(2024, 2, 9)) and calendar.is_working_day(date(2024, 2, 9))
    return "closed" if closed else "open"


CALENDAR: dict[str, Callable[[], float | str]] = {
    "sessions_2024": sessions_in_2024,
    "calendar_vs_prices": days_that_disagree,
    "trap": the_trap,
}


def is_year(name: str) -> bool:
    return name.startswith("ret_")


@pytest.mark.reference
@pytest.mark.django_db
@pytest.mark.parametrize("figure", expected(CASE, CALENDAR.__contains__))
def test_calendar(figure: Expected) -> None:
    import_exchange_calendar()
    assert figure.holds(CALENDAR[figure.id]())


@pytest.mark.reference
@pytest.mark.django_db
def test_every_session() -> None:
    import_exchange_calendar()
    sessions = [day(row["session"]) for row in rows(CASE, "xshg_sessions.csv")]
    assert calendar.trading_days(date(sessions[0].year, 1, 1), date(sessions[-1].year, 12, 31)) == sessions


@pytest.mark.reference
@pytest.mark.django_db
@pytest.mark.parametrize("figure", expected(CASE, is_year))
def test_return_of_a_year(figure: Expected) -> None:
    year = int(figure.id.removeprefix("ret_"))
    import_exchange_calendar(date(year - 2, 1, 1))
    last_of_month: dict[tuple[int, int], tuple[date, int, int]] = {}
    for row in rows(CASE, "csi300.csv"):
        when = day(row["date"])
        if when.year == year or (when.year, when.month) == (year - 1, 12):
            last_of_month[when.year, when.month] = (when, scaled(row["close"], FEN_A_POINT), 0)
    told = sorted(last_of_month.values())
    with service.fresh_service() as folder:
        publish(folder, told)
        found = figures(told[-1][0], told[0][0])
    assert figure.holds(100 * found["twr"]), f"{figure.id}: got {found['twr']}, published {figure.value}"
    assert found["twr"] == pytest.approx(found["growth"], rel=1e-12)
