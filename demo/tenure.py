"""How long a client stays: planted hazards, survival and returns.

Owns the arithmetic of tenure: the hazard of each month of tenure, the survival S(d) after d
calendar days, the share in force d days after a first signing when some return, and draws
of lengths from uniform numbers. A month of tenure k ends on day MONTH_ENDS[k - 1]; within a
month the chance of each day is equal given survival to it. Knows no date and no client.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo import plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tenure:
    """Planted tenure: monthly hazards, the one of later months, and S(d) for d = 0 .. horizon."""

    hazards: tuple[float, ...]
    later: float
    survival: Floats

    def lengths(self, uniform: Floats) -> Ints:
        """Return spell lengths in days, at least 1; the length of the table means beyond its end."""
        return np.searchsorted(1.0 - self.survival, uniform, side="right").astype(np.int64)


def build(scale: float, horizon: int) -> Tenure:
    """Return the tenure whose monthly log-survival is `scale` times the planned one, up to `horizon` days."""
    hazards = tuple(1.0 - (1.0 - hazard) ** scale for hazard in plan.MONTHLY_HAZARDS)
    later = 1.0 - (1.0 - plan.LATER_HAZARD) ** scale
    daily = np.empty(horizon + 1)
    daily[0] = 0.0
    begin = 0
    for hazard, end in zip(hazards, plan.MONTH_ENDS, strict=True):
        daily[begin + 1 : end + 1] = -np.log1p(-hazard) / (end - begin)
        begin = end
    daily[begin + 1 :] = -np.log1p(-later) * 12 / 365
    return Tenure(hazards, later, np.exp(-np.cumsum(daily)))


def return_chances(horizon: int) -> Floats:
    """Return the chance that an ended spell is followed by another exactly d days later, d = 0 .. horizon."""
    days = np.arange(horizon + 2, dtype=np.float64)
    waited = np.maximum(days - plan.RETURN_AFTER, 0.0)
    chances: Floats = np.diff(plan.RETURN_CHANCE * -np.expm1(-waited / plan.RETURN_MEAN))
    return chances


def return_days(uniform: Floats) -> Ints:
    """Return the days until a return, -1 for those who never do (uniform at or above RETURN_CHANCE)."""
    share = np.minimum(uniform / plan.RETURN_CHANCE, 1 - 1e-12)
    days = plan.RETURN_AFTER + np.floor(-plan.RETURN_MEAN * np.log1p(-share))
    return np.where(uniform < plan.RETURN_CHANCE, days, -1).astype(np.int64)


def in_force(tenure: Tenure) -> Floats:
    """Return the chance to be in force d days after the first signing, returns included.

    The renewal equation P(d) = S(d) + sum over j of k(j) P(d - j), with k the chance that
    the spell ends and the next one begins j days after its start.
    """
    horizon = len(tenure.survival) - 1
    ends = -np.diff(tenure.survival, prepend=1.0)
    size = 1 << int(2 * horizon + 2).bit_length()
    kernel = np.fft.irfft(np.fft.rfft(ends, size) * np.fft.rfft(return_chances(horizon), size), size)
    kernel = kernel[: horizon + 1]
    chance = tenure.survival.copy()
    for day in range(1, horizon + 1):
        chance[day] += kernel[1 : day + 1] @ chance[day - 1 :: -1][:day]
    return chance


def calibrate(window_days: Ints, weights: Floats, horizon: int) -> tuple[Tenure, Floats]:
    """Return the tenure, and its chances in force, that give FIRST_SIGN_RATE over a window of signings.

    `window_days` are days from signing to the last day, `weights` how many sign on each.
    """
    low, high = 0.2, 4.0
    short = int(window_days.max())
    for _ in range(40):
        scale = (low + high) / 2
        chance = in_force(build(scale, short))
        rate = float(np.average(chance[window_days], weights=weights))
        low, high = (scale, high) if rate > plan.FIRST_SIGN_RATE else (low, scale)
    tenure = build((low + high) / 2, horizon)
    return tenure, in_force(tenure)
