"""The nightly close: every fact day whose inputs differ from what was published is computed and published.

Owns the run over days. One close runs at a time (an advisory lock); a second one waits and finds nothing left.
Deliveries are read once, at the start: what arrives meanwhile is for the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import duckdb
from django.conf import settings
from django.db import connection as postgres

from core.actor import Actor
from core.files import digest_of
from smart_products.holdings.queries import FactsOfDay, facts_by_day, known_from, newest_delivery
from smart_products.statistics import chain
from smart_products.statistics.engine import FIRST_DAY, Limits, connect
from smart_products.statistics.models import DataCut, Grain, Publication
from smart_products.statistics.operations.cut import load_cut, take_cut
from smart_products.statistics.operations.publish import Closed, month_files, publish
from smart_products.statistics.plan import FORMULAS, FactDay, common_digest, day_digest, facts_paths, marks
from smart_products.statistics.tiers import TIERS

LOCK = 0x636C6F7365
BATCH = 62
"""Days published in one transaction; a correction of up to two months appears at once."""

Progress = Callable[[date, int, int], None]


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


@dataclass(slots=True)
class _Run:
    """What one run carries along."""

    connection: duckdb.DuckDBPyConnection
    folder: Path
    cut: DataCut
    rules: chain.Rules
    by: Actor
    at: datetime
    published: dict[date, Publication]
    standing: date | None = None
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
    settings.DUCKDB_TEMP_DIR.mkdir(parents=True, exist_ok=True)
    connection = connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR))
    try:
        days = [day for day in fact_days(facts_by_day()) if until is None or day.day <= until]
        cut = take_cut(connection=connection, folder=folder, recorded_until=newest_delivery(), by=by, at=at)
        load_cut(connection, cut, folder)
        _load_tiers(connection)
        published = {row.as_of: row for row in Publication.objects.filter(grain=Grain.DAY, is_current=True)}
        run = _Run(
            connection, folder, cut, chain.Rules(settings.CARRY_DAYS, known_from() or FIRST_DAY), by, at, published
        )
        return _walk(run, days, confirm=confirm, progress=progress)
    finally:
        connection.close()


def _walk(run: _Run, days: Sequence[FactDay], *, confirm: bool, progress: Progress | None) -> CloseResult:
    result = CloseResult(cut=run.cut.digest)
    marked = marks(run.connection, days)
    common = common_digest(run.connection, run.rules)
    files: dict[date, dict[str, str]] = {}
    for number, fact_day in enumerate(days, 1):
        state = files[fact_day.before] if fact_day.before else None
        digest = day_digest(common, fact_day, marked[fact_day.day], state)
        there = run.published.get(fact_day.day)
        if there is not None and there.inputs == digest:
            files[fact_day.day] = there.files
            continue
        if there is not None:
            result.restated += 1
            if result.restated > settings.RECLOSE_DAYS and not confirm:
                raise TooManyDays(result.restated, settings.RECLOSE_DAYS)
        files[fact_day.day] = _close_one(run, fact_day, digest, files, days[: number - 1])
        result.days.append(fact_day.day)
        if len(run.pending) >= BATCH and (confirm or result.restated == 0):
            _flush(run)
        if progress is not None:
            progress(fact_day.day, number, len(days))
    _flush(run)
    result.months = _close_months(run, days, files)
    return result


def _close_one(
    run: _Run, fact_day: FactDay, digest: str, files: dict[date, dict[str, str]], earlier: Sequence[FactDay]
) -> dict[str, str]:
    if fact_day.before is None:
        chain.begin(run.connection)
    elif run.standing != fact_day.before:
        signings = [files[day.day]["signings"] for day in earlier]
        chain.resume(run.connection, run.folder, files[fact_day.before], signings, fact_day.before)
    day = chain.Day(fact_day.day, fact_day.before, facts_paths(run.folder, fact_day), _source_bits(run, fact_day))
    chain.close_day(run.connection, day, run.rules)
    stored = chain.store_day(run.connection, run.folder)
    chain.advance(run.connection)
    run.standing = fact_day.day
    files_and_facts = {**stored, "facts": dict(fact_day.files)}
    run.pending.append(Closed(Grain.DAY, fact_day.day, fact_day.before, digest, files_and_facts))
    return stored


def _source_bits(run: _Run, fact_day: FactDay) -> int:
    rows = run.connection.execute("SELECT DISTINCT source_name, source FROM cut_accounts").fetchall()
    return sum(1 << number for name, number in rows if name in fact_day.files)


def _load_tiers(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE OR REPLACE TEMP TABLE tier_limits (tier SMALLINT, lower_bound HUGEINT)")
    lowest = -(1 << 100)
    rows = [[tier.number, lowest if tier.lower_bound is None else tier.lower_bound] for tier in TIERS]
    connection.executemany("INSERT INTO tier_limits VALUES (?, ?)", rows)


def _flush(run: _Run) -> None:
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


def _close_months(run: _Run, days: Sequence[FactDay], files: dict[date, dict[str, str]]) -> list[date]:
    """Sum and publish every whole month whose days changed; the month that is still open has none."""
    there = {row.as_of: row for row in Publication.objects.filter(grain=Grain.MONTH, is_current=True)}
    months: dict[date, list[FactDay]] = {}
    for day in days:
        months.setdefault(day.day.replace(day=1), []).append(day)
    closed: list[Closed] = []
    for first in list(months)[:-1]:
        parts = months[first]
        last = parts[-1].day
        names = [files[part.day] for part in parts]
        digest = digest_of([name["marginals"] for name in names])
        known = there.get(last)
        if known is not None and known.inputs == digest:
            continue
        summed = month_files(run.connection, run.folder, names)
        closed.append(Closed(Grain.MONTH, last, parts[0].before, digest, summed))
    publish(
        connection=run.connection, folder=run.folder, closed=closed, cut=run.cut,
        code_version=f"close-{FORMULAS}", by=run.by, at=run.at,
    )
    return [item.as_of for item in closed]
