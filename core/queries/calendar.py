"""What calendar days that somebody brings would add and change, and what is proposed. Never writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import TruncMonth

from core.calendar_file import CalendarRow
from core.models import CalendarDay, CalendarProposal

Flags = tuple[bool, bool]
"""Whether the exchange trades, and whether it is a legal working day."""


@dataclass(frozen=True, slots=True)
class CalendarChanges:
    """What would become of the calendar: days that are new, days that differ, and the first that would be missing."""

    added: tuple[date, ...]
    changed: tuple[tuple[date, Flags, Flags], ...]
    hole: date | None

    @property
    def touched(self) -> list[date]:
        """Every day that would be new or another, ascending."""
        return sorted([*self.added, *(day for day, _, _ in self.changed)])


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """A month of the calendar: its first day, how many days are held, on how many is traded and worked."""

    month: date
    days: int
    trading: int
    working: int


def calendar_changes(*brought: Sequence[CalendarRow]) -> list[CalendarChanges]:
    """Return what each of several sets of days would change by itself, in two statements."""
    near = CalendarDay.objects.filter(day__in={day for rows in brought for day, _, _ in rows})
    held = {day: (trading, working) for day, trading, working in near.values_list("day", "trading", "working")}
    ends = CalendarDay.objects.aggregate(first=Min("day"), last=Max("day"))
    return [_changes(rows, held, ends["first"], ends["last"]) for rows in brought]


def calendar_months(first: date, count: int) -> list[CalendarMonth]:
    """Return the months of the calendar from that of a day on, as far as they are held."""
    rows = CalendarDay.objects.filter(day__gte=first.replace(day=1)).annotate(month=TruncMonth("day"))
    counted = rows.values_list("month").annotate(
        days=Count("day"), trades=Count("day", filter=Q(trading=True)), works=Count("day", filter=Q(working=True))
    )
    return [CalendarMonth(*row) for row in counted.order_by("month")[:count]]


def calendar_proposals() -> QuerySet[CalendarProposal]:
    """Return the proposals that wait for a second person, the oldest first."""
    return CalendarProposal.objects.filter(confirmed_at=None, withdrawn_at=None).order_by("proposed_at", "pk")


def calendar_proposal(public_id: UUID) -> CalendarProposal | None:
    """Return a proposal, whatever became of it."""
    return CalendarProposal.objects.filter(public_id=public_id).first()


def rows_of(proposal: CalendarProposal) -> list[CalendarRow]:
    """Return the days of a proposal."""
    return [(date.fromisoformat(day), bool(trading), bool(working)) for day, trading, working in proposal.days]


def _hole(added: Sequence[date], first: date | None, last: date | None) -> date | None:
    """Return the first day that would be missing between the ends of the calendar with what is added."""
    spans = [(first, last)] if first is not None and last is not None else []
    edges = sorted([*spans, *((day, day) for day in added)])
    for (_, end), (start, _) in pairwise(edges):
        if (start - end).days > 1:
            return end + timedelta(days=1)
    return None


def _changes(
    rows: Sequence[CalendarRow], held: Mapping[date, Flags], first: date | None, last: date | None
) -> CalendarChanges:
    told = {day: (trading, working) for day, trading, working in rows}
    changed = [(day, held[day], flags) for day, flags in sorted(told.items()) if day in held and held[day] != flags]
    added = sorted(day for day in told if day not in held)
    return CalendarChanges(tuple(added), tuple(changed), _hole(added, first, last))
