"""Retention made by hand: cohorts of three months, curves of two groups, units of which one stands out."""

from __future__ import annotations

from datetime import date

from smart_products.statistics.figures import FirstSign
from smart_products.statistics.retention import Basis, Cohort, CohortCell, NDay, Retention, Standing
from smart_products.statistics.survival import Middle, Spells, Survival, survival
from tests.backoffice.samples import AS_OF

ENDS = (date(2024, 10, 31), date(2024, 11, 29), AS_OF)
YUAN = 100


def cohort(place: int, clients: int, *retained: int, assets: tuple[int | None, ...] = ()) -> Cohort:
    """Return the cohort of the month of one of the ENDS; the market is 10 % a month where assets are known."""
    worth = assets or (None,) * len(retained)
    cells = [
        CohortCell(ENDS[place + k], heads, fen, None if fen is None else round(1.1**k - 1, 6))
        for k, (heads, fen) in enumerate(zip(retained, worth, strict=True))
    ]
    return Cohort(ENDS[place].replace(day=1), clients, tuple(cells))


COHORTS = (
    cohort(0, 100, 90, 80, 60, assets=(1_000 * YUAN, 990 * YUAN, 1_089 * YUAN)),
    cohort(1, 200, 180, 150, assets=(3_000 * YUAN, 2_970 * YUAN)),
    cohort(2, 50, 45, assets=(None,)),
)


def curve(spells: int, *, faster: int = 1) -> Survival:
    """Return a curve of so many spells, a tenth of them ended each thirty days, `faster` times as many."""
    tenth = spells // 10 * faster
    lengths = [Spells(30 * n, tenth, 0) for n in range(1, 6)]
    return survival([*lengths, Spells(200, 0, spells - 5 * tenth)])


def first_sign(clients: int, retained: int) -> FirstSign:
    """Return first signings of half a year, half of which are older than 180 days."""
    return FirstSign(date(2024, 7, 1), AS_OF, clients, retained, clients * 80, clients // 2, retained // 3)


def retention(node: str = "grid", spells: int = 400) -> Retention:
    """Return the retention of a node at headquarters."""
    n_day = (NDay(7, 300, 270, 280), NDay(30, 250, 200, 210), NDay(365, 0, 0, 0))
    return Retention(
        AS_OF, node, Basis.SIGNED, first_sign(350, 245), n_day, COHORTS, curve(spells), unit="HQ", version=2
    )  # fmt: skip


def units() -> tuple[Standing, ...]:
    """Return three branches: one keeps fewer than the mean, one has nobody, one is like the mean."""
    counts = {"B1": (400, 200), "B2": (2_000, 1_500), "B3": (0, 0)}
    tenure = Middle(400, 200, 150)
    return tuple(
        Standing(
            AS_OF, "grid", Basis.SIGNED, first_sign(*count), tenure, unit=code, version=2,
        )
        for code, count in counts.items()
    )  # fmt: skip
