"""Publishing retention: the stretches of every node as the newest close knew them, in one file a basis.

Owns the publications of retention. What a page asks of a published day is counted from their stretches, as of that day;
what they do not hold is found when it is asked, by the same statements (queries/retention.py). Never computes a share.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb
from django.conf import settings
from django.db import connection as postgres
from django.db import transaction
from django.db.models import Max

from core.actor import Actor
from core.audit import record
from core.columnar import DAY, WHOLE, Limits, connect, table_from_rows
from core.files import store_parquet
from smart_products.holdings.queries import known_from
from smart_products.statistics import tenure
from smart_products.statistics.cohorts import PUBLISHED, Span, measure_everywhere, spans
from smart_products.statistics.engine import FIRST_DAY, run
from smart_products.statistics.known import load
from smart_products.statistics.models import DataCut, Grain, Publication
from smart_products.statistics.plan import FORMULAS
from smart_products.statistics.queries.periods import KNOWN_FROM, STRETCHES, Timeline, timeline
from smart_products.statistics.queries.retention_sources import graded, month_ends_of, valued_days
from smart_products.statistics.queries.retention_stored import MONTH_ENDS, WORTH
from smart_products.statistics.retention import GAP, Basis

LOCK = 0x7265746E
ROWS = """
SELECT node, since, until, outlet, channel, tier, first_started, spell_started, started, ended, reason, next_started,
  next_held, count(*) AS heads
FROM stretches GROUP BY ALL ORDER BY ALL
"""
"""No client stands in the file: equal histories are counted."""


Progress = Callable[[date, int, int], None]


@dataclass(frozen=True, slots=True)
class _Run:
    """What one run carries along."""

    connection: duckdb.DuckDBPyConnection
    cut: DataCut
    known: Timeline
    by: Actor
    at: datetime


def publish_retention(*, by: Actor, at: datetime, progress: Progress | None = None) -> list[date]:
    """Publish retention as the last close knew it; returns its newest day, or nothing where nothing changed.

    One run at a time: a second one waits, and finds nothing left.
    """
    with postgres.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        known = timeline()
        if not known.days:
            return []
        with connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR)) as connection:
            cut = DataCut.objects.order_by("-pk")[0]
            return _publish_newest(_Run(connection, cut, known, by, at), progress)
    finally:
        with postgres.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _publish_newest(work: _Run, progress: Progress | None) -> list[date]:
    newest = work.known.days[-1]
    inputs = _inputs(work, newest)
    if any(row.as_of == newest.as_of and row.inputs == inputs for row in work.known.retention):
        return []
    files = _files(work, newest.as_of, progress)
    _publish(work, newest.as_of, inputs, files)
    return [newest.as_of]


def _inputs(work: _Run, newest: Publication) -> str:
    """Return the digest of all that retention is counted from."""
    days = [(row.as_of.isoformat(), row.files["signings"], _of_day(row)) for row in work.known.days]
    parts = [FORMULAS, GAP, str(known_from()), work.cut.digest, newest.as_of.isoformat(), days]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _of_day(row: Publication) -> tuple[str, str, list[tuple[str, str]]]:
    return row.files["accounts"], row.files["state"], sorted(row.files["facts"].items())


def _files(work: _Run, day: date, progress: Progress | None) -> dict[str, Any]:
    """Find and store the stretches of both bases and what cohorts are worth; returns what the publication names."""
    connection, since = work.connection, known_from()
    load(connection, work.cut, settings.FACTS_DIR, "intervals", "placements", "nodes", "edges")
    files: dict[str, Any] = {STRETCHES: {}, KNOWN_FROM: since.isoformat() if since else None}
    ends: Sequence[date] = ()
    for basis in (Basis.CONFIRMED, Basis.SIGNED):
        tenure.find_stretches(connection, basis, GAP, graded(connection, work.known, day))
        files[STRETCHES][basis.value] = store_parquet(connection, ROWS, settings.FACTS_DIR)
        ends = month_ends_of(connection, since or FIRST_DAY, day)
    files[MONTH_ENDS] = [end.isoformat() for end in ends]
    files[WORTH] = _worth(work, day, ends, progress)
    return files


def _worth(work: _Run, day: date, ends: Sequence[date], progress: Progress | None) -> dict[str, dict[str, str]]:
    """Store what cohorts of signings are worth at each month end, but where it is stored already."""
    table_from_rows(work.connection, "month_ends", {"place": WHOLE, "day": DAY}, list(enumerate(ends)))
    there = work.known.retention[-1].files.get(WORTH, {}) if work.known.retention else {}
    parts = spans(valued_days(work.known, day), set(ends))
    found = {}
    for number, part in enumerate(parts, 1):
        name, inputs = part.month_end.isoformat(), _worth_inputs(work, part)
        if there.get(name, {}).get("inputs") == inputs:
            found[name] = there[name]
        else:
            measure_everywhere(work.connection, part, known_from() or FIRST_DAY)
            found[name] = {"inputs": inputs, "file": store_parquet(work.connection, PUBLISHED, settings.FACTS_DIR)}
        if progress is not None:
            progress(part.month_end, number, len(parts))
    return found


def _worth_inputs(work: _Run, part: Span) -> str:
    """Return the digest of all that worth at a month end is computed from."""
    run(work.connection, ["worth_mark"], {"as_of": part.month_end})
    mark = work.connection.execute("FROM worth_mark").fetchone()
    first, last = part.days[0].day, part.month_end
    days = [_of_day(row) for row in work.known.days if first <= row.as_of <= last]
    parts = [FORMULAS, str(known_from()), str(mark), part.opening, days]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@transaction.atomic
def _publish(work: _Run, day: date, inputs: str, files: dict[str, Any]) -> None:
    rows = Publication.objects.filter(grain=Grain.RETENTION)
    newest = rows.filter(as_of=day).aggregate(newest=Max("version"))["newest"] or 0
    rows.filter(is_current=True).update(is_current=False)
    Publication.objects.create(
        grain=Grain.RETENTION,
        as_of=day,
        version=newest + 1,
        cut=work.cut,
        inputs=inputs,
        code_version=f"retention-{FORMULAS}",
        published_at=work.at,
        published_by=work.by.name,
        files=files,
    )
    record(
        action="publish",
        subject_kind="publication",
        subject_key=f"{Grain.RETENTION} {day}",
        details={"version": newest + 1, "cut": work.cut.digest},
        by=work.by,
        at=work.at,
    )
