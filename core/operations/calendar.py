"""Operations of the calendar: importing its days, by the system, or by two persons one after the other.

Each writes its audit row in the same transaction. The audit log and the job runs are
written by audit.py and jobs.py. Never decides which days the exchange trades: the
caller brings them, from a library or from the broker's own file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Count, Max, Min

from core.actor import Actor, TwoPeopleNeeded, person_of
from core.audit import record
from core.calendar_file import CalendarRow
from core.merging import Incoming, Merged, begin, load, run
from core.models import CalendarDay, CalendarProposal
from core.queries.calendar import calendar_changes, rows_of

_DAYS = Incoming(table="incoming_days", columns="day date, trading boolean, working boolean", key="day")


class CalendarHole(ValueError):
    """The days would leave a hole in the calendar."""


class ClosedDays(ValueError):
    """Days that are published already would change."""

    def __init__(self, days: Sequence[date]) -> None:
        super().__init__(f"{days[0]} and {len(days) - 1} more are published")
        self.days = tuple(days)


class NothingNew(ValueError):
    """The calendar says all of this already."""


class ProposalOver(ValueError):
    """The proposal was confirmed or withdrawn."""


@transaction.atomic
def propose_calendar(*, rows: Sequence[CalendarRow], closed: date | None, by: Actor, at: datetime) -> CalendarProposal:
    """Propose calendar days; nothing changes until a colleague confirms. `closed` is the last published day.

    Raises PersonNeeded, NothingNew, ClosedDays and CalendarHole.
    """
    person = person_of(by)
    _judge(rows, closed)
    proposal = CalendarProposal.objects.create(
        days=[[day.isoformat(), trading, working] for day, trading, working in sorted(rows)],
        proposed_at=at,
        proposed_by=person,
        proposer=by.name,
    )
    _record("propose_calendar", proposal, by, at)
    return proposal


@transaction.atomic
def confirm_calendar(*, proposal: CalendarProposal, closed: date | None, by: Actor, at: datetime) -> Merged:
    """Confirm what a colleague proposed: the days hold from now on. It is judged once more as things are now.

    Raises PersonNeeded, TwoPeopleNeeded, ProposalOver, NothingNew, ClosedDays and CalendarHole.
    """
    held = _waiting(proposal)
    held.confirmed_at, held.confirmed_by = at, person_of(by)
    if held.confirmed_by == held.proposed_by:
        raise TwoPeopleNeeded(f"{by.name} proposed the days: a colleague confirms them")
    rows = rows_of(held)
    _judge(rows, closed)
    held.save()
    _record("confirm_calendar", held, by, at)
    return import_calendar(rows=rows, by=by, at=at)


@transaction.atomic
def withdraw_calendar(*, proposal: CalendarProposal, by: Actor, at: datetime) -> CalendarProposal:
    """Take back, or refuse, what waits for a second person. Raises PersonNeeded and ProposalOver."""
    held = _waiting(proposal)
    held.withdrawn_at, held.withdrawn_by = at, person_of(by)
    held.save()
    _record("withdraw_calendar", held, by, at)
    return held


def _waiting(proposal: CalendarProposal) -> CalendarProposal:
    held = CalendarProposal.objects.select_for_update().get(pk=proposal.pk)
    if held.confirmed_at is not None or held.withdrawn_at is not None:
        raise ProposalOver(str(held))
    return held


def _judge(rows: Sequence[CalendarRow], closed: date | None) -> None:
    (changes,) = calendar_changes(rows)
    if not changes.touched:
        raise NothingNew("nothing would change")
    published = [day for day in changes.touched if closed is not None and day <= closed]
    if published:
        raise ClosedDays(published)
    if changes.hole is not None:
        raise CalendarHole(f"{changes.hole} would be missing")


def _record(action: str, proposal: CalendarProposal, by: Actor, at: datetime) -> None:
    details = {"days": len(proposal.days), "first": proposal.days[0][0], "last": proposal.days[-1][0]}
    record(action=action, subject_kind="calendar", subject_key=str(proposal.public_id), details=details, by=by, at=at)


@transaction.atomic
def import_calendar(*, rows: Iterable[CalendarRow], by: Actor, at: datetime) -> Merged:
    """Add calendar days and correct those already there; days not named stay as they are.

    Raises CalendarHole when the table would then miss a day between its first and its last,
    and ConflictingRows when one day comes twice and differs.
    """
    with connection.cursor() as cursor:
        begin(cursor, kind="calendar", source="calendar")
        load(cursor, _DAYS, rows, kind="calendar day")
        updated = run(
            cursor,
            "UPDATE core_calendarday old SET trading = i.trading, working = i.working FROM incoming_days i"
            " WHERE old.day = i.day AND (old.trading, old.working) IS DISTINCT FROM (i.trading, i.working)",
        )
        inserted = run(
            cursor,
            "INSERT INTO core_calendarday (day, trading, working) SELECT day, trading, working"
            " FROM incoming_days ON CONFLICT (day) DO NOTHING",
        )
    ends = CalendarDay.objects.aggregate(first=Min("day"), last=Max("day"), days=Count("day"))
    if ends["days"] and (ends["last"] - ends["first"]).days + 1 != ends["days"]:
        raise CalendarHole(f"a day is missing between {ends['first']} and {ends['last']}")
    merged = Merged(inserted=inserted, updated=updated)
    record(
        action="import_calendar",
        subject_kind="calendar",
        subject_key=str(ends["last"] or ""),
        details={**merged.counts(), "first": ends["first"], "last": ends["last"]},
        by=by,
        at=at,
    )
    return merged
