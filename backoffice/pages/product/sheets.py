"""The charts of a product as CSV: whole counts and fractions as they are, ISO days, exact yuan, nothing rounded away.

Column heads are the names of docs/metrics.md, in every language, so that a sheet can be read by programs. Every line
carries its scope.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from backoffice.pages.sheet import fraction, safe, yuan
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


def _scope(found: Retention | Standing) -> list[str]:
    return [
        found.as_of.isoformat(), "" if found.version is None else str(found.version), safe(found.node),
        safe(found.unit or ""), found.tier or "", safe(found.channel or ""), found.basis.value,
    ]  # fmt: skip


def written(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Return lines as CSV below their head."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows(lines)
    return out.getvalue()


def _bounds(interval: tuple[float, float] | None) -> tuple[str, str]:
    return ("", "") if interval is None else (fraction(interval[0]), fraction(interval[1]))


def cohorts(found: Retention) -> str:
    """Return a line for each cell of the triangle that has come."""
    lines = [[*_scope(found), *line] for cohort in found.cohorts for line in _cohort(cohort)]
    return written((*SCOPE, *COHORTS), lines)


def _cohort(cohort: Cohort) -> list[list[str]]:
    return [
        [
            f"{cohort.month:%Y-%m}", str(k), cell.day.isoformat(), str(cohort.clients), str(cell.retained),
            fraction(cohort.rate(k)), *_bounds(cohort.interval(k)),
            "" if cell.assets is None else yuan(cell.assets), fraction(cohort.value_retention(k)),
            fraction(cohort.market_neutral_value_retention(k)),
        ]
        for k, cell in enumerate(cohort.cells)
        if cell is not None
    ]  # fmt: skip


def survival(found: Retention) -> str:
    """Return a line for each day on which spells ended."""
    lines = [
        [
            *_scope(found), str(point.day), str(point.at_risk), str(point.ended), fraction(point.survival),
            fraction(point.low), fraction(point.high),
        ]
        for point in found.survival.points
    ]  # fmt: skip
    return written((*SCOPE, *SURVIVAL), lines)


def n_day(found: Retention) -> str:
    """Return a line for each number of days."""
    lines = [
        [
            *_scope(found), str(one.days), str(one.observable), str(one.retained), fraction(one.rate),
            *_bounds(one.interval), str(one.unbounded), fraction(one.unbounded_rate),
        ]
        for one in found.n_day
    ]  # fmt: skip
    return written((*SCOPE, *N_DAY), lines)


def league(rows: Iterable[Standing]) -> str:
    """Return a line for each row of a breakdown."""
    lines = []
    for row in rows:
        first, median = row.first_sign, row.tenure.median_days
        lines.append([
            *_scope(row), first.since.isoformat(), str(first.clients), str(first.retained), fraction(first.rate),
            *_bounds(first.interval), str(first.observable_180), str(first.retained_180), fraction(first.rate_180),
            "" if median is None else str(median), str(row.tenure.spells), str(row.tenure.ends),
        ])  # fmt: skip
    return written((*SCOPE, *LEAGUE), lines)
