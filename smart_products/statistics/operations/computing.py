"""Days computed in order, each from its facts, a data cut and what the day before left.

Owns the two connections of a run: the figures of one batch are computed while the chain is carried over the next.
Writes files and no row. Which days are computed, and whether they are published (closing.py) or compared with what
is published (rebuilding.py), is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

from core.columnar import SMALL, Limits, connect, table_from_rows
from core.queries import limit_days
from smart_products.holdings.queries import known_from
from smart_products.statistics import batch, block, chain
from smart_products.statistics.engine import FIRST_DAY
from smart_products.statistics.known import load_whole
from smart_products.statistics.models import DataCut, Grain
from smart_products.statistics.operations.publish import Closed
from smart_products.statistics.plan import (
    FactDay,
    Mark,
    chain_digest,
    common_digest,
    day_digest,
    facts_paths,
    marks,
)
from smart_products.statistics.tiers import TIERS

BATCH = 62
"""Days computed together and published in one transaction; a correction of up to two months appears at once."""

Progress = Callable[[date, int, int], None]
"""Told of a day whose accounts are carried, its place, and how many days there are; called from a thread of the run."""


@dataclass(frozen=True, slots=True)
class _Carried:
    """Days whose accounts are carried, or just being: what was asked, and to come of each its files by kind."""

    together: Sequence[FactDay]
    days: Sequence[chain.Day]
    states: Future[dict[date, dict[str, str]]]


@dataclass(slots=True)
class Computing:
    """What a run over days carries along."""

    connection: duckdb.DuckDBPyConnection
    """Where figures are computed."""
    carrier: duckdb.DuckDBPyConnection
    """Where the chain is carried, beside the figures of the days before: the same database, a second connection."""
    thread: Executor
    folder: Path
    """Where cuts, facts and closed days lie."""
    target: Path
    """Where what is computed is stored."""
    rules: chain.Rules
    marked: Mapping[date, Mark] = field(default_factory=dict)
    sources: Mapping[str, int] = field(default_factory=dict)
    files: dict[date, dict[str, Any]] = field(default_factory=dict)
    """What each day left: computed here, or earlier and standing."""
    ready: list[Closed] = field(default_factory=list)
    """Days whose figures are computed; whoever runs this takes them."""
    aside: set[int] = field(default_factory=set)
    """Accounts with a fact that no sum can hold; the fact is left out."""
    standing: date | None = None
    """The day after which the chain in the connection stands."""
    carried: _Carried | None = None
    """Days that wait for their figures."""


@contextmanager
def open_computing(folder: Path, target: Path) -> Iterator[Computing]:
    """Open a run that reads from one folder of files and stores in another; nothing is computed yet."""
    connection = connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR))
    carrier, thread = connection.cursor(), ThreadPoolExecutor(max_workers=1, thread_name_prefix="carry")
    rules = chain.Rules(limit_days("carry_days"), known_from() or FIRST_DAY)
    try:
        yield Computing(connection, carrier, thread, folder, target, rules)
    finally:
        carrier.interrupt()
        thread.shutdown()
        connection.close()


def know(run: Computing, cut: DataCut, days: Sequence[FactDay]) -> None:
    """Compute from this cut from now on; `days` are all fact days up to the last that is asked for."""
    settle(run)
    load_whole(run.connection, cut, run.folder)
    load_tiers(run.connection)
    run.sources = dict(run.connection.execute("SELECT DISTINCT source_name, source FROM cut_accounts").fetchall())
    run.marked = marks(run.connection, days)


def load_tiers(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table of the limits of tiers."""
    lowest = -(1 << 100)
    rows = [(tier.number, lowest if tier.lower_bound is None else tier.lower_bound) for tier in TIERS]
    table_from_rows(connection, "tier_limits", {"tier": SMALL, "lower_bound": "HUGEINT"}, rows)


def digest_after(run: Computing, fact_day: FactDay, state: Mapping[str, str] | None) -> str:
    """Return the digest of a day's inputs if the day before left this state."""
    return day_digest(common_digest(run.rules), fact_day, run.marked[fact_day.day], state)


def digest(run: Computing, fact_day: FactDay) -> str:
    """Return the digest of a day's inputs; the day before must stand or be settled."""
    return digest_after(run, fact_day, run.files[fact_day.before] if fact_day.before else None)


def cut_batch(run: Computing, days: Sequence[FactDay], wanted: Callable[[date], bool]) -> Sequence[FactDay]:
    """Return the first of these days and those after it that are wanted, share its structure and fit a batch."""
    for number, fact_day in enumerate(days[:BATCH]):
        other_units = run.marked[fact_day.day].shape != run.marked[days[0].day].shape
        if number and (other_units or not wanted(fact_day.day)):
            return days[:number]
    return days[:BATCH]


def compute(
    run: Computing, together: Sequence[FactDay], earlier: Sequence[FactDay], total: int, progress: Progress | None
) -> None:
    """Carry the chain over these days; meanwhile the figures of those carried before are computed.

    `earlier` are the fact days before them, of which the run knows what each left.
    """
    before = together[0].before
    if before is None:
        chain.begin(run.carrier)
        batch.begin(run.connection)
    elif run.standing != before:
        settle(run)
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
    settle(run)
    run.carried = _Carried(together, days, carried)


def _tell(progress: Progress | None, earlier: int, total: int, day: date, place: int) -> None:
    if progress is not None:
        progress(day, earlier + place, total)


def _carry(run: Computing, days: Sequence[chain.Day], told: Callable[[date, int], None]) -> dict[date, dict[str, str]]:
    """Carry the chain over these days; return for each the file of its accounts and the mark of the state it left."""
    chain.open_batch(run.carrier, days)
    states: dict[date, dict[str, str]] = {}
    for place in block.cut_blocks(run.carrier, days):
        left = block.carry(run.carrier, days, place, run.rules, run.target)
        run.aside.update(left.aside)
        states.update({day: {"accounts": left.members, "state": mark} for day, mark in left.marks.items()})
        told(days[place[1] - 1].day, place[1])
    return states


def settle(run: Computing) -> None:
    """Compute the figures of the days carried last, if any; they are then ready."""
    if run.carried is None:
        return
    carried, run.carried = run.carried, None
    states = carried.states.result()
    made = batch.finish(run.connection, carried.days, run.rules, run.target)
    for one in carried.together:
        inputs = digest(run, one)
        link = run.files[one.before]["chain"] if one.before else ""
        files: dict[str, Any] = {
            **made.files,
            **states[one.day],
            "chain": chain_digest(link, made.marks[one.day], run.marked[one.day]),
            "facts": dict(one.files),
        }
        run.files[one.day] = files
        run.ready.append(Closed(Grain.DAY, one.day, one.before, inputs, files))


def _standing(run: Computing, day: date, earlier: Sequence[FactDay]) -> chain.Standing:
    files = run.files[day]
    return chain.Standing(
        day=day,
        accounts=files["accounts"],
        marginals=files["marginals"],
        signings=[(run.files[one.day]["signings"], one.day) for one in earlier],
    )
