"""Signed assets of one client as plain objects: day by day, and what became of them over a period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pydantic import Field

from screens.plain.shape import Shape, Yuan, money
from smart_products.statistics.personal import Day, Period, over


class HoldingsDay(Shape):
    """The close of a day: signed assets, and why they differ from the close before."""

    day: date
    signed_assets: Yuan
    entered: Yuan
    left: Yuan
    flow: Yuan
    market: Yuan


class Growth(Shape):
    """What became of signed assets between two closes: before + entered - left + flow + market, exactly."""

    since: date
    until: date
    assets_before: Yuan
    signed_assets: Yuan
    entered: Yuan
    left: Yuan
    flow: Yuan
    market: Yuan
    twr: float | None
    modified_dietz: float | None
    skipped_days: int


class Holdings(Shape):
    """Signed assets of a client; without amounts where the client took back the consent to use account data."""

    consent: bool = Field(description="Whether account data may be used; false leaves everything else empty.")
    growth: Growth | None
    days: list[HoldingsDay]


REFUSED = Holdings(consent=False, growth=None, days=[])
NOTHING = Holdings(consent=True, growth=None, days=[])


def of_line(line: Sequence[Day], since: date | None, until: date | None) -> Holdings:
    """Return a line of days between the closes on or before two days; from its first, and to its last, without."""
    period = over(line, since or line[0].day, until or line[-1].day) if line else None
    return NOTHING if period is None else _holdings(period)


def _holdings(period: Period) -> Holdings:
    returns = period.returns()
    growth = Growth(
        since=period.base.day,
        until=period.last.day,
        assets_before=money(period.base.assets),
        signed_assets=money(period.last.assets),
        entered=money(period.entered),
        left=money(period.left),
        flow=money(period.flow),
        market=money(period.market),
        twr=returns.time_weighted,
        modified_dietz=returns.modified_dietz,
        skipped_days=returns.skipped_days,
    )
    return Holdings(consent=True, growth=growth, days=[_day(one) for one in (period.base, *period.days)])


def _day(one: Day) -> HoldingsDay:
    return HoldingsDay(
        day=one.day,
        signed_assets=money(one.assets),
        entered=money(one.entered),
        left=money(one.left),
        flow=money(one.flow),
        market=money(one.market),
    )
