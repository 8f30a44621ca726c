"""Two slices of retention told by hand: a month without any close, and an outlet that changed its branch."""

from __future__ import annotations

from datetime import date

import pytest

from tests.oracle import service
from tests.oracle.feeds import Delivery, Sheet
from tests.statistics.cases import account, client, history, signed, units

FIRST, FALLEN, LATER = date(2024, 1, 22), date(2024, 1, 24), date(2024, 3, 7)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def calendar(db: None) -> None:
    service.import_test_calendar()


def test_a_month_without_a_close_has_the_tier_of_the_close_before_it() -> None:
    """Signed on 2 February: the last close of the month before is 24 January, though no day of February has facts."""
    worth = {FIRST: 900_000, FALLEN: 150_000, LATER: 150_000}
    told = history(
        {day: {"A1": (value, 0)} for day, value in worth.items()},
        clients=[client("C1")],
        accounts=[account("A1", "C1")],
        subscriptions=[signed("S1", "C1", "A1", date(2024, 2, 2))],
    )
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, [told])
        service.close()
        found = {tier: service.retention(as_of=LATER, tier=tier)["first_sign"]["clients"] for tier in ("t4", "t5")}
    assert found == {"t4": 1, "t5": 0}


def test_outlets_of_a_branch_add_up_to_it_after_one_came() -> None:
    """C1 signed at O2 while it was B2's, C2 when it was B1's: below B1 stands C2 alone, and O2 shows no more there."""
    told = history(
        {day: {"A1": (100, 0), "A2": (100, 0)} for day in (FIRST, FALLEN, LATER)},
        clients=[client("C1", "O2"), client("C2", "O2")],
        accounts=[account("A1", "C1"), account("A2", "C2")],
        subscriptions=[signed("S1", "C1", "A1", FIRST), signed("S2", "C2", "A2", LATER)],
    )
    moved = tuple(row for row in units(O2="B1") if row["unit"] == "O2")
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, [told, Delivery(FALLEN, FALLEN, {"units": Sheet(moved, "changes")}, 2)])
        service.close()
        whole = service.retention(as_of=LATER, unit="B1")["first_sign"]["clients"]
        below = service.retention(as_of=LATER, unit="B1", by="outlet")["slices"]
    assert whole == 1
    assert sum(each["first_sign"]["clients"] for each in below) == whole
