"""The ten steps of the heat scale: which step a share stands on, and where the scale begins and ends.

Pure. The bounds are whole percents, so that a legend can print them; the lowest step holds what lies below the first
and the highest what reaches the last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

STEPS = 10


@dataclass(frozen=True, slots=True)
class Heat:
    """A scale from `low` to `high`, in whole percents; equal where there is nothing to tell apart."""

    low: int
    high: int

    def step(self, share: float) -> int:
        """Return the step of a share, 0 for the palest to 9 for the darkest."""
        percents = share * 100
        if self.high <= self.low:
            return STEPS // 2
        if percents < self.low:
            return 0
        if percents >= self.high:
            return STEPS - 1
        return 1 + int((percents - self.low) / (self.high - self.low) * (STEPS - 2))


def heat(shares: Iterable[float]) -> Heat:
    """Return the scale that spreads these shares over the ten steps."""
    known = [share * 100 for share in shares]
    if not known:
        return Heat(0, 0)
    part = (max(known) - min(known)) / STEPS
    return Heat(round(min(known) + part), round(max(known) - part))
