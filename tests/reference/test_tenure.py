"""g2: how long 1,808 political leaders stayed in office, through the survival function alone.

Its years lie before the calendar of the exchange, and each leader has a censoring day of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from smart_products.statistics.survival import Spells, logrank, survival
from tests.reference.published import Expected, expected, rows

CASE = "g2_leader_tenure"
DEMOCRACY, OTHERS = "Democracy", "Non-democracy"


def lengths(group: str | None = None) -> list[Spells]:
    """Return the spells of a group, or of all, in years."""
    counts = Counter(
        (int(row["duration_years"]), row["ended"] == "1")
        for row in rows(CASE, "subscriptions.csv")
        if group in {None, row["group"]}
    )
    return [Spells(years, counts[years, True], counts[years, False]) for years in {years for years, _ in counts}]


def censored() -> float:
    found = survival(lengths())
    return found.spells - found.ends


def statistic() -> float | None:
    found = logrank(lengths(DEMOCRACY), lengths(OTHERS))
    return found.chi2 if found else None


FIGURES: dict[str, Callable[[], float | None]] = {
    "n": lambda: survival(lengths()).spells,
    "censored": censored,
    "median_all": lambda: survival(lengths()).median_days,
    "median_democracy": lambda: survival(lengths(DEMOCRACY)).median_days,
    "median_non_democracy": lambda: survival(lengths(OTHERS)).median_days,
    "logrank": statistic,
}


@pytest.mark.reference
@pytest.mark.parametrize("figure", expected(CASE, FIGURES.__contains__))
def test_tenure(figure: Expected) -> None:
    got = FIGURES[figure.id]()
    assert figure.holds(got), f"{figure.id}: got {got}, published {figure.value}"
