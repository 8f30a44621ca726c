"""Publishing retention: the counts of every node and slice as of a day, in one file that its publication names.

Owns the publications of retention, in both bases. What a page asks of a published day is read from them; any other
question is counted when it is asked (queries/retention.py), by the same statements. Never computes a share.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
from django.conf import settings
from django.db import connection as postgres
from django.db import transaction
from django.db.models import Max

from core.actor import Actor
from core.audit import record
from core.columnar import Limits, connect
from core.files import store_parquet
from smart_products.holdings.queries import known_from
from smart_products.statistics import tenure
from smart_products.statistics.cohorts import ValuedDay, measure
from smart_products.statistics.engine import FIRST_DAY, run
from smart_products.statistics.known import load
from smart_products.statistics.models import DataCut, Grain, Publication
from smart_products.statistics.months import six_months_before
from smart_products.statistics.plan import FORMULAS
from smart_products.statistics.queries.periods import Timeline, timeline
from smart_products.statistics.queries.retention_sources import month_ends_of, tiers, valued_days
from smart_products.statistics.retention import GAP, Basis
from smart_products.statistics.tenure import Asked

LOCK = 0x7265746E
ROWS = "SELECT * FROM {rows} ORDER BY kind, slice_key, node, part, a, b"
ROOTS = (
    "s.kind = 1 AND s.slice_key IN (SELECT ancestor FROM edges WHERE ancestor NOT IN "
    "(SELECT outlet FROM edges WHERE outlet <> ancestor))"
)
"""What cohorts are worth is published for the whole house, as of the newest day and on the usual basis: it takes ten
times as long as all else. Any other question about it is counted when it is asked."""

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
    """Publish retention as of the newest published day and every month end before it, where anything changed.

    Returns the days published. One run at a time: a second one waits, and finds nothing left.
    """
    with postgres.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        cut = DataCut.objects.order_by("-pk").first()
        known = timeline()
        if cut is None or not known.days:
            return []
        with connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR)) as connection:
            load(connection, cut, settings.FACTS_DIR, "intervals", "placements", "edges", "nodes")
            return _publish_all(_Run(connection, cut, known, by, at), progress)
    finally:
        with postgres.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _publish_all(work: _Run, progress: Progress | None) -> list[date]:
    wanted = [row.as_of for row in reversed(work.known.month_ends(work.known.days[-1].as_of, len(work.known.days)))]
    there = dict(
        Publication.objects.filter(grain=Grain.RETENTION, is_current=True, as_of__in=wanted).values_list(
            "as_of", "inputs"
        )
    )
    published = []
    for number, day in enumerate(wanted, 1):
        inputs = _inputs(work, day)
        if there.get(day) != inputs:
            files = _count(work, day)
            _publish(day=day, inputs=inputs, files=files, cut=work.cut, by=work.by, at=work.at)
            published.append(day)
        if progress is not None:
            progress(day, number, len(wanted))
    return published


def _inputs(work: _Run, day: date) -> str:
    """Return the digest of all that retention as of a day is counted from."""
    run(work.connection, ["retention_marks"], {"as_of": day})
    mark = work.connection.execute("FROM retention_mark").fetchone()
    days = [
        (row.as_of.isoformat(), row.files["accounts"], row.files["state"], sorted(row.files["facts"].items()))
        for row in work.known.days
        if row.as_of <= day
    ]
    signs = next(row.files["chain"] for row in reversed(work.known.days) if row.as_of <= day)
    parts = [FORMULAS, GAP, str(known_from()), str(mark), signs, days]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _count(work: _Run, day: date) -> dict[str, Any]:
    """Count and store both bases as of a day; returns names of files, month ends, and numbers of fact days."""
    files: dict[str, Any] = {}
    first = six_months_before(day) + timedelta(days=1), day
    days = valued_days(work.known, day)
    for basis in Basis:
        asked = Asked(day, basis, known_from() or FIRST_DAY, GAP, first)
        tenure.find_spells(work.connection, asked)
        tenure.find_places(work.connection, tiers(work.connection, work.known, day))
        tenure.find_every_slice(work.connection)
        months = month_ends_of(work.connection, asked)
        tenure.count(work.connection, asked, months)
        newest = day == work.known.days[-1].as_of
        measure(work.connection, days if newest and basis is Basis.SIGNED else [], ROOTS)
        select = ROWS.format(rows=tenure.rows(work.connection))
        files[basis.value] = store_parquet(work.connection, select, settings.FACTS_DIR)
        files[f"{basis.value}_month_ends"] = [end.isoformat() for end in months]
    ends = _ends(days)
    files["numbers"] = {one.day.isoformat(): number for number, one in enumerate(days, 1) if one.day in ends}
    return files


def _ends(days: Sequence[ValuedDay]) -> set[date]:
    """Return the last fact day of each month: a cell may stand on it."""
    return set({(one.day.year, one.day.month): one.day for one in days}.values())


@transaction.atomic
def _publish(*, day: date, inputs: str, files: dict[str, Any], cut: DataCut, by: Actor, at: datetime) -> None:
    rows = Publication.objects.filter(grain=Grain.RETENTION, as_of=day)
    newest = rows.aggregate(newest=Max("version"))["newest"] or 0
    rows.filter(is_current=True).update(is_current=False)
    Publication.objects.create(
        grain=Grain.RETENTION,
        as_of=day,
        version=newest + 1,
        cut=cut,
        inputs=inputs,
        code_version=f"retention-{FORMULAS}",
        published_at=at,
        files=files,
    )
    record(
        action="publish",
        subject_kind="publication",
        subject_key=f"{Grain.RETENTION} {day}",
        details={"version": newest + 1, "cut": cut.digest},
        by=by,
        at=at,
    )
