"""Timing of one call, and of several calls of two rivals in turns, so that a busy machine slows both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """Medians in seconds, and the median of the ratios of paired runs."""

    ours: float
    theirs: float
    ratio: float


def timed(run: Callable[[], object]) -> float:
    """Return the seconds a call takes."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def median_of(run: Callable[[], object], repeats: int) -> float:
    """Return the median seconds of several calls."""
    return statistics.median(timed(run) for _ in range(repeats))


def paired(ours: Callable[[], float], theirs: Callable[[], float], repeats: int) -> Pair:
    """Run both in turns; each call returns its own seconds."""
    mine, other = [], []
    for _ in range(repeats):
        other.append(theirs())
        mine.append(ours())
    ratio = statistics.median(a / b for a, b in zip(mine, other, strict=True))
    return Pair(statistics.median(mine), statistics.median(other), ratio)
