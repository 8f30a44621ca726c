"""Published days computed once more from their facts, and compared with what is published.

Owns what is compared, and what a difference looks like. Each day is computed from the cut and the files of facts its
own publication names, one after the other from the first day asked for, in a folder of its own that is gone afterwards.
A check writes no row. To mend what differs is a close of those days (closing.py).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

from django.conf import settings

from core.actor import Actor
from smart_products.statistics.models import Grain, Publication
from smart_products.statistics.operations import computing
from smart_products.statistics.operations.closing import CloseResult, close
from smart_products.statistics.operations.comparing import Difference, compare_cells, compare_file
from smart_products.statistics.operations.computing import Computing, Progress
from smart_products.statistics.operations.publish import Closed, month_files
from smart_products.statistics.plan import FactDay

KINDS = ("accounts", "cube", "terms", "signings", "marginals")
MARKS = ("inputs", "state", "chain")


@dataclass(slots=True)
class RebuildResult:
    """What a rebuild found: the days and months computed again, what differs, and what was closed again for it."""

    days: list[date] = field(default_factory=list)
    months: list[date] = field(default_factory=list)
    cuts: int = 0
    """Runs of days of one cut: each was computed from the cut of its publications."""
    differences: list[Difference] = field(default_factory=list)
    closed: CloseResult | None = None


def rebuild(
    *,
    by: Actor,
    at: datetime,
    since: date | None = None,
    until: date | None = None,
    check: bool = True,
    progress: Progress | None = None,
) -> RebuildResult:
    """Compute published days from `since` to `until` (all) again and say what differs from what is published.

    Without `check`, days that differ get a new version; where days are named, every one of them does.
    """
    result = _check(since, until, progress)
    if check:
        return result
    named = since is not None or until is not None
    again = result.days if named else [difference.day for difference in result.differences]
    if again:
        result.closed = close(by=by, at=at, confirm=True, again=frozenset(again), progress=progress)
    return result


def _check(since: date | None, until: date | None, progress: Progress | None) -> RebuildResult:
    result = RebuildResult()
    published = Publication.objects.filter(grain=Grain.DAY, is_current=True).order_by("as_of").select_related("cut")
    rows = [row for row in published if until is None or row.as_of <= until]
    days = [
        FactDay(row.as_of, before.as_of if before else None, row.files["facts"])
        for row, before in zip(rows, [None, *rows], strict=False)
    ]
    first = next((place for place, row in enumerate(rows) if since is None or row.as_of >= since), len(rows))
    scratch = settings.DUCKDB_TEMP_DIR
    scratch.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="rebuild-", dir=scratch) as target,
        computing.open_computing(settings.FACTS_DIR, Path(target)) as engine,
    ):
        engine.files.update({row.as_of: row.files for row in rows[:first]})
        for _, part in groupby(range(first, len(rows)), key=lambda place: rows[place].cut_id):
            places = list(part)
            result.cuts += 1
            computing.know(engine, rows[places[0]].cut, days[: places[-1] + 1])
            for closed in _computed(engine, days, places, len(days), progress):
                result.differences += _compare_days(engine, {row.as_of: row for row in rows}, closed)
                result.days += [one.as_of for one in closed]
                _forget(engine)
        _check_months(engine, result, [row.as_of for row in rows])
    result.differences.sort(key=lambda one: (one.day, one.grain, one.kind))
    return result


def _computed(
    engine: Computing, days: Sequence[FactDay], places: Sequence[int], total: int, progress: Progress | None
) -> Iterator[Sequence[Closed]]:
    """Yield the days at these places as they are computed, a batch at a time."""
    place, end = places[0], places[-1] + 1
    while place < end:
        together = computing.cut_batch(engine, days[place:end], lambda _: True)
        computing.compute(engine, together, days[:place], total, progress)
        place += len(together)
        yield from _taken(engine)
    computing.settle(engine)
    yield from _taken(engine)


def _taken(engine: Computing) -> Iterator[Sequence[Closed]]:
    closed, engine.ready = engine.ready, []
    if closed:
        yield closed


def _compare_days(engine: Computing, rows: Mapping[date, Publication], closed: Sequence[Closed]) -> list[Difference]:
    found = []
    for one in closed:
        row = rows[one.as_of]
        stood = {"inputs": row.inputs, **row.files}
        for kind in MARKS:
            ours = {"inputs": one.inputs, **one.files}[kind]
            if stood.get(kind) != ours:
                found.append(Difference(one.as_of, "day", kind, 1, f"- {stood.get(kind)}\n+ {ours}"))
    for kind in KINDS:
        stands = {one.as_of: str(rows[one.as_of].files[kind]) for one in closed}
        made = {one.as_of: str(one.files[kind]) for one in closed}
        found += compare_file(engine.connection, "day", kind, (engine.folder, stands), (engine.target, made))
    made = {one.as_of: str(one.files["marginals"]) for one in closed}
    return found + compare_cells(engine.connection, "day", [rows[one.as_of] for one in closed], engine.target, made)


def _forget(engine: Computing) -> None:
    """Delete what was compared; cells alone are kept for the sums of months, and files of a batch being carried."""
    carried = engine.carried
    if carried is not None:
        carried.states.exception()  # wait: what is being written is not to be deleted, nor compared half
    kept = {str(files["marginals"]) for files in engine.files.values()}
    kept |= {names["accounts"] for names in carried.states.result().values()} if carried is not None else set()
    for path in engine.target.glob("*/*.parquet"):
        if path.name not in kept:
            path.unlink()


def _check_months(engine: Computing, result: RebuildResult, known: Sequence[date]) -> None:
    """Sum the months that were computed whole, and compare them with what is published of them."""
    computed = set(result.days)
    months = {
        days[-1]: days for _, part in groupby(known, key=lambda day: (day.year, day.month)) if (days := list(part))
    }
    rows = Publication.objects.filter(grain=Grain.MONTH, is_current=True, as_of__in=months).order_by("as_of")
    whole = [row for row in rows if computed.issuperset(months[row.as_of])]
    if not whole:
        return
    marginals = {
        row.as_of: {day: str(engine.files[day]["marginals"]) for day in months[row.as_of]} for row in whole
    }  # fmt: skip
    summed = month_files(engine.connection, engine.target, marginals)
    made = {row.as_of: summed for row in whole}
    stands = {row.as_of: str(row.files["marginals"]) for row in whole}
    places = (engine.folder, stands), (engine.target, made)
    result.differences += compare_file(engine.connection, "month", "marginals", *places)
    result.differences += compare_cells(engine.connection, "month", whole, engine.target, made)
    result.months = [row.as_of for row in whole]
