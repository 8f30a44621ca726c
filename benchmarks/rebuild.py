"""A history of the headline broker closed from nothing, checked, and mended by a late list.

Owns the order: delivered, closed, closed by the straightforward programs on fewer days, computed again by
`rebuild --check`, and closed again where a late list touches it.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure, reported, within
from benchmarks.instance import Instance
from benchmarks.sizes import Sizes

DUCKDB, POLARS, POSTGRES = "DuckDB", "Polars", "PostgreSQL"
FACTS = "facts of the history"
SECONDS = 15.0
MEMORY_LIMIT = 2 * 1024**3


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Yield the figures of one instance; the peers stand beside the close by what a fact takes."""
    name = f"{sizes.rebuild_days} days, {sizes.clients:,} clients"
    with Instance() as instance:
        delivered = instance.broker(sizes.clients, sizes.rebuild_days)
        closed = instance.manage("close")
        peers = {figure.name: figure.value for figure in instance.measure("rebuild", sizes)}
        facts = peers.pop(FACTS)
        yield reported(f"deliver a history of {name}", delivered.seconds, "s")
        yield reported(f"facts of {name}", facts, "facts")
        yield within(f"close {name}, published", closed.seconds, "s", SECONDS)
        yield reported(f"processor time of the close of {name}", closed.processors, "s")
        yield within(f"memory of the close of {name}", closed.memory / 1024**2, "MiB", MEMORY_LIMIT / 1024**2)
        for peer, cost in peers.items():
            days = sizes.postgres_days if peer == POSTGRES else sizes.peer_days
            ours = closed.seconds / facts * 1e6
            yield reported(
                f"close {name}, published, beside straightforward {peer} on {days} days", ours, "us/fact", cost
            )
        checked = instance.manage("rebuild", "--check")
        yield reported(f"rebuild --check of {name}", checked.seconds, "s", closed.seconds)
        yield within("memory of that check", checked.memory / 1024**2, "MiB", MEMORY_LIMIT / 1024**2)
        yield from instance.measure("backfill", sizes)
