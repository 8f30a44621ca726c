"""Retention: what its publication takes, and what the same takes to count where nothing is published.

What a page asks of published retention is measured with its page (pages.py). Needs an instance that is closed.
"""

from __future__ import annotations

from functools import partial

from benchmarks.figures import Figure, reported
from benchmarks.sizes import Sizes
from benchmarks.timing import timed
from core import clock
from core.actor import system
from smart_products.statistics.operations import close, publish_retention
from smart_products.statistics.queries import node_names, retention


def measure(sizes: Sizes) -> list[Figure]:
    """Return the time to count what a page would ask, and to publish it."""
    close(by=system("bench"), at=clock.now())
    product = next(name.code for name in node_names() if name.kind == "product")
    counted = timed(partial(retention, values=False))
    one = timed(partial(retention, node=product, values=False))
    published = timed(lambda: publish_retention(by=system("bench"), at=clock.now()))
    return [
        reported("cohorts and survival of the matrix, counted when asked", counted * 1e3, "ms"),
        reported("cohorts and survival of a product, counted when asked", one * 1e3, "ms"),
        reported("publish retention and what cohorts are worth at every month end", published, "s"),
    ]
