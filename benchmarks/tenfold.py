"""Brokers of ten times the clients: how time and memory of a delivery and a close grow.

Owns the brokers, each of as many days. The whole commands are timed, start of the program included.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from benchmarks.figures import Figure, against, within
from benchmarks.instance import Effort, Instance
from benchmarks.sizes import Sizes

TIMES = 10.0
MEMORY_LIMIT = 2 * 1024**3


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Yield time and memory of each broker, time beside that of the one of a tenth of its clients."""
    efforts = {clients: _efforts(clients, sizes.tenfold_days) for clients in sizes.tenfold_clients}
    for clients, by_step in efforts.items():
        for step, effort in by_step.items():
            name = f"memory of {step} {sizes.tenfold_days} days, {clients:,} clients"
            yield within(name, effort.memory / 1024**2, "MiB", MEMORY_LIMIT / 1024**2)
    for few, many in pairwise(sizes.tenfold_clients):
        for step, effort in efforts[many].items():
            name = f"{step} {sizes.tenfold_days} days, {many:,} clients beside {few:,}"
            yield against(name, effort.seconds, "s", efforts[few][step].seconds, TIMES)


def _efforts(clients: int, days: int) -> dict[str, Effort]:
    with Instance() as instance:
        return {"deliver": instance.broker(clients, days), "close": instance.manage("close")}
