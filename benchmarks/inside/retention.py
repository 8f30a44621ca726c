"""Cohorts and survival: published with the night, and counted where nothing is published.

Owns the questions a product page asks of retention. Needs an instance that is closed; publishes its retention.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from benchmarks.figures import Figure, reported, within
from benchmarks.inside.pages import MILLISECONDS
from benchmarks.sizes import Sizes
from benchmarks.timing import timed
from core import clock
from core.actor import system
from smart_products.statistics.operations import close, publish_retention
from smart_products.statistics.queries import latest_day, node_names, retention, retention_by, transitions
from smart_products.statistics.queries.periods import timeline


def measure(sizes: Sizes) -> list[Figure]:
    """Return the time to publish retention of the newest day and month end, and p95 of what pages ask."""
    close(by=system("bench"), at=clock.now())
    product = next(name.code for name in node_names() if name.kind == "product")
    counted = timed(partial(retention, values=False))
    one = timed(partial(retention, node=product, values=False))
    published = timed(lambda: publish_retention(by=system("bench"), at=clock.now()))
    day, since = latest_day(), timeline().days[0].as_of
    asked: tuple[tuple[str, Callable[[], object]], ...] = (
        ("cohorts and survival of the matrix", retention),
        ("cohorts and survival of a product", partial(retention, node=product)),
        ("league of branches", partial(retention_by, by="unit")),
        ("transitions", partial(transitions, since=since, as_of=day)),
    )
    return [
        reported("cohorts and survival of the matrix, counted when asked", counted * 1e3, "ms"),
        reported("cohorts and survival of a product, counted when asked", one * 1e3, "ms"),
        reported("publish retention of all nodes and slices, newest day and month ends", published, "s"),
        *(within(f"{name}, p95", _p95(question, sizes.pages) * 1e3, "ms", MILLISECONDS) for name, question in asked),
    ]


def _p95(question: Callable[[], object], times: int) -> float:
    question()
    taken = sorted(timed(question) for _ in range(times))
    return taken[math.ceil(0.95 * times) - 1]
