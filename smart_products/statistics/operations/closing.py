"""The nightly close: every fact day whose inputs differ from what was published is computed and published.

Owns which days those are and when they appear. One close runs at a time (an advisory lock); a second one waits and
finds nothing left. Deliveries are read once, at the start: what arrives meanwhile is for the next run. A close that was
killed goes on where it had published last.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db import connection as postgres

from core.actor import Actor
from core.files import digest_of
from core.jobs import AsksPerson
from core.queries import limit_days
from smart_products.holdings.queries import FactsOfDay, facts_by_day, newest_delivery
from smart_products.statistics.models import DataCut, Grain, Publication
from smart_products.statistics.operations import computing
from smart_products.statistics.operations.computing import Computing, Progress
from smart_products.statistics.operations.cut import take_cut
from smart_products.statistics.operations.publish import Closed, month_files, publish
from smart_products.statistics.plan import FORMULAS, FactDay
from smart_products.statistics.queries.aside import SetAside, set_aside

LOCK = 0x636C6F7365


class TooManyDays(AsksPerson):
    """A correction touches more published days than may be closed again without an operator's word."""

    def __init__(self, days: int, limit: int) -> None:
        self.days = days
        self.limit = limit
        super().__init__(
            f"{days} published days would be closed again; above {limit} a person confirms: "
            "`manage.py close --confirm`, or `manage.py close --confirm --background`"
        )


@dataclass(slots=True)
class CloseResult:
    """What a close did: days in order, how many had been published before, months summed, accounts set aside."""

    days: list[date] = field(default_factory=list)
    restated: int = 0
    months: list[date] = field(default_factory=list)
    cut: str = ""
    aside: SetAside = field(default_factory=SetAside)


@dataclass(frozen=True, slots=True)
class _Run:
    """One close: what computes, what is published, and which published days surely have to be closed again."""

    computing: Computing
    cut: DataCut
    by: Actor
    at: datetime
    published: dict[date, Publication]
    due: Collection[date]
    asked: Collection[date]
    reach: int
    """Published days that may be closed again without an operator's word."""


def close(
    *,
    by: Actor,
    at: datetime,
    until: date | None = None,
    confirm: bool = False,
    again: Collection[date] = (),
    progress: Progress | None = None,
) -> CloseResult:
    """Close and publish every delivered day up to `until` (all) that needs it; closing twice changes nothing.

    The days `again` are closed again whatever was published of them. Raises TooManyDays when a correction reaches back
    further than the limit `reclose_days` and `confirm` is not given.
    """
    with postgres.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        days = [day for day in fact_days(facts_by_day()) if until is None or day.day <= until]
        if not days:
            return CloseResult()
        with computing.open_computing(settings.FACTS_DIR, settings.FACTS_DIR) as engine:
            run = _open(engine, days, again, by=by, at=at)
            if len(run.due) > run.reach and not confirm:
                raise TooManyDays(len(run.due), run.reach)
            return _walk(run, days, confirm=confirm, progress=progress)
    finally:
        with postgres.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def fact_days(delivered: Sequence[FactsOfDay]) -> list[FactDay]:
    """Return the days with facts in order, each with the one before it."""
    days: list[FactDay] = []
    for item in delivered:
        days.append(FactDay(day=item.day, before=days[-1].day if days else None, files=item.files))
    return days


def _open(engine: Computing, days: Sequence[FactDay], again: Collection[date], *, by: Actor, at: datetime) -> _Run:
    cut = take_cut(
        connection=engine.connection, folder=engine.folder, recorded_until=newest_delivery(), by=by, at=at
    )  # fmt: skip
    computing.know(engine, cut, days)
    published = {row.as_of: row for row in Publication.objects.filter(grain=Grain.DAY, is_current=True)}
    due = _due(engine, days, published, again)
    return _Run(engine, cut, by, at, published, due, frozenset(again), limit_days("reclose_days"))


def _due(
    engine: Computing, days: Sequence[FactDay], published: dict[date, Publication], again: Collection[date]
) -> set[date]:
    """Return the published days with inputs of their own that changed, whatever the day before will leave.

    They can be counted before anything is computed, and computed together.
    """
    due = set()
    for one in days:
        there, before = published.get(one.day), published.get(one.before) if one.before else None
        state = before.files if before is not None else None
        if there is not None and (one.day in again or there.inputs != computing.digest_after(engine, one, state)):
            due.add(one.day)
    return due


def _walk(run: _Run, days: Sequence[FactDay], *, confirm: bool, progress: Progress | None) -> CloseResult:
    engine = run.computing
    result = CloseResult(cut=run.cut.digest)
    position = 0
    while position < len(days):
        fact_day = days[position]
        there = run.published.get(fact_day.day)
        if there is not None and fact_day.day not in run.due:
            computing.settle(engine)  # whether this day must be closed again depends on the day before
            if there.inputs == computing.digest(engine, fact_day):
                engine.files[fact_day.day] = there.files
                position += 1
                continue
        together = computing.cut_batch(
            engine, days[position:], lambda day: day in run.due or day not in run.published
        )  # fmt: skip
        result.restated += sum(one.day in run.published for one in together)
        if result.restated > run.reach and not confirm:
            raise TooManyDays(result.restated, run.reach)
        computing.compute(engine, together, days[:position], len(days), progress)
        result.days += [one.day for one in together]
        position += len(together)
        if len(engine.ready) >= computing.BATCH and (confirm or result.restated == 0):
            _publish(run)
    computing.settle(engine)
    _publish(run)
    result.months = _close_months(run, days)
    result.aside = set_aside(engine.aside)
    return result


def _publish(run: _Run) -> None:
    rows = _publish_rows(run, run.computing.ready)
    run.published.update({row.as_of: row for row in rows})
    run.computing.ready = []


def _publish_rows(run: _Run, closed: Sequence[Closed]) -> list[Publication]:
    return publish(
        connection=run.computing.connection,
        folder=run.computing.folder,
        closed=closed,
        cut=run.cut,
        code_version=f"close-{FORMULAS}",
        by=run.by,
        at=run.at,
    )


def _close_months(run: _Run, days: Sequence[FactDay]) -> list[date]:
    """Sum and publish every whole month whose days changed; the month that is still open has none."""
    there = {row.as_of: row for row in Publication.objects.filter(grain=Grain.MONTH, is_current=True)}
    files = run.computing.files
    months: dict[date, list[FactDay]] = {}
    for day in days:
        months.setdefault(day.day.replace(day=1), []).append(day)
    changed: dict[date, dict[date, str]] = {}
    digests: dict[date, str] = {}
    for parts in list(months.values())[:-1]:
        last = parts[-1].day
        digests[last] = digest_of([f"{files[part.day]['marginals']} {part.day}" for part in parts])
        known = there.get(last)
        if known is None or known.inputs != digests[last] or any(part.day in run.asked for part in parts):
            changed[last] = {part.day: files[part.day]["marginals"] for part in parts}
    if not changed:
        return []
    summed = month_files(run.computing.connection, run.computing.folder, changed)
    befores = {parts[-1].day: parts[0].before for parts in months.values()}
    closed = [Closed(Grain.MONTH, last, befores[last], digests[last], {"marginals": summed}) for last in changed]
    return [row.as_of for row in _publish_rows(run, closed)]
