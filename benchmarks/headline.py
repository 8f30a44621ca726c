"""The headline broker: one instance for the close of a day, its publication, and the pages and API that read it.

Owns the order: all but the last days are closed in one run, whose memory counts; the rest is left for the subjects.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.figures import Figure, reported, within
from benchmarks.instance import Instance
from benchmarks.sizes import Sizes

MEMORY_LIMIT = 2 * 1024**3
SUBJECTS = ("close", "publish", "retention", "pages", "api")


def measure(sizes: Sizes, subjects: Sequence[str]) -> Iterator[Figure]:
    """Yield the figures of these subjects, all of one broker."""
    with Instance() as instance:
        instance.broker(sizes.clients, sizes.days)
        effort = instance.manage("close", sizes.eve)
        if "close" in subjects:
            days = sizes.days - sizes.nights
            yield reported(f"close {days} days at {sizes.clients:,} clients", effort.seconds, "s")
            yield within("memory of that close", effort.memory / 1024**2, "MiB", MEMORY_LIMIT / 1024**2)
        for subject in subjects:
            yield from instance.measure(subject, sizes)
