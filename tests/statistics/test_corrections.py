"""A correction of a past day restates that day, the next, and later days that used it: no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.oracle import service
from tests.oracle.agreement import compare
from tests.oracle.feeds import Delivery
from tests.oracle.judge import Judge, Where
from tests.oracle.world import resolve
from tests.statistics.cases import Days, account, client, held, history, night, signed, units

DAYS = [date(2024, 3, day) for day in (20, 21, 22, 25, 26, 27, 28, 29)]
APRIL = [date(2024, 4, day) for day in (1, 2)]


def loaded(days: Days) -> Delivery:
    """Two clients, both signed throughout."""
    return history(
        days,
        clients=[client("C1"), client("C2", "O2")],
        accounts=[account("A1", "C1"), account("A2", "C2")],
        subscriptions=[signed("S1", "C1", "A1", date(2024, 2, 1)), signed("S2", "C2", "A2", date(2024, 2, 1))],
    )


def correction(day: date, **rows: tuple[int, int]) -> Delivery:
    return Delivery(day, day, {"holdings": held({day: rows})}, sequence=2)


def restated(before: Delivery, after: Delivery) -> list[date]:
    """Return the days closed again by a correction; each then has the judge's figures and version 2, others 1."""
    judge = Judge(resolve([before, after]))
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, [before])
        service.close()
        service.deliver_in_order(folder, [after])
        again = [date.fromisoformat(day) for day in service.close()["days"]]
        for i, day in enumerate(judge.days):
            assert service.matrix(day)["version"] == (2 if day in again else 1), day
            assert i == 0 or compare(judge, Where(), i - 1, i) == []
        if again:
            old = service.matrix(again[0], version=1)
            assert old["rows"] != service.matrix(again[0])["rows"]
    return again


@pytest.fixture
def calendar(db: None) -> None:
    service.import_test_calendar()


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
def test_that_day_and_the_next() -> None:
    before = loaded({day: {"A1": (1_000 + n, 0), "A2": (70_000, 0)} for n, day in enumerate(DAYS)})
    again = restated(before, correction(DAYS[2], A1=(1_500, 0), A2=(70_000, 0)))
    assert again == DAYS[2:4]


@pytest.mark.usefixtures("calendar")
def test_days_that_carried_its_value() -> None:
    rows = {day: {"A1": (1_000 + n, 0), "A2": (70_000, 0)} for n, day in enumerate(DAYS)}
    for day in DAYS[3:5]:
        rows[day].pop("A2")
    again = restated(loaded(rows), correction(DAYS[2], A1=(1_002, 0), A2=(60_000, 0)))
    assert again == DAYS[2:6]


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
def test_the_month_whose_tiers_it_set() -> None:
    days = [*DAYS, *APRIL]
    before = loaded({day: {"A1": (1_000 + n, 0), "A2": (70_000, 0)} for n, day in enumerate(days)})
    again = restated(before, correction(DAYS[-1], A1=(400_000, 398_000), A2=(70_000, 0)))
    assert again == [DAYS[-1], *APRIL]


@pytest.mark.slow
@pytest.mark.usefixtures("calendar")
def test_the_month_of_a_newcomer_whose_first_fact_it_was() -> None:
    rows: dict[date, dict[str, tuple[int, int]]] = {day: {"A2": (70_000, 0)} for day in DAYS}
    for day in DAYS[3:]:
        rows[day]["A1"] = (20_000, 0)
    again = restated(loaded(rows), correction(DAYS[3], A1=(45_000, 45_000), A2=(70_000, 0)))
    assert again == DAYS[3:]


@pytest.mark.usefixtures("calendar")
def test_the_same_bytes_restate_nothing() -> None:
    before = loaded({day: {"A1": (1_000 + n, 0), "A2": (70_000, 0)} for n, day in enumerate(DAYS)})
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, [before])
        service.close()
        assert [one["state"] for one in service.deliver(folder, [before])] == ["repeated"]
        assert service.close()["days"] == []


@pytest.mark.usefixtures("calendar")
@pytest.mark.parametrize("late", [date(2024, 3, 26), pytest.param(date(2024, 3, 25), marks=pytest.mark.slow)])
def test_a_place_in_the_tree_corrected_later(late: date) -> None:
    """O1 went to B2 on 27 March; the units of an earlier day arrive late and date the move there."""
    rows = {day: {"A1": (1_000 + n, n), "A2": (70_000 - n, 0)} for n, day in enumerate(DAYS)}
    moved = [row for row in units(O1="B2") if row["unit"] == "O1"]
    first = loaded({day: rows[day] for day in DAYS[:5]})
    story = [first, night({DAYS[5]: rows[DAYS[5]]}, units=moved)]
    story += [night({day: rows[day]}) for day in DAYS[6:]]
    correction = replace(night({late: rows[late]}, units=moved), sequence=2)
    judge = Judge(resolve([*story, correction]))
    with service.fresh_service() as folder:
        for one in story:
            service.deliver_in_order(folder, [one])
            service.close()
        service.deliver_in_order(folder, [correction])
        assert late.isoformat() in service.close()["days"]
        wrong = [
            line
            for i in range(1, len(DAYS))
            for unit in ("B1", "B2", "O1")
            for line in compare(judge, Where(unit=unit), i - 1, i)
        ]
        assert wrong == []


@pytest.mark.usefixtures("calendar")
@pytest.mark.parametrize("used", [pytest.param(False, marks=pytest.mark.slow), True])
def test_a_new_outlet_closes_no_earlier_day(used: bool) -> None:
    rows = {day: {"A1": (1_000, 0), "A2": (70_000, 0)} for day in DAYS}
    outlet: dict[str, object] = {"unit": "O9", "parent": "B1", "level": "outlet", "name": "O9"}
    masters: dict[str, list[dict[str, object]]] = {"units": [outlet]}
    if used:
        rows[DAYS[-1]]["A9"] = (5, 0)
        masters["clients"] = [client("C9", "O9", opened=DAYS[-1])]
        masters["accounts"] = [account("A9", "C9", opened=DAYS[-1])]
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, [loaded({day: rows[day] for day in DAYS[:-1]})])
        service.close()
        service.deliver_in_order(folder, [night({DAYS[-1]: rows[DAYS[-1]]}, **masters)])
        assert service.close()["days"] == [DAYS[-1].isoformat()]
        assert service.matrix(DAYS[-1], unit="O9", node="matrix")["rows"][0]["clients_on_books"] == int(used)
