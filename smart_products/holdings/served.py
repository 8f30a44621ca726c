"""The files that the portal's copy is made from, as plain values handed down by the room that publishes.

Never opens a file and never knows a publication.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.files import digest_of


@dataclass(frozen=True, slots=True)
class DayFiles:
    """A published day: the file that holds its members (and those of other days), and its files of facts."""

    day: date
    members: str
    state: str
    """A mark of the day's members alone, whatever file they lie in."""
    facts: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Return what the day's rows depend on; names and mark are hashes of contents."""
        return digest_of([self.state, *sorted(self.facts)])


@dataclass(frozen=True, slots=True)
class MonthFiles:
    """The published days of a month, ascending; an open month may still grow."""

    month: date
    days: tuple[DayFiles, ...]
    is_open: bool
