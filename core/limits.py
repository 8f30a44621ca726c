"""The limits of the house: numbers that decide what is refused, how far a correction reaches, how long a client has.

Owns which there are, what each means, its unit and its bounds. What holds now is data (`queries/settings.py`), which
two people change. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Unit(StrEnum):
    """What a limit counts."""

    DAYS = "days"
    SHARE = "share"
    """Between 0 and 1."""
    ROWS = "rows"


class OutOfBounds(ValueError):
    """A limit is no number of its unit, or lies outside its bounds."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit: its name on screens, its meaning in a sentence, and what it may be."""

    label: Promise
    sentence: Promise
    unit: Unit
    default: Decimal
    least: Decimal
    most: Decimal

    def read(self, text: str) -> Decimal:
        """Return a value as it was written. Raises OutOfBounds."""
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise OutOfBounds(text) from None
        whole = self.unit is Unit.SHARE or value == value.to_integral_value()
        if not value.is_finite() or not whole or not self.least <= value <= self.most:
            raise OutOfBounds(text)
        return value


def _days(label: Promise, sentence: Promise, default: int, most: int, least: int = 1) -> Limit:
    return Limit(label, sentence, Unit.DAYS, Decimal(default), Decimal(least), Decimal(most))


def _share(label: Promise, sentence: Promise) -> Limit:
    return Limit(label, sentence, Unit.SHARE, Decimal("0.01"), Decimal(0), Decimal(1))


LIMITS: Mapping[str, Limit] = {
    "missing_share": _share(
        _("Accounts that may lack a row"),
        _("Share of the accounts of the fact day before; when more lack a row, the delivery is rejected."),
    ),
    "refused_share": _share(
        _("Rows that may be refused"),
        _("Share of a file's rows that may break a rule; when more do, the delivery is rejected."),
    ),
    "carry_days": _days(
        _("Days a value is carried"),
        _("Fact days for which the last value of an account without a row stands. Changes figures: days close again."),
        5, 30, least=0,
    ),
    "reclose_days": _days(
        _("Days closed again without a word"),
        _("Published days that a correction may restate before an operator has to confirm."),
        31, 3660,
    ),
    "draft_days": _days(
        _("Days until a draft is given up"), _("A contract that nobody signs is given up after so many days."), 30, 365
    ),
    "rematch_days": _days(
        _("Days to confirm a match"),
        _("Calendar days a client has to confirm a contract that no longer matches, before it is suspended."),
        10, 90,
    ),
    "terms_move_days": _days(
        _("Days before other terms apply"),
        _("Calendar days a client has before other terms apply to his contract, or to sign them."),
        30, 365,
    ),
    "audit_export_rows": Limit(
        _("Events in one download"),
        _("Events of the audit log that one download may hold."),
        Unit.ROWS, Decimal(100_000), Decimal(1), Decimal(10_000_000),
    ),
}  # fmt: skip

SEALED: Mapping[str, Promise] = {
    "seal": _("Certificate that seals"),
    "trust": _("Certificates that count"),
    "stamps": _("Authority that stamps"),
}
"""What proofs rest on. The machine's settings name it; it seals once two people agreed on its fingerprint."""
