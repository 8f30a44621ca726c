"""g8: time-weighted returns of five small portfolios, as another program's own tests publish them.

Flows count at the start of their day, valuations at its end; a flow without a value joins the
next valuation. What was never valued is worth what was paid in.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.oracle import service
from tests.reference.published import Expected, day, expected, rows, scaled
from tests.reference.single import figures, import_exchange_calendar, on_trading_day, publish

CASE = "g8_hledger_roi"
FEN = 2
DAYS_A_YEAR = 365


def is_time_weighted(name: str) -> bool:
    return name.endswith("_twr")


def valued(portfolio: str, end: date) -> list[tuple[date, int, int]]:
    """Return (day, value, net flow) of every valuation, each with the flows since the one before."""
    flows = [
        (day(row["date"]), scaled(row["net_flow"], FEN))
        for row in rows(CASE, "flows.csv")
        if row["portfolio"] == portfolio
    ]
    values = [
        (day(row["date"]), scaled(row["value"], FEN))
        for row in rows(CASE, "valuations.csv")
        if row["portfolio"] == portfolio
    ]
    values = sorted(values) or [(end, sum(flow for _, flow in flows))]
    found = []
    before = date.min
    for at, value in values:
        found.append((on_trading_day(at), value, sum(flow for when, flow in flows if before < when <= at)))
        before = at
    return found


@pytest.mark.reference
@pytest.mark.django_db
@pytest.mark.parametrize("figure", expected(CASE, is_time_weighted))
def test_time_weighted_return(figure: Expected) -> None:
    import_exchange_calendar(date(2015, 1, 1))
    portfolio = figure.id.removesuffix("_twr")
    (report,) = [row for row in rows(CASE, "reports.csv") if row["portfolio"] == portfolio]
    begin, end = day(report["begin"]), day(report["end"])
    told = valued(portfolio, end)
    opening = on_trading_day(begin - timedelta(days=1))
    with service.fresh_service() as folder:
        publish(folder, [(opening, 0, 0), *told])
        rate = figures(told[-1][0], opening)["twr"]
    length = (end - begin).days + 1
    annual = 100 * ((1 + rate) ** (DAYS_A_YEAR / length) - 1)
    assert figure.holds(annual), f"{figure.id}: got {annual}, published {figure.value}"
