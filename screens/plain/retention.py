"""Retention as plain objects (docs/metrics.md, *Retention*)."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from screens.plain.matrix import FirstSign, first_sign
from screens.plain.shape import Count, Shape, Whole
from smart_products.statistics import retention as told
from smart_products.statistics import survival as curves


class NDay(Shape):
    """Of the clients seen for so many days since their first signing, those in force on the last of them."""

    days: int
    observable: Count
    retained: Count
    rate: float | None
    low: float | None
    high: float | None
    unbounded_rate: float | None = Field(description="Share in force on that day or any later one.")


class Cohort(Shape):
    """Clients of a month of first signing; the lists stand for months since, null where that end has not come."""

    month: date
    clients: Count
    retained: list[Count | None]
    value_retention: list[float | None]
    value_retention_market_neutral: list[float | None]


class SurvivalPoint(Shape):
    """The curve at a day on which a spell ended."""

    day: int
    at_risk: Count
    ended: Count
    survival: float
    low: float | None
    high: float | None


class Survival(Shape):
    """Kaplan-Meier curve over spells in calendar days, with Greenwood log-log bands."""

    spells: Count
    ends: Count
    median_days: int | None
    points: list[SurvivalPoint]


class LogRank(Shape):
    """Log-rank test against another population."""

    chi2: float
    p: float


class Retention(Whole):
    """Retention of one node in one slice."""

    as_of: date
    version: int | None
    node: str
    basis: str = Field(description="`signed`, or `confirmed` without signings that were withdrawn.")
    unit: str | None
    tier: str | None
    channel: str | None
    first_sign: FirstSign
    n_day: list[NDay]
    cohorts: list[Cohort]
    survival: Survival
    against: Survival | None
    logrank: LogRank | None


def retention(found: told.Retention) -> Retention:
    """Return the retention of one slice."""
    test = found.logrank
    return Retention(
        as_of=found.as_of,
        version=found.version,
        node=found.node,
        basis=found.basis.value,
        unit=found.unit,
        tier=found.tier,
        channel=found.channel,
        first_sign=first_sign(found.first_sign),
        n_day=[_n_day(each) for each in found.n_day],
        cohorts=[_cohort(each) for each in found.cohorts],
        survival=_survival(found.survival),
        against=_survival(found.against) if found.against else None,
        logrank=LogRank(chi2=test.chi2, p=test.p) if test else None,
    )


def _n_day(found: told.NDay) -> NDay:
    low, high = found.interval or (None, None)
    return NDay(
        days=found.days,
        observable=found.observable,
        retained=found.retained,
        rate=found.rate,
        low=low,
        high=high,
        unbounded_rate=found.unbounded_rate,
    )


def _cohort(found: told.Cohort) -> Cohort:
    months = range(len(found.cells))
    return Cohort(
        month=found.month,
        clients=found.clients,
        retained=[cell.retained if cell else None for cell in found.cells],
        value_retention=[found.value_retention(month) for month in months],
        value_retention_market_neutral=[found.market_neutral_value_retention(month) for month in months],
    )


def _survival(found: curves.Survival) -> Survival:
    return Survival(
        spells=found.spells,
        ends=found.ends,
        median_days=found.median_days,
        points=[
            SurvivalPoint(
                day=one.day, at_risk=one.at_risk, ended=one.ended, survival=one.survival, low=one.low, high=one.high
            )
            for one in found.points
        ],
    )
