"""Money: exact integer fen inside, Decimal yuan at the edges.

Owns the two conversions and the only way to split an amount. Never rounds and
never meets a float: what is not a whole number of fen is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

_WRITTEN = re.compile(r"[+-]?[0-9]+(\.[0-9]{1,2})?", re.ASCII)
_LARGEST = 2**63 - 1


class MoneyError(ValueError):
    """The value is not an exact amount of fen, or does not fit a BIGINT."""


def fen(amount: Decimal | str) -> int:
    """Return an amount in yuan as integer fen.

    A string is plain ASCII digits with at most two decimals; a Decimal may carry
    further zeros ("1.500") but no further value. Raises MoneyError otherwise.
    """
    if isinstance(amount, str):
        if not _WRITTEN.fullmatch(amount):
            raise MoneyError(f"not an amount with at most two decimals: {amount[:40]!r}")
        amount = Decimal(amount)
    if not amount.is_finite():
        raise MoneyError(f"not an amount: {amount!r}")
    if amount and amount.adjusted() < -2:
        raise MoneyError("less than a fen")
    if amount and amount.adjusted() > 20:
        raise MoneyError("the amount is too large")
    numerator, denominator = amount.as_integer_ratio()
    whole, rest = divmod(numerator * 100, denominator)
    if rest:
        raise MoneyError(f"more than two decimals: {amount}")
    if abs(whole) > _LARGEST:
        raise MoneyError("the amount is too large")
    return whole


def yuan(amount: int) -> Decimal:
    """Return integer fen as yuan with exactly two decimals."""
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), 100)
    return Decimal(f"{sign}{whole}.{rest:02d}")


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` fen by `weights` with the largest remainder (Hamilton's method).

    The parts add up to `total` exactly, and each differs from its exact share by less than
    one fen; equal remainders favour the earlier weight. A negative total mirrors the split
    of its positive. Raises MoneyError for a negative weight or weights that add up to 0.
    """
    whole = sum(weights)
    if any(weight < 0 for weight in weights) or whole <= 0:
        raise MoneyError("weights must be at least 0 and add up to more than 0")
    sign = -1 if total < 0 else 1
    shares = [divmod(abs(total) * weight, whole) for weight in weights]
    parts = [share for share, _ in shares]
    short = abs(total) - sum(parts)
    by_remainder = sorted(range(len(weights)), key=lambda index: (-shares[index][1], index))
    for index in by_remainder[:short]:
        parts[index] += 1
    return [sign * part for part in parts]
