"""The figures of one row of the product matrix, as exact values.

Owns the arithmetic of docs/metrics.md that needs no data source: growth, points,
returns and shares from whole fen and whole heads. Never reads a table or a file.
Money is an integer number of fen; a rate is a float and exists only where its
denominator is positive. A figure that cannot be observed is None, never 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date

ENTER_REASONS = ("new_client", "returned_client", "expanded")
LEAVE_REASONS = (
    "account_closed",
    "withdrawn",
    "deceased",
    "terminated",
    "switched",
    "expired",
    "product_retired",
    "not_observed",
)
"""Reasons of an end, in the order that breaks a tie (docs/metrics.md, *left*)."""


def ratio(part: int, whole: int) -> float | None:
    """Return part / whole as a fraction, or None for a whole of 0."""
    return part / whole if whole else None


def wilson(successes: int, trials: int, z: float = 1.959963984540054) -> tuple[float, float] | None:
    """Return the 95 % Wilson score interval of a share (E. B. Wilson, 1927), or None without trials."""
    if trials <= 0:
        return None
    share = successes / trials
    centre = share + z * z / (2 * trials)
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


@dataclass(frozen=True, slots=True)
class Clients:
    """Heads of one node and slice; all are counts of clients, the movements count events of the period."""

    retained: int = 0
    before: int = 0
    funded: int = 0
    first_time: int = 0
    reactivated: int = 0
    lapsed: int = 0
    moved: int = 0
    on_books: int = 0
    """Clients with an open account in the slice, signed or not; the same for every node."""
    pairs: int = 0
    """Pairs (client, product) in force; over retained it is products per client."""


@dataclass(frozen=True, slots=True)
class Assets:
    """Signed assets of one node and slice and why they changed, in fen."""

    now: int = 0
    before: int = 0
    entered: dict[str, int] = field(default_factory=dict)
    """Fen by reason of ENTER_REASONS."""
    left: dict[str, int] = field(default_factory=dict)
    """Fen by reason of LEAVE_REASONS, positive amounts that lower the assets."""
    flow: int = 0
    market: int = 0
    moved: int = 0
    accounts: int = 0
    carried_accounts: int = 0
    carried_value: int = 0
    unvalued_accounts: int = 0
    """Accounts in scope that lacked a fact on either day, so that their change stands in flow."""

    @property
    def entered_total(self) -> int:
        return sum(self.entered.values())

    @property
    def left_total(self) -> int:
        return sum(self.left.values())

    @property
    def change(self) -> int:
        """Return now - before; equals entered - left + flow + market + moved exactly."""
        return self.now - self.before

    @property
    def growth(self) -> float | None:
        """Return now / before - 1, or None without assets before."""
        return ratio(self.change, self.before)

    def points(self, amount: int) -> float | None:
        """Return an amount as a fraction of the assets before: the points it adds to growth."""
        return ratio(amount, self.before)


@dataclass(frozen=True, slots=True)
class FirstSign:
    """First-sign retention: of the first-time clients of a period, how many are retained at its end."""

    since: date
    """First day of the period, inclusive."""
    until: date
    clients: int = 0
    retained: int = 0
    tenure_days: int = 0
    """Sum over those clients of calendar days from first start to the as-of day."""
    observable_180: int = 0
    retained_180: int = 0

    @property
    def rate(self) -> float | None:
        return ratio(self.retained, self.clients)

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.retained, self.clients)

    @property
    def mean_days(self) -> float | None:
        return ratio(self.tenure_days, self.clients)

    @property
    def rate_180(self) -> float | None:
        return ratio(self.retained_180, self.observable_180)


@dataclass(frozen=True, slots=True)
class Returns:
    """Returns of a period that do not depend on when money came (docs/metrics.md)."""

    time_weighted: float | None = None
    modified_dietz: float | None = None
    skipped_days: int = 0
    """Days left out of the time-weighted return because their denominator was not positive."""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One node in one slice: what the matrix page, the command and the API show as a row."""

    node: str
    kind: str
    """matrix, family or product."""
    family: str
    """Code of the family of a product or of the family itself; empty for the matrix."""
    name: str
    name_en: str
    unit: str
    tier: str | None
    channel: str | None
    clients: Clients
    assets: Assets
    returns: Returns
    first_sign: FirstSign

    @property
    def market_neutral_growth(self) -> float | None:
        """Return (1 + growth) / (1 + time-weighted return) - 1; None if a day was skipped."""
        growth, twr = self.assets.growth, self.returns.time_weighted
        if growth is None or twr is None or self.returns.skipped_days or twr == -1:
            return None
        return (1 + growth) / (1 + twr) - 1


@dataclass(frozen=True, slots=True)
class Overlap:
    """Gross, overlap and net of heads and money where products stand above a total."""

    gross_clients: int
    net_clients: int
    gross_assets: int
    net_assets: int
    gross_assets_before: int
    net_assets_before: int

    @property
    def clients(self) -> int:
        return self.gross_clients - self.net_clients

    @property
    def assets(self) -> int:
        return self.gross_assets - self.net_assets

    @property
    def assets_before(self) -> int:
        return self.gross_assets_before - self.net_assets_before


@dataclass(frozen=True, slots=True)
class Point:
    """One month end of a headline line."""

    day: date
    retained: int
    assets: int
    first_sign_rate: float | None
    yoy: float | None
