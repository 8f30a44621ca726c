"""g7: a real broker's own roll-forward of client assets, split into flow and market."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from tests.oracle import service
from tests.oracle.feeds import fen
from tests.reference.published import Expected, day, expected, rows, scaled
from tests.reference.single import figures, import_exchange_calendar, on_trading_day, publish

CASE = "g7_schwab_client_assets"
FEN_A_BILLION = 8
"""A billion stands as a million yuan: 10**8 fen keep the two decimals of the data and more."""

Figure = Callable[[list[date]], float]


def _billions(name: str, until: int) -> Figure:
    def figure(days: list[date]) -> float:
        return float(Decimal(fen(figures(days[until], days[0])[name])).scaleb(-FEN_A_BILLION))

    return figure


FIGURES: dict[str, Figure] = {
    "mkt_2q23": _billions("market", 3),
    "flow_12m": _billions("flow", 12),
    "market_12m": _billions("market", 12),
    # published as a whole per cent
    "growth_2023_yoy_mar24": lambda days: float(round(100 * figures(days[12], days[0])["growth"])),
}


@pytest.mark.reference
@pytest.mark.django_db
@pytest.mark.parametrize("figure", expected(CASE, FIGURES.__contains__))
def test_growth_is_flow_and_market(figure: Expected) -> None:
    import_exchange_calendar(date(2022, 1, 1))
    told = [
        (on_trading_day(day(row["date"])), scaled(row["value"], FEN_A_BILLION), scaled(row["net_flow"], FEN_A_BILLION))
        for row in rows(CASE, "holdings.csv")
    ]
    with service.fresh_service() as folder:
        publish(folder, told)
        got = FIGURES[figure.id]([row[0] for row in told])
    assert figure.holds(got), f"{figure.id}: got {got}, published {figure.value}"
