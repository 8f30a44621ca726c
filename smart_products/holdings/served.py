"""The files that the portal's copy is made from, as plain values handed down by the room that publishes.

Never opens a file and never knows a publication.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.files import digest_of


@dataclass(frozen=True, slots=True)
class DayFiles:
    """A published day: the name of its file of members, and of its files of facts."""

    day: date
    members: str
    facts: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Return what the day's rows depend on; the names are hashes of contents."""
        return digest_of([self.members, *sorted(self.facts)])


@dataclass(frozen=True, slots=True)
class MonthFiles:
    """The published days of a month, ascending; an open month may still grow."""

    month: date
    days: tuple[DayFiles, ...]
    is_open: bool
