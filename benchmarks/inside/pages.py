"""What the matrix page asks of statistics: time at the 95th percentile, and the number of statements.

Owns the three questions (headquarters, one outlet, all outlets side by side). Renders no page.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.queries import unit_tree
from benchmarks.figures import Figure, within
from benchmarks.sizes import Sizes
from benchmarks.timing import timed
from core import clock
from core.actor import system
from smart_products.statistics.operations import close
from smart_products.statistics.queries import latest_day, matrix

MILLISECONDS = 300.0
STATEMENTS = 15


def measure(sizes: Sizes) -> list[Figure]:
    """Return p95 and statements of each question."""
    close(by=system("bench"), at=clock.now())
    day = latest_day()
    if day is None:
        raise RuntimeError("nothing is published")
    tree = unit_tree(day)
    outlet = next(unit.code for unit in tree if unit.level == "outlet")
    asked: tuple[tuple[str, Callable[[], object]], ...] = (
        ("of headquarters", matrix),
        ("of an outlet", lambda: matrix(unit=outlet)),
        ("outlet by outlet", lambda: matrix(by="outlet")),
    )
    return [figure for name, question in asked for figure in _figures(name, question, sizes.pages)]


def _figures(name: str, question: Callable[[], object], times: int) -> list[Figure]:
    question()
    with CaptureQueriesContext(connection) as captured:
        question()
    taken = sorted(timed(question) for _ in range(times))
    p95 = taken[math.ceil(0.95 * times) - 1]
    return [
        within(f"matrix {name}, p95", p95 * 1e3, "ms", MILLISECONDS),
        within(f"matrix {name}, SQL statements", len(captured), "statements", STATEMENTS),
    ]
