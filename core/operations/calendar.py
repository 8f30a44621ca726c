"""Operations of the calendar: importing its days.

Each writes its audit row in the same transaction. The audit log and the job runs are
written by audit.py and jobs.py. Never decides which days the exchange trades: the
caller brings them, from a library or from the broker's own file.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Count, Max, Min

from core.actor import Actor
from core.audit import record
from core.merging import Incoming, Merged, begin, load, run
from core.models import CalendarDay

CalendarRow = tuple[date, bool, bool]
"""A day, whether the exchange trades, and whether it is a legal working day."""

_DAYS = Incoming(table="incoming_days", columns="day date, trading boolean, working boolean", key="day")


class CalendarHole(ValueError):
    """The days would leave a hole in the calendar."""


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
