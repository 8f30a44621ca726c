"""Publishing one day to PostgreSQL: its cells, its row, the audit row, committed.

Owns the repetition: each time the same day becomes a new version, as a restated day would.
"""

from __future__ import annotations

from benchmarks.figures import Figure, within
from benchmarks.inside.night import Night, last_night
from benchmarks.sizes import Sizes
from benchmarks.timing import median_of
from core import clock
from core.actor import system
from smart_products.statistics.models import Grain
from smart_products.statistics.operations import close
from smart_products.statistics.operations.publish import Closed, publish

MILLISECONDS = 60.0


def measure(sizes: Sizes) -> list[Figure]:
    """Return what the publication of the last day takes."""
    close(by=system("bench"), at=clock.now())
    with last_night() as night:
        _publish(night)
        seconds = median_of(lambda: _publish(night), sizes.repeats)
    return [within("publish a day to PostgreSQL", seconds * 1e3, "ms", MILLISECONDS)]


def _publish(night: Night) -> None:
    row = night.published
    publish(
        connection=night.connection,
        folder=night.folder,
        closed=[Closed(Grain.DAY, row.as_of, row.before, row.inputs, row.files)],
        cut=row.cut,
        code_version="bench",
        by=system("bench"),
        at=clock.now(),
    )
