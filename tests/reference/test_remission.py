"""g3: weeks in remission of 42 patients, the textbook's Kaplan-Meier table, delivered and asked of the command.

A patient is a client, a week seven days; who was last seen in remission ends as `not_observed`. There are no holdings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.oracle import service
from tests.oracle.feeds import Delivery, Sheet
from tests.reference.published import Expected, day, expected, rows
from tests.reference.single import import_exchange_calendar
from tests.statistics.cases import account, client, product, signed, units

CASE = "g3_remission_6mp"
TOLD_ON = date(2024, 12, 31)
WEEK = 7


@pytest.fixture
def asked(db: None) -> Iterator[dict[str, Any]]:
    """What the command says of the patients on 6-MP, against those on placebo."""
    import_exchange_calendar(date(2023, 1, 1))
    patients = rows(CASE, "subscriptions.csv")
    with service.fresh_service() as folder:
        service.deliver_in_order(folder, [told(patients)])
        groups = {name: listed(folder, name, patients) for name in ("6-MP", "placebo")}
        yield service.retention(as_of=TOLD_ON, population=groups["6-MP"], against=groups["placebo"])


def told(patients: list[dict[str, str]]) -> Delivery:
    """Return the delivery of the patients: masters alone."""
    opened = date(2023, 12, 1)
    ends = [(row["client"], day(row["start"]), day(row["observed_until"]), row["ended"] == "1") for row in patients]
    sheets = {
        "units": units(),
        "clients": tuple(client(code, opened=opened) for code, *_ in ends),
        "accounts": tuple(account(f"A-{code}", code, opened) for code, *_ in ends),
        "products": (product("remission"),),
        "subscriptions": tuple(
            signed(f"S-{code}", code, f"A-{code}", start, end, "terminated" if ended else "not_observed", "remission")
            for code, start, end, ended in ends
        ),
    }
    return Delivery(TOLD_ON, TOLD_ON, {kind: Sheet(tuple(each)) for kind, each in sheets.items()})


def listed(folder: Path, group: str, patients: list[dict[str, str]]) -> Path:
    """Write the population file of a group."""
    path = folder / f"{group}.txt"
    path.write_text("".join(f"{row['client']}\n" for row in patients if row["group"] == group), encoding="utf-8")
    return path


@dataclass(frozen=True)
class After:
    """The share still in remission after some weeks."""

    weeks: int

    def __call__(self, found: dict[str, Any]) -> float:
        points = [point for point in found["survival"]["points"] if point["day"] <= WEEK * self.weeks]
        return float(points[-1]["survival"]) if points else 1.0


FIGURES: dict[str, Callable[[dict[str, Any]], float | str]] = {
    **{f"S{weeks}": After(weeks) for weeks in (6, 7, 10, 13, 16, 22, 23)},
    "n_6mp": lambda found: f"{found['survival']['spells']}/{found['survival']['ends']}",
    "logrank": lambda found: float(found["logrank"]["chi2"]),
    "median_6mp": lambda found: found["survival"]["median_days"] / WEEK,
}


@pytest.mark.reference
@pytest.mark.parametrize("figure", expected(CASE, FIGURES.__contains__))
def test_remission(figure: Expected, asked: dict[str, Any]) -> None:
    got = FIGURES[figure.id](asked)
    assert figure.holds(got), f"{figure.id}: got {got}, published {figure.value}"


@pytest.mark.reference
def test_ends_come_before_censorings_of_the_same_week(asked: dict[str, Any]) -> None:
    (week_6,) = [point for point in asked["survival"]["points"] if point["day"] == 6 * WEEK]
    assert (week_6["at_risk"], week_6["ended"]) == (21, 3)


@pytest.mark.reference
def test_first_signings_and_cohort_are_those_of_the_group(asked: dict[str, Any]) -> None:
    """All began on 1 January 2024, a holiday: they are the cohort of the month of its next trading day."""
    patients = [row for row in rows(CASE, "subscriptions.csv") if row["group"] == "6-MP"]
    start = day(patients[0]["start"])
    (cohort,) = asked["cohorts"]
    assert (cohort["month"], cohort["clients"]) == ("2024-01-01", 21)
    assert cohort["retained"][0] == 21
    assert cohort["retained"][11] == 0
    for each in asked["n_day"]:
        until = start + timedelta(days=each["days"])
        seen = sum(day(row["observed_until"]) > until for row in patients)
        assert (each["observable"], each["retained"]) == ((21, seen) if until <= TOLD_ON else (0, 0))
