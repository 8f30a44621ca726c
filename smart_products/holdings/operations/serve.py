"""The portal's copy: the open month as rows, closed months as one row per account with arrays.

Owns the writes of `AccountDay`, `AccountMonth` and `ServedMonth`. A month is replaced in one transaction, and
only where the files behind it changed; all of it can be made anew from the files at any time. Values are those
of the day's members, carried ones included; flows are those of the facts. Never computes a figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

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

LOCK = "serve"
CHUNK = 500_000
"""Account ids taken at once: bounds memory to some 200 MB, whatever the number of accounts."""

Progress = Callable[[date, int, int], None]


@dataclass(slots=True)
class Served:
    """What was written: months folded to arrays, days as rows, and the rows of both kinds."""

    months: list[date] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    rows: int = 0


def serve_months(
    *,
    months: Sequence[MonthFiles],
    by: Actor,
    at: datetime,
    anew: bool = False,
    progress: Progress | None = None,
) -> Served:
    """Bring the portal's copy in step with these months, which are all there are; doing it twice changes nothing.

    `anew` writes every month whatever was served before. Each month is one transaction with its audit row.
    """
    served = Served()
    _forget([item.month for item in months], by=by, at=at)
    for number, item in enumerate(months, 1):
        _serve_month(item, served, anew=anew, by=by, at=at)
        if progress is not None:
            progress(item.month, number, len(months))
    return served


@transaction.atomic
def _serve_month(item: MonthFiles, served: Served, *, anew: bool, by: Actor, at: datetime) -> None:
    _lock()
    wanted = {files.day.isoformat(): files.digest for files in item.days}
    there = ServedMonth.objects.filter(month=item.month).first()
    same_shape = there is not None and there.folded is not item.is_open and not anew
    before = there.days if there is not None and same_shape else {}
    if same_shape and before == wanted:
        return
    if item.is_open:
        rows = _serve_days(item, before, wanted, served)
    else:
        AccountDay.objects.filter(day__in=_days_of(item.month)).delete()
        AccountMonth.objects.filter(month=item.month).delete()
        rows = _copy("holdings_accountmonth", ("account_id", "month", "days", "values", "net_flows"), _folded(item))
        served.months.append(item.month)
    served.rows += rows
    ServedMonth.objects.update_or_create(
        month=item.month, defaults={"folded": not item.is_open, "days": wanted, "served_at": at}
    )
    record(
        action="serve",
        subject_kind="served_month",
        subject_key=item.month.isoformat(),
        details={"folded": not item.is_open, "days": len(wanted), "rows": rows},
        by=by,
        at=at,
    )


def _serve_days(item: MonthFiles, before: dict[str, str], wanted: dict[str, str], served: Served) -> int:
    """Write the days of the open month that differ from what was served; the rest stands."""
    fresh = [files for files in item.days if before.get(files.day.isoformat()) != files.digest]
    if before:
        gone = [date.fromisoformat(day) for day in before if day not in wanted]
        AccountDay.objects.filter(day__in=[*gone, *(files.day for files in fresh)]).delete()
    else:
        AccountMonth.objects.filter(month=item.month).delete()
        AccountDay.objects.filter(day__in=_days_of(item.month)).delete()
    served.days += [files.day for files in fresh]
    packed = (pack_days(grid) for grid in _grids(fresh))
    return _copy("holdings_accountday", ("account_id", "day", "value", "net_flow", "carried"), packed)


def _forget(kept: Sequence[date], *, by: Actor, at: datetime) -> None:
    """Drop what was served of months that are published no more."""
    gone = list(ServedMonth.objects.exclude(month__in=kept).values_list("month", flat=True))
    if not gone:
        return
    with transaction.atomic():
        _lock()
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


def _lock() -> None:
    with postgres.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])


def _days_of(month: date) -> list[date]:
    return [
        date.fromordinal(month.toordinal() + n)
        for n in range(31)
        if date.fromordinal(month.toordinal() + n).month == month.month
    ]


def _folded(item: MonthFiles) -> Iterator[bytes]:
    for grid in _grids(item.days):
        yield from pack_months(grid, item.month)


def _grids(days: Sequence[DayFiles]) -> Iterator[Grid]:
    """Yield the entries of these days, some accounts at a time, in the order of account ids."""
    if not days:
        return
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{settings.DUCKDB_MEMORY}'")
        if settings.DUCKDB_THREADS:
            connection.execute(f"SET threads = {settings.DUCKDB_THREADS}")
        lowest, highest = _bounds(connection, days)
        for start in range(lowest, highest + 1, CHUNK):
            yield _grid(connection, days, start, start + CHUNK)


def _bounds(connection: duckdb.DuckDBPyConnection, days: Sequence[DayFiles]) -> tuple[int, int]:
    paths = ", ".join(f"'{path_of(settings.FACTS_DIR, files.members)}'" for files in days)
    row = connection.execute(f"SELECT min(account_id), max(account_id) FROM read_parquet([{paths}])").fetchone()
    return (0, -1) if row is None or row[0] is None else (int(row[0]), int(row[1]))


def _grid(connection: duckdb.DuckDBPyConnection, days: Sequence[DayFiles], start: int, end: int) -> Grid:
    """Read each day as it lies and place it by account: cheaper than sorting a month by account and day."""
    found = [_entries(connection, files, start, end) for files in days]
    accounts = np.unique(np.concatenate([entries["account_id"] for entries in found]))
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


def _entries(connection: duckdb.DuckDBPyConnection, files: DayFiles, start: int, end: int) -> dict[str, Whole]:
    members = path_of(settings.FACTS_DIR, files.members)
    facts = [str(settings.FACTS_DIR / "facts" / name) for name in files.facts]
    return connection.execute(
        "SELECT m.account_id, m.value, coalesce(f.net_flow, 0) AS net_flow, CAST(m.status > 1 AS TINYINT) AS carried "
        f"FROM read_parquet('{members}') AS m LEFT JOIN read_parquet({facts}) AS f ON f.account_id = m.account_id "
        f"WHERE m.status >= 1 AND m.account_id >= {start} AND m.account_id < {end}"
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
