"""What the last days of a broker cost to close: the measure by which little and long history are compared.

Needs an instance whose last days are delivered and not closed. `benchmarks.history` makes the comparison.
"""

from __future__ import annotations

import statistics

from benchmarks.figures import Figure, reported
from benchmarks.history import CLOSE, WHOLE
from benchmarks.inside.close import close_nights
from benchmarks.inside.night import close_again, last_night
from benchmarks.sizes import Sizes


def measure(sizes: Sizes) -> list[Figure]:
    """Return microseconds a fact: of the close of one day, and of a whole night."""
    night_seconds = close_nights(sizes.nights)
    with last_night() as night:
        close_again(night)
        total = statistics.median(close_again(night).total for _ in range(sizes.repeats))
        facts = night.facts
    return [reported(CLOSE, total / facts * 1e6, "us/fact"), reported(WHOLE, night_seconds / facts * 1e6, "us/fact")]
