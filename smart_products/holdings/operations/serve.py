"""The portal's copy: the open month as rows, closed months as one row per account with arrays.

Owns the writes of `AccountDay`, `AccountMonth` and `ServedMonth`. A month is replaced in one transaction, and
only where the files behind it changed; all of it can be made anew from the files at any time. Values are those
of the day's members, carried ones included; flows are those of the facts. Never computes a figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

import duckdb
import numpy as np
from django.conf import settings
from django.db import connection as postgres
from django.db import transaction

from core.actor import Actor
from core.audit import record
from core.files import path_of
from smart_products.holdings.models import AccountDay, AccountMonth, ServedMonth
from smart_products.holdings.packing import HEADER, TRAILER, Grid, Whole, pack_days, pack_months
from smart_products.holdings.served import DayFiles, MonthFiles

LOCK = 0x7365727665
CHUNK = 250_000
"""Account ids taken at once: bounds memory to some 300 MB, whatever the number of accounts."""

Progress = Callable[[date, int, int], None]


@dataclass(slots=True)
class Served:
    """What was written: months folded to arrays, days as rows, and the rows of both kinds."""

    months: list[date] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    rows: int = 0


@dataclass(frozen=True, slots=True)
class _Plan:
    """A month to write: which of its days, and what stands there already and goes first."""

    item: MonthFiles
    fresh: tuple[DayFiles, ...]
    outdated: tuple[date, ...]
    whole: bool
    """All that was served of the month is replaced; else the days of the open month that changed."""

    @property
    def digests(self) -> dict[str, str]:
        return {files.day.isoformat(): files.digest for files in self.item.days}


def serve_months(
    *,
    months: Sequence[MonthFiles],
    by: Actor,
    at: datetime,
    anew: bool = False,
    progress: Progress | None = None,
) -> Served:
    """Bring the portal's copy in step with these months, which are all there are; doing it twice changes nothing.

    `anew` writes every month whatever was served before. Each month is one transaction with its audit row. One such
    run goes on at a time; a second one waits and finds nothing left.
    """
    with postgres.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        return _serve_locked(months, anew=anew, by=by, at=at, progress=progress)
    finally:
        with postgres.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _serve_locked(
    months: Sequence[MonthFiles], *, anew: bool, by: Actor, at: datetime, progress: Progress | None
) -> Served:
    served = Served()
    there = {} if anew else {row.month: row for row in ServedMonth.objects.all()}
    _forget([item.month for item in months], by=by, at=at)
    plans = [plan for item in months if (plan := _plan(item, there.get(item.month))) is not None]
    for number, (plan, grids) in enumerate(groupby(_ahead(_grids(plans)), key=itemgetter(0)), 1):
        _write(plan, (grid for _, grid in grids), served, by=by, at=at)
        if progress is not None:
            progress(plan.item.month, number, len(plans))
    return served


def _plan(item: MonthFiles, there: ServedMonth | None) -> _Plan | None:
    """Return what of a month has to be written, or None when it stands as it should."""
    if there is None or there.folded is item.is_open:
        return _Plan(item, item.days, (), whole=True)
    wanted = {files.day.isoformat(): files.digest for files in item.days}
    if there.days == wanted:
        return None
    if not item.is_open:
        return _Plan(item, item.days, (), whole=True)
    fresh = tuple(files for files in item.days if there.days.get(files.day.isoformat()) != files.digest)
    gone = [date.fromisoformat(day) for day in there.days if day not in wanted]
    return _Plan(item, fresh, (*gone, *(files.day for files in fresh)), whole=False)


@transaction.atomic
def _write(plan: _Plan, grids: Iterable[Grid], served: Served, *, by: Actor, at: datetime) -> None:
    month, is_open = plan.item.month, plan.item.is_open
    outdated = _days_of(month) if plan.whole else list(plan.outdated)
    AccountDay.objects.filter(day__in=outdated).delete()
    if plan.whole:
        AccountMonth.objects.filter(month=month).delete()
    if is_open:
        packed: Iterable[bytes] = (pack_days(grid) for grid in grids)
        rows = _copy("holdings_accountday", ("account_id", "day", "value", "net_flow", "carried"), packed)
        served.days += [files.day for files in plan.fresh]
    else:
        packed = (block for grid in grids for block in pack_months(grid, month))
        rows = _copy("holdings_accountmonth", ("account_id", "month", "days", "values", "net_flows"), packed)
        served.months.append(month)
    served.rows += rows
    ServedMonth.objects.update_or_create(
        month=month, defaults={"folded": not is_open, "days": plan.digests, "served_at": at}
    )
    details = {"folded": not is_open, "days": len(plan.fresh), "rows": rows}
    record(action="serve", subject_kind="served_month", subject_key=month.isoformat(), details=details, by=by, at=at)


def _forget(kept: Sequence[date], *, by: Actor, at: datetime) -> None:
    """Drop what was served of months that are published no more."""
    gone = list(ServedMonth.objects.exclude(month__in=kept).values_list("month", flat=True))
    if not gone:
        return
    with transaction.atomic():
        AccountMonth.objects.filter(month__in=gone).delete()
        AccountDay.objects.filter(day__in=[day for month in gone for day in _days_of(month)]).delete()
        ServedMonth.objects.filter(month__in=gone).delete()
        for month in gone:
            record(
                action="forget",
                subject_kind="served_month",
                subject_key=month.isoformat(),
                details={},
                by=by,
                at=at,
            )


def _days_of(month: date) -> list[date]:
    days = (date.fromordinal(month.toordinal() + n) for n in range(31))
    return [day for day in days if day.month == month.month]


def _ahead(grids: Iterator[tuple[_Plan, Grid]]) -> Iterator[tuple[_Plan, Grid]]:
    """Read the next entries while PostgreSQL takes the last ones."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, grids, None)
        while (found := coming.result()) is not None:
            coming = reader.submit(next, grids, None)
            yield found


def _grids(plans: Sequence[_Plan]) -> Iterator[tuple[_Plan, Grid]]:
    """Yield the entries of each plan, some accounts at a time, in the order of account ids; at least one grid each."""
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{settings.DUCKDB_MEMORY}'")
        connection.execute("SET threads = 1")  # a day is too small to be worth more
        for plan in plans:
            lowest, highest = _bounds(connection, plan.fresh)
            for start in range(lowest, highest + 1, CHUNK):
                yield plan, _grid(connection, plan.fresh, start, start + CHUNK)


def _bounds(connection: duckdb.DuckDBPyConnection, days: Sequence[DayFiles]) -> tuple[int, int]:
    paths = [str(path_of(settings.FACTS_DIR, files.members)) for files in days]
    if not paths:
        return 0, 0
    row = connection.execute("SELECT min(account_id), max(account_id) FROM read_parquet(?)", [paths]).fetchone()
    return (0, 0) if row is None or row[0] is None else (int(row[0]), int(row[1]))


def _grid(connection: duckdb.DuckDBPyConnection, days: Sequence[DayFiles], start: int, end: int) -> Grid:
    """Read each day as it lies and place it by account: cheaper than sorting a month by account and day."""
    found = [_entries(connection, files, start, end) for files in days]
    accounts = _all_accounts(found)
    shape = (len(accounts), len(days))
    known, carried = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    values, flows = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for column, entries in enumerate(found):
        place = np.searchsorted(accounts, entries["account_id"])
        known[place, column] = True
        values[place, column] = entries["value"]
        flows[place, column] = entries["net_flow"]
        carried[place, column] = entries["carried"].astype(np.bool_)
    return Grid(accounts, tuple(files.day for files in days), known, values, flows, carried)


def _all_accounts(found: Sequence[dict[str, Whole]]) -> Whole:
    """Return every account of some days once, ascending; most days have the accounts of the day before."""
    accounts: Whole = np.zeros(0, np.int64)
    last: Whole = accounts
    for entries in found:
        ids = entries["account_id"]
        if not np.array_equal(ids, last):
            accounts = np.union1d(accounts, ids)
        last = ids
    return accounts


def _entries(connection: duckdb.DuckDBPyConnection, files: DayFiles, start: int, end: int) -> dict[str, Whole]:
    members = path_of(settings.FACTS_DIR, files.members)
    facts = [str(settings.FACTS_DIR / "facts" / name) for name in files.facts]
    return connection.execute(
        "SELECT m.account_id, m.value, coalesce(f.net_flow, 0) AS net_flow, CAST(m.status > 1 AS TINYINT) AS carried "
        f"FROM read_parquet('{members}') AS m LEFT JOIN read_parquet({facts}) AS f ON f.account_id = m.account_id "
        f"WHERE m.day = DATE '{files.day}' AND m.status >= 1 AND m.account_id >= {start} AND m.account_id < {end}"
    ).fetchnumpy()


def _copy(table: str, columns: Iterable[str], blocks: Iterable[bytes]) -> int:
    """Send packed rows and return how many they were."""
    names = ", ".join(f'"{name}"' for name in columns)
    with postgres.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)") as copy:
            copy.write(HEADER)
            for block in blocks:
                copy.write(block)
            copy.write(TRAILER)
        return int(cursor.rowcount)
