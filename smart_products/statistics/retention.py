"""Retention: who of those that signed is still there, as exact counts and the shares they give.

Owns the values that queries of retention answer with (docs/metrics.md, *Retention*). Never reads a table or a file.
What can not be observed yet is None, never 0; shares are pooled from counts, never means of shares.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from smart_products.statistics.figures import FirstSign, ratio, wilson
from smart_products.statistics.survival import LogRank, Middle, Survival

N_DAYS = (7, 30, 90, 180, 365)
"""Days on each client's own clock."""

GAP = 5
"""Stretches of a client join into one spell when the next starts fewer days than this after the last ended."""


class Basis(StrEnum):
    """Which signings count: all, or all but those withdrawn by the as-of day."""

    SIGNED = "signed"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class NDay:
    """N-day retention: of the clients seen for N days, those in force on the Nth, and on it or later."""

    days: int
    observable: int
    retained: int
    unbounded: int

    @property
    def rate(self) -> float | None:
        """Share in force on the Nth day."""
        return ratio(self.retained, self.observable)

    @property
    def unbounded_rate(self) -> float | None:
        """Share in force on the Nth day or any later one up to the as-of day."""
        return ratio(self.unbounded, self.observable)

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % Wilson interval of the rate."""
        return wilson(self.retained, self.observable)


@dataclass(frozen=True, slots=True)
class CohortCell:
    """A cohort at the last trading day of a month; assets in fen, None where that day has no facts."""

    day: date
    retained: int
    assets: int | None = None
    market: float | None = None
    """Time-weighted return of the cohort's signed assets since its own month end; None where a day was skipped."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """Clients whose first signing falls into a month, and what is left of them at each month end since.

    `cells[k]` stands for k months later; None where that month end lies after the as-of day.
    """

    month: date
    clients: int
    cells: tuple[CohortCell | None, ...]

    def rate(self, months: int) -> float | None:
        """Share retained so many months later."""
        cell = self._cell(months)
        return ratio(cell.retained, self.clients) if cell else None

    def interval(self, months: int) -> tuple[float, float] | None:
        """95 % Wilson interval of the share."""
        cell = self._cell(months)
        return wilson(cell.retained, self.clients) if cell else None

    def value_retention(self, months: int) -> float | None:
        """Signed assets so many months later over those at the cohort's own month end."""
        first, cell = self._cell(0), self._cell(months)
        if first is None or cell is None or first.assets is None or cell.assets is None:
            return None
        return ratio(cell.assets, first.assets)

    def market_neutral_value_retention(self, months: int) -> float | None:
        """Value retention with the cohort's time-weighted return taken out."""
        cell, raw = self._cell(months), self.value_retention(months)
        if cell is None or raw is None or cell.market is None or cell.market <= -1:
            return None
        return raw / (1 + cell.market)

    def _cell(self, months: int) -> CohortCell | None:
        return self.cells[months] if 0 <= months < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class Pooled:
    """All cohorts together, so many months after their own: only those that old count."""

    months: int
    clients: int
    retained: int

    @property
    def rate(self) -> float | None:
        """Retained over observable clients."""
        return ratio(self.retained, self.clients)

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % Wilson interval of the rate."""
        return wilson(self.retained, self.clients)


def pooled(cohorts: tuple[Cohort, ...]) -> tuple[Pooled, ...]:
    """Return the pooled retention for each number of months that some cohort has reached."""
    longest = max((len(cohort.cells) for cohort in cohorts), default=0)
    found = []
    for months in range(longest):
        seen = [(cohort, cohort.cells[months]) for cohort in cohorts if months < len(cohort.cells)]
        mature = [(cohort, cell) for cohort, cell in seen if cell is not None]
        if mature:
            clients = sum(cohort.clients for cohort, _ in mature)
            found.append(Pooled(months, clients, sum(cell.retained for _, cell in mature)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Retention:
    """Retention of one node in one slice or population as of a day."""

    as_of: date
    node: str
    basis: Basis
    first_sign: FirstSign
    n_day: tuple[NDay, ...]
    cohorts: tuple[Cohort, ...]
    """Ascending by month; a month without first signings has none."""
    survival: Survival
    unit: str | None = None
    tier: str | None = None
    channel: str | None = None
    logrank: LogRank | None = None
    """Against another population, where one was asked for."""
    against: Survival | None = None
    version: int | None = None
    """Version of the as-of day's publication whose data cut was read; None where the day has none."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a league tells of one slice: first-sign retention with 180 days, spells, and their median."""

    as_of: date
    node: str
    basis: Basis
    first_sign: FirstSign
    tenure: Middle
    unit: str | None = None
    tier: str | None = None
    channel: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class PooledValue:
    """Signed assets of all cohorts together, so many months after their own month end; amounts in fen."""

    months: int
    before: int
    after: int
    market_neutral_rate: float | None
    """The rate without the market; None where the return of a cohort is not known."""

    @property
    def rate(self) -> float | None:
        """Assets then over assets at the cohorts' own month ends."""
        return ratio(self.after, self.before)


def pooled_value(cohorts: tuple[Cohort, ...]) -> tuple[PooledValue, ...]:
    """Return the pooled value retention by months: only cohorts that old, whose assets are known at both ends."""
    longest = max((len(cohort.cells) for cohort in cohorts), default=0)
    found = []
    for months in range(longest):
        known = [one for one in cohorts if one.value_retention(months) is not None]
        before = [one.cells[0].assets or 0 for one in known if one.cells[0]]
        after = [cell.assets or 0 for one in known if (cell := one.cells[months])]
        rates = [one.market_neutral_value_retention(months) for one in known]
        whole = sum(before)
        if whole:
            shares = [rate * part / whole for rate, part in zip(rates, before, strict=True) if rate is not None]
            found.append(PooledValue(months, whole, sum(after), sum(shares) if None not in rates else None))
    return tuple(found)
