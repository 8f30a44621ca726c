"""Asset tiers: the limits by which a client's worth puts him in one of five slices.

Owns the codes and the lower bounds in fen, lower bounds inclusive. A tier is held for a month
(docs/metrics.md, *Slices*). Never computes anybody's worth.
"""

from __future__ import annotations

from dataclasses import dataclass

VERSION = 1
"""Raised with every change of a limit; part of what a publication is computed from."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier: its number, its code, and the worth in fen from which it begins (None: no lower bound)."""

    number: int
    code: str
    lower_bound: int | None


TIERS = (
    Tier(1, "t1", None),
    Tier(2, "t2", 30_000_00),
    Tier(3, "t3", 50_000_00),
    Tier(4, "t4", 100_000_00),
    Tier(5, "t5", 500_000_00),
)
BY_CODE = {tier.code: tier for tier in TIERS}
