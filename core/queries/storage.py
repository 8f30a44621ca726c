"""Reads of storage periods. Never counts what is stored: core knows no other room's tables."""

from __future__ import annotations

from dataclasses import dataclass

from core.models import StoragePeriod
from core.rules import LEAST, Nature


@dataclass(frozen=True, slots=True)
class Period:
    """How long a kind of records is stored, by which rule, and what the law says at least."""

    kind: str
    nature: Nature
    months: int
    source: str

    @property
    def least(self) -> int:
        """Return the months that the law demands."""
        return LEAST[self.nature]


def storage_periods() -> list[Period]:
    """Return the period of every kind, records before logs, by kind."""
    rows = StoragePeriod.objects.order_by("-nature", "kind")
    return [Period(row.kind, Nature(row.nature), row.months, row.source) for row in rows]
