"""The nightly close: every fact day whose inputs differ from what was published is computed and published.

Owns the run over days. One close runs at a time (an advisory lock); a second one waits and finds nothing left.
Deliveries are read once, at the start: what arrives meanwhile is for the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings
from django.db import connection as postgres

from core.actor import Actor
from core.columnar import SMALL, Limits, connect, table_from_rows
from core.files import digest_of
from smart_products.holdings.queries import FactsOfDay, facts_by_day, known_from, newest_delivery
from smart_products.statistics import batch, block, chain
from smart_products.statistics.engine import FIRST_DAY
from smart_products.statistics.known import load_whole
from smart_products.statistics.models import DataCut, Grain, Publication
from smart_products.statistics.operations.cut import take_cut
from smart_products.statistics.operations.publish import Closed, month_files, publish
from smart_products.statistics.plan import (
    FORMULAS,
    FactDay,
    Mark,
    chain_digest,
    common_digest,
    day_digest,
    facts_paths,
    marks,
)
from smart_products.statistics.tiers import TIERS

LOCK = 0x636C6F7365
BATCH = 62
"""Days published in one transaction; a correction of up to two months appears at once."""

Progress = Callable[[date, int, int], None]
"""Told of a day whose accounts are carried, its place, and how many days there are; called from a thread of the run."""


class TooManyDays(RuntimeError):
    """A correction touches more published days than may be closed again without an operator's word."""

    def __init__(self, days: int, limit: int) -> None:
        self.days = days
        self.limit = limit
        super().__init__(f"{days} published days would be closed again; above {limit} confirm with --confirm")


@dataclass(slots=True)
class CloseResult:
    """What a close did: days in order, how many had been published before, and months summed."""

    days: list[date] = field(default_factory=list)
    restated: int = 0
    months: list[date] = field(default_factory=list)
    cut: str = ""


@dataclass(frozen=True, slots=True)
class _Carried:
    """Days whose accounts are carried, or just being: what was asked, and to come of each its files by kind."""

    together: Sequence[FactDay]
    days: Sequence[chain.Day]
    states: Future[dict[date, dict[str, str]]]


@dataclass(slots=True)
class _Run:
    """What one run carries along."""

    connection: duckdb.DuckDBPyConnection
    """Where figures are computed."""
    carrier: duckdb.DuckDBPyConnection
    """Where the chain is carried, beside the figures of the days before: the same database, a second connection."""
    thread: Executor
    folder: Path
    cut: DataCut
    rules: chain.Rules
    by: Actor
    at: datetime
    published: dict[date, Publication]
    marked: Mapping[date, Mark]
    common: str
    sources: Mapping[str, int]
    files: dict[date, dict[str, Any]] = field(default_factory=dict)
    """What each day left, published or about to be."""
    standing: date | None = None
    """The day after which the chain in the connection stands."""
    carried: _Carried | None = None
    """Days that wait for their figures."""
    pending: list[Closed] = field(default_factory=list)


def close(
    *,
    by: Actor,
    at: datetime,
    until: date | None = None,
    confirm: bool = False,
    progress: Progress | None = None,
) -> CloseResult:
    """Close and publish every delivered day up to `until` (all) that needs it; closing twice changes nothing.

    Raises TooManyDays when a correction reaches back further than the setting RECLOSE_DAYS and `confirm` is not given.
    """
    with postgres.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        return _close_locked(by=by, at=at, until=until, confirm=confirm, progress=progress)
    finally:
        with postgres.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def fact_days(delivered: Sequence[FactsOfDay]) -> list[FactDay]:
    """Return the days with facts in order, each with the one before it."""
    days: list[FactDay] = []
    for item in delivered:
        days.append(FactDay(day=item.day, before=days[-1].day if days else None, files=item.files))
    return days


def _close_locked(
    *, by: Actor, at: datetime, until: date | None, confirm: bool, progress: Progress | None
) -> CloseResult:
    folder = settings.FACTS_DIR
    days = [day for day in fact_days(facts_by_day()) if until is None or day.day <= until]
    if not days:
        return CloseResult()
    connection = connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR))
    carrier, thread = connection.cursor(), ThreadPoolExecutor(max_workers=1, thread_name_prefix="carry")
    try:
        cut = take_cut(connection=connection, folder=folder, recorded_until=newest_delivery(), by=by, at=at)
        load_whole(connection, cut, folder)
        load_tiers(connection)
        sources = connection.execute("SELECT DISTINCT source_name, source FROM cut_accounts").fetchall()
        rules = chain.Rules(settings.CARRY_DAYS, known_from() or FIRST_DAY)
        published = {row.as_of: row for row in Publication.objects.filter(grain=Grain.DAY, is_current=True)}
        run = _Run(
            connection,
            carrier,
            thread,
            folder,
            cut,
            rules,
            by,
            at,
            published,
            marks(connection, days),
            common_digest(rules),
            dict(sources),
        )
        return _walk(run, days, confirm=confirm, progress=progress)
    finally:
        carrier.interrupt()
        thread.shutdown()
        connection.close()


def _walk(run: _Run, days: Sequence[FactDay], *, confirm: bool, progress: Progress | None) -> CloseResult:
    result = CloseResult(cut=run.cut.digest)
    position = 0
    while position < len(days):
        fact_day = days[position]
        there = run.published.get(fact_day.day)
        if there is not None:
            _settle(run)  # whether this day must be closed again depends on the day before
        if there is not None and there.inputs == _digest(run, fact_day):
            run.files[fact_day.day] = there.files
            position += 1
            continue
        together = [fact_day] if there is not None else _unpublished(run, days, position)
        result.restated += there is not None
        if result.restated > settings.RECLOSE_DAYS and not confirm:
            raise TooManyDays(result.restated, settings.RECLOSE_DAYS)
        _close_batch(run, together, days[:position], len(days), progress)
        result.days += [one.day for one in together]
        position += len(together)
        if len(run.pending) >= BATCH and (confirm or result.restated == 0):
            _publish(run)
    _settle(run)
    _publish(run)
    result.months = _close_months(run, days)
    return result


def _digest(run: _Run, fact_day: FactDay) -> str:
    state = run.files[fact_day.before] if fact_day.before else None
    return day_digest(run.common, fact_day, run.marked[fact_day.day], state)


def _unpublished(run: _Run, days: Sequence[FactDay], start: int) -> list[FactDay]:
    """Return the days from `start` on that are not published, as many as share a structure and fit a batch."""
    together = []
    for fact_day in days[start : start + BATCH]:
        if fact_day.day in run.published or run.marked[fact_day.day].shape != run.marked[days[start].day].shape:
            break
        together.append(fact_day)
    return together


def _close_batch(
    run: _Run, together: Sequence[FactDay], earlier: Sequence[FactDay], total: int, progress: Progress | None
) -> None:
    """Carry the chain over these days; meanwhile the figures of those carried before are computed."""
    before = together[0].before
    if before is None:
        chain.begin(run.carrier)
        batch.begin(run.connection)
    elif run.standing != before:
        _settle(run)
        standing = _standing(run, before, earlier)
        chain.resume(run.carrier, run.folder, standing)
        batch.resume(run.connection, run.folder, standing, run.rules)
    days = [
        chain.Day(
            one.day,
            one.before,
            facts_paths(run.folder, one),
            frozenset(run.sources[name] for name in one.files if name in run.sources),
        )
        for one in together
    ]
    run.standing = days[-1].day
    told = partial(_tell, progress, len(earlier), total)
    carried = run.thread.submit(_carry, run, days, told)
    _settle(run)
    run.carried = _Carried(together, days, carried)


def _tell(progress: Progress | None, earlier: int, total: int, day: date, place: int) -> None:
    if progress is not None:
        progress(day, earlier + place, total)


def _carry(run: _Run, days: Sequence[chain.Day], told: Callable[[date, int], None]) -> dict[date, dict[str, str]]:
    """Carry the chain over these days; return for each the file of its accounts and the mark of the state it left."""
    chain.open_batch(run.carrier, days)
    states: dict[date, dict[str, str]] = {}
    for place in block.cut_blocks(run.carrier, days):
        left = block.carry(run.carrier, days, place, run.rules, run.folder)
        states.update({day: {"accounts": left.members, "state": mark} for day, mark in left.marks.items()})
        told(days[place[1] - 1].day, place[1])
    return states


def _settle(run: _Run) -> None:
    """Compute the figures of the days carried last, if any; they are then ready to be published."""
    if run.carried is None:
        return
    carried, run.carried = run.carried, None
    states = carried.states.result()
    made = batch.finish(run.connection, carried.days, run.rules, run.folder)
    for one in carried.together:
        digest = _digest(run, one)
        link = run.files[one.before]["chain"] if one.before else ""
        files: dict[str, Any] = {
            **made.files,
            **states[one.day],
            "chain": chain_digest(link, made.marks[one.day], run.marked[one.day]),
            "facts": dict(one.files),
        }
        run.files[one.day] = files
        run.pending.append(Closed(Grain.DAY, one.day, one.before, digest, files))


def _standing(run: _Run, day: date, earlier: Sequence[FactDay]) -> chain.Standing:
    files = run.files[day]
    return chain.Standing(
        day=day,
        accounts=files["accounts"],
        marginals=files["marginals"],
        signings=[(run.files[one.day]["signings"], one.day) for one in earlier],
    )


def load_tiers(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table of the limits of tiers."""
    lowest = -(1 << 100)
    rows = [(tier.number, lowest if tier.lower_bound is None else tier.lower_bound) for tier in TIERS]
    table_from_rows(connection, "tier_limits", {"tier": SMALL, "lower_bound": "HUGEINT"}, rows)


def _publish(run: _Run) -> None:
    rows = publish(
        connection=run.connection,
        folder=run.folder,
        closed=run.pending,
        cut=run.cut,
        code_version=f"close-{FORMULAS}",
        by=run.by,
        at=run.at,
    )
    run.published.update({row.as_of: row for row in rows})
    run.pending = []


def _close_months(run: _Run, days: Sequence[FactDay]) -> list[date]:
    """Sum and publish every whole month whose days changed; the month that is still open has none."""
    there = {row.as_of: row for row in Publication.objects.filter(grain=Grain.MONTH, is_current=True)}
    months: dict[date, list[FactDay]] = {}
    for day in days:
        months.setdefault(day.day.replace(day=1), []).append(day)
    changed: dict[date, dict[date, str]] = {}
    digests: dict[date, str] = {}
    for parts in list(months.values())[:-1]:
        last = parts[-1].day
        digests[last] = digest_of([f"{run.files[part.day]['marginals']} {part.day}" for part in parts])
        known = there.get(last)
        if known is None or known.inputs != digests[last]:
            changed[last] = {part.day: run.files[part.day]["marginals"] for part in parts}
    if not changed:
        return []
    summed = month_files(run.connection, run.folder, changed)
    befores = {parts[-1].day: parts[0].before for parts in months.values()}
    closed = [Closed(Grain.MONTH, last, befores[last], digests[last], {"marginals": summed}) for last in changed]
    publish(
        connection=run.connection,
        folder=run.folder,
        closed=closed,
        cut=run.cut,
        code_version=f"close-{FORMULAS}",
        by=run.by,
        at=run.at,
    )
    return [item.as_of for item in closed]
