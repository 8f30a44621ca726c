"""Signing with proof: a small broker of its own, whose clients sign one after another."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.instance import Instance
from benchmarks.sizes import Sizes

DAYS = 5


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Yield the figures of signing and of verifying."""
    with Instance() as instance:
        feed = instance.folder / "signers"
        sized = ("--clients", str(2 * sizes.signings + 20), "--days", str(DAYS), "--seed", "1")
        instance.manage("generate_broker", str(feed), *sized)
        instance.manage("deliver", str(feed))
        instance.manage("sign_generated", str(feed), "--clients", "1")  # brings in terms and all that signing needs
        yield from instance.measure("signing", sizes)
