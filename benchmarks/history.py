"""A long history: how fast it is closed from nothing, in how much memory, and what a day costs after it.

Owns two brokers of the same clients, one with few days and one with many, both ending on the same day.
"""

from __future__ import annotations

from benchmarks.figures import Figure, against, reported, within
from benchmarks.instance import Effort, Instance
from benchmarks.sizes import Sizes

CLOSE, WHOLE = "close of one day, files written", "a night: cut, close, publication"
DEARER = 1.10
MEMORY_LIMIT = 2 * 1024**3


def measure(sizes: Sizes) -> list[Figure]:
    """Return the rebuild of the long history and the cost of a day after it beside that after the short one."""
    little, _ = _costs(sizes, sizes.short_days)
    much, effort = _costs(sizes, sizes.history_days)
    after, few = f"after {sizes.history_days - 1} days of history", f"after {sizes.short_days - 1}"
    return [
        reported(
            f"close {sizes.history_days - sizes.nights} days, {sizes.history_clients:,} clients", effort.seconds, "s"
        ),
        within("memory of that close", effort.memory / 1024**2, "MiB", MEMORY_LIMIT / 1024**2),
        against(f"{CLOSE} {after}, beside {few}", much[CLOSE], "us/fact", little[CLOSE], DEARER),
        reported(f"{WHOLE} {after}, beside {few}", much[WHOLE], "us/fact", little[WHOLE]),
    ]


def _costs(sizes: Sizes, days: int) -> tuple[dict[str, float], Effort]:
    with Instance() as instance:
        instance.broker(sizes.history_clients, days)
        effort = instance.manage("close", sizes.eve)
        return {figure.name: figure.value for figure in instance.measure("cost", sizes)}, effort
