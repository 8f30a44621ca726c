"""Tenure survival: Kaplan-Meier curves and the log-rank test, from whole counts of spells.

Owns the only place where S(t) is computed. What is stored and passed around are integers: how many spells of each
length ended, and how many were still open (censored) at it. Never reads a table or a file. A spell that ended and one
censored at the same length: the end comes first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]

Z_95 = 1.959963984540054
HALF = 0.5 + 1e-12
"""The product of a curve's factors may miss one half by its rounding: the median must not."""


@dataclass(frozen=True, slots=True)
class Spells:
    """Spells of one length in calendar days: those that ended at it, and those last seen in force at it."""

    length: int
    ended: int
    censored: int


@dataclass(frozen=True, slots=True)
class SurvivalPoint:
    """The curve after a day on which spells ended; the band is Greenwood's on the log-log scale, 95 %."""

    day: int
    at_risk: int
    ended: int
    survival: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Survival:
    """A Kaplan-Meier curve: it is 1 before its first point, and stays level from one point to the next."""

    spells: int
    ends: int
    median_days: int | None
    """The first day after which at most half are in force; None where the curve does not come so low."""
    points: tuple[SurvivalPoint, ...]
    lengths: tuple[Spells, ...]
    """The counts behind the curve, ascending by length."""

    def at_risk(self, day: int) -> int:
        """Return how many spells are at least so long."""
        return sum(each.ended + each.censored for each in self.lengths if each.length >= day)

    def at(self, day: int) -> float | None:
        """Return S(day); None beyond the longest spell, unless the curve has come to 0."""
        last = self.lengths[-1].length if self.lengths else -1
        found = next((point.survival for point in reversed(self.points) if point.day <= day), 1.0)
        return found if day <= last or (self.points and found == 0.0) else None


@dataclass(frozen=True, slots=True)
class LogRank:
    """Whether two curves differ: chi-square with one degree of freedom, and its p-value."""

    chi2: float
    p: float


def survival(lengths: Iterable[Spells]) -> Survival:
    """Return the Kaplan-Meier curve of spells (E. L. Kaplan and P. Meier, 1958), with bands by M. Greenwood, 1926."""
    counts = _by_length(lengths)
    ordered = tuple(Spells(length, *counts[length]) for length in sorted(counts) if any(counts[length]))
    total = sum(each.ended + each.censored for each in ordered)
    at_risk, level, variance, median = total, 1.0, 0.0, None
    points = []
    for each in ordered:
        if each.ended:
            level = level * (at_risk - each.ended) / at_risk
            variance += each.ended / (at_risk * (at_risk - each.ended)) if at_risk > each.ended else math.inf
            low, high = _band(level, variance)
            points.append(SurvivalPoint(each.length, at_risk, each.ended, level, low, high))
            if median is None and level <= HALF:
                median = each.length
        at_risk -= each.ended + each.censored
    return Survival(total, sum(each.ended for each in ordered), median, tuple(points), ordered)


@dataclass(frozen=True, slots=True)
class Middle:
    """A curve told by its median alone."""

    spells: int
    ends: int
    median_days: int | None


def middles(groups: Numbers, lengths: Numbers, ended: Numbers, censored: Numbers) -> dict[int, Middle]:
    """Return the medians of many curves: spells by group and length, both ascending."""
    keys, begins = np.unique(groups, return_index=True)
    found = {}
    ends = np.append(begins, len(groups))[1:]
    for key, begin, end in zip(keys.tolist(), begins, ends, strict=True):
        over, spells = ended[begin:end], ended[begin:end] + censored[begin:end]
        at_risk = spells[::-1].cumsum()[::-1]
        low = np.flatnonzero((np.cumprod((at_risk - over) / at_risk) <= HALF) & (over > 0))
        median = int(lengths[begin + low[0]]) if len(low) else None
        found[key] = Middle(int(spells.sum()), int(over.sum()), median)
    return found


def _band(level: float, variance: float) -> tuple[float | None, float | None]:
    """Return the 95 % band on the log-log scale; None where the level is 0."""
    if level <= 0.0:
        return None, None
    spread = Z_95 * math.sqrt(variance) / abs(math.log(level))
    return level ** math.exp(spread), level ** math.exp(-spread)


def logrank(one: Sequence[Spells], other: Sequence[Spells]) -> LogRank | None:
    """Return the log-rank test of two populations (N. Mantel, 1966); None where nothing can be compared."""
    first, second = _by_length(one), _by_length(other)
    risk_first, risk_second = (sum(sum(each) for each in part.values()) for part in (first, second))
    surplus = variance = 0.0
    for length in sorted(first.keys() | second.keys()):
        ended_first, censored_first = first.get(length, (0, 0))
        ended_second, censored_second = second.get(length, (0, 0))
        ended, risk = ended_first + ended_second, risk_first + risk_second
        if ended:
            surplus += ended_first - ended * risk_first / risk
        if ended and risk > 1:
            variance += ended * (risk - ended) * risk_first * risk_second / (risk * risk * (risk - 1))
        risk_first -= ended_first + censored_first
        risk_second -= ended_second + censored_second
    if variance <= 0.0:
        return None
    chi2 = surplus * surplus / variance
    return LogRank(chi2, math.erfc(math.sqrt(chi2 / 2)))


def _by_length(lengths: Iterable[Spells]) -> dict[int, tuple[int, int]]:
    counts: dict[int, tuple[int, int]] = {}
    for each in lengths:
        ended, censored = counts.get(each.length, (0, 0))
        counts[each.length] = (ended + each.ended, censored + each.censored)
    return counts
