"""The charts of a product as tables to keep: whole counts, shares as they are, ISO days, exact yuan, nothing rounded.

Column heads are the names of docs/metrics.md, in every language, so that a sheet can be read by programs. Every line
carries its scope.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.money import yuan
from screens.tables import Entry, Table
from smart_products.statistics.retention import Cohort, Retention, Standing

SCOPE = ("as_of", "version", "node", "unit", "tier", "channel", "basis")
COHORTS = (
    "cohort", "months_after", "day", "clients", "retained", "cohort_retention", "low", "high",
    "signed_assets", "value_retention", "market_neutral_value_retention",
)  # fmt: skip
SURVIVAL = ("days", "at_risk", "ended", "survival", "low", "high")
N_DAY = ("days", "observable", "retained", "n_day_retention", "low", "high", "unbounded", "unbounded_retention")
LEAGUE = (
    "first_signings_since", "first_sign_clients", "first_sign_retained", "first_sign_retention", "low", "high",
    "observable_180", "retained_180", "retention_180", "median_tenure_days", "spells", "ends",
)  # fmt: skip


def _scope(found: Retention | Standing) -> list[Entry]:
    return [
        found.as_of.isoformat(), "" if found.version is None else found.version, found.node,
        found.unit or "", found.tier or "", found.channel or "", found.basis.value,
    ]  # fmt: skip


def _bounds(interval: tuple[float, float] | None) -> tuple[Entry, Entry]:
    return (None, None) if interval is None else interval


def cohorts(found: Retention) -> Table:
    """Return a line for each cell of the triangle that has come."""
    lines = [[*_scope(found), *line] for cohort in found.cohorts for line in _cohort(cohort)]
    return Table((*SCOPE, *COHORTS), lines)


def _cohort(cohort: Cohort) -> list[list[Entry]]:
    return [
        [
            f"{cohort.month:%Y-%m}", k, cell.day.isoformat(), cohort.clients, cell.retained,
            cohort.rate(k), *_bounds(cohort.interval(k)),
            "" if cell.assets is None else yuan(cell.assets), cohort.value_retention(k),
            cohort.market_neutral_value_retention(k),
        ]
        for k, cell in enumerate(cohort.cells)
        if cell is not None
    ]  # fmt: skip


def survival(found: Retention) -> Table:
    """Return a line for each day on which spells ended."""
    lines = [
        [
            *_scope(found), point.day, point.at_risk, point.ended, point.survival,
            point.low, point.high,
        ]
        for point in found.survival.points
    ]  # fmt: skip
    return Table((*SCOPE, *SURVIVAL), lines)


def n_day(found: Retention) -> Table:
    """Return a line for each number of days."""
    lines = [
        [
            *_scope(found), one.days, one.observable, one.retained, one.rate,
            *_bounds(one.interval), one.unbounded, one.unbounded_rate,
        ]
        for one in found.n_day
    ]  # fmt: skip
    return Table((*SCOPE, *N_DAY), lines)


def league(rows: Iterable[Standing]) -> Table:
    """Return a line for each row of a breakdown."""
    lines = []
    for row in rows:
        first, median = row.first_sign, row.tenure.median_days
        lines.append([
            *_scope(row), first.since.isoformat(), first.clients, first.retained, first.rate,
            *_bounds(first.interval), first.observable_180, first.retained_180, first.rate_180,
            "" if median is None else median, row.tenure.spells, row.tenure.ends,
        ])  # fmt: skip
    return Table((*SCOPE, *LEAGUE), lines)
