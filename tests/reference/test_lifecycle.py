"""g1: 2,357 customers of a shop, month by month: new, retained, reactivated, lapsed; and their cohorts.

Its *retained* leaves out those who came or came back in the month. One account has a value, so that months can be
published; the others only count heads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from core.calendar import trading_day_on_or_before
from tests.oracle import service
from tests.oracle.feeds import Delivery, Sheet, holdings
from tests.reference.published import Expected, day, expected, rows
from tests.reference.single import import_exchange_calendar
from tests.statistics.cases import account, client, product, signed, units

CASE = "g1_cdnow_sample"
BEFORE = date(1996, 12, 1)
OPENED = date(1996, 1, 2)

Months = dict[str, dict[str, int]]


def months() -> list[str]:
    return [row["month"] for row in rows(CASE, "lifecycle_expected.csv")]


def month_end(month: date) -> date:
    """Return the last trading day of the month of a day."""
    return trading_day_on_or_before((month.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def told(days: list[date]) -> Delivery:
    """Return the history of the shop with these fact days."""
    bought = rows(CASE, "subscriptions.csv")
    codes = [row["client"] for row in rows(CASE, "clients.csv")]
    sheets = {
        "units": units(),
        "clients": tuple(client(code, opened=OPENED) for code in codes),
        "accounts": tuple(account(f"A{code}", code, OPENED) for code in codes),
        "products": (product("CDNOW"),),
        "subscriptions": tuple(
            signed(
                f"S{number}", row["client"], f"A{row['client']}", day(row["start"]),
                day(row["end"]) if row["end"] else None, "expired" if row["end"] else "", "CDNOW",
            )
            for number, row in enumerate(bought)
        ),
    }  # fmt: skip
    valued = holdings([(f"A{codes[0]}", each, 100, 0) for each in days])
    return Delivery(days[-1], days[0], {**{kind: Sheet(each) for kind, each in sheets.items()}, "holdings": valued})


@pytest.fixture
def days(db: None) -> Iterator[list[date]]:
    """The month ends of the published shop, with the one before it opened."""
    import_exchange_calendar(OPENED)
    found = [month_end(BEFORE), *(month_end(day(f"{month}-01")) for month in months())]
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, [told(found)])
        assert service.close()["days"] == [each.isoformat() for each in found]
        yield found


def lifecycle(days: list[date]) -> Months:
    """Return the counts of each month as the case names them."""
    found: Months = {}
    seen = 0
    for before, now in pairwise(days):
        (row,) = service.matrix(now, before, node="matrix")["rows"]
        came, back = row["first_time_clients"], row["reactivated_clients"]
        seen += came
        found[now.strftime("%Y-%m")] = {
            "new": came,
            "retained": row["retained_clients"] - came - back,
            "reactivated": back,
            "inactive_stock": seen - row["retained_clients"],
            "lapsed_flow": row["lapsed_clients"],
        }
    return found


FIGURES: dict[str, Callable[[Months], float]] = {
    "n_clients": lambda found: sum(month["new"] for month in found.values()),
    "lifecycle_feb97_lapsed": lambda found: found["1997-02"]["lapsed_flow"],
}


@pytest.mark.reference
def test_every_month(days: list[date], subtests: pytest.Subtests) -> None:
    found = lifecycle(days)
    wanted = rows(CASE, "lifecycle_expected.csv")
    assert found == {row.pop("month"): {name: int(count) for name, count in row.items()} for row in wanted}
    for param in expected(CASE, FIGURES.__contains__):
        (figure,) = param.values
        assert isinstance(figure, Expected)
        with subtests.test(figure.id):
            assert figure.holds(FIGURES[figure.id](found))


@pytest.mark.reference
def test_cohorts(days: list[date]) -> None:
    found: list[dict[str, Any]] = service.retention(as_of=days[-1])["cohorts"]
    firsts = {row["client"]: row["first_date"][:7] for row in rows(CASE, "clients.csv")}
    bought = {(row["client"], row["date"][:7]) for row in rows(CASE, "events.csv")}
    counts = Counter((firsts[code], month) for code, month in bought)
    sizes = Counter(firsts.values())
    assert {each["month"][:7]: each["clients"] for each in found} == sizes
    for each in found:
        since = each["month"][:7]
        assert each["retained"] == [counts[since, month] for month in months() if month >= since]
