"""The close of one day: what a night takes as a whole, and what the close of a fact takes, with files and without.

Owns the nights that are still to be closed, and the repetition of the last one. Needs an instance whose last days
are delivered and not closed.
"""

from __future__ import annotations

import statistics
from datetime import date
from functools import partial

from benchmarks.figures import Figure, against, reported, within
from benchmarks.inside import peers
from benchmarks.inside.night import close_again, last_night
from benchmarks.sizes import Sizes
from benchmarks.timing import timed
from core import clock
from core.actor import system
from smart_products.holdings.queries import facts_by_day
from smart_products.statistics.operations import close

MICROSECONDS_WRITTEN = 0.5
MICROSECONDS_COMPUTED = 0.3
SHARE_OF_DUCKDB = 0.2
SHARE_OF_POSTGRES = 0.1


def measure(sizes: Sizes) -> list[Figure]:
    """Return the figures of a night, of its close, and of the straightforward statements beside it."""
    nights = close_nights(sizes.nights)
    with last_night() as night:
        close_again(night)
        runs = [close_again(night) for _ in range(sizes.repeats)]
        total = statistics.median(run.total for run in runs)
        computing = statistics.median(run.computing for run in runs)
        found = [
            reported("a night: cut, close of one day, publication", nights, "s"),
            reported("facts of the day", night.facts, "facts"),
            within("close of one day, files written", total / night.facts * 1e6, "us/fact", MICROSECONDS_WRITTEN),
            within(
                "close of one day, computing alone", computing / night.facts * 1e6, "us/fact", MICROSECONDS_COMPUTED
            ),
        ]
        duck = peers.in_duckdb(night, sizes.repeats)
        postgres = peers.in_postgres(night, min(2, sizes.repeats))
    name = "close of one day, files written, beside the straightforward statement in"
    found.append(against(f"{name} DuckDB", total * 1e3, "ms", duck * 1e3, SHARE_OF_DUCKDB))
    found.append(against(f"{name} PostgreSQL", total * 1e3, "ms", postgres * 1e3, SHARE_OF_POSTGRES))
    return found


def close_nights(count: int) -> float:
    """Close the last `count` delivered days one by one, as nights would, and return the median seconds of one."""
    days = [item.day for item in facts_by_day()][-count:]
    return statistics.median(timed(partial(_close_until, day)) for day in days)


def _close_until(day: date) -> None:
    close(by=system("bench"), at=clock.now(), until=day)
