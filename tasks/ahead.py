"""Having the usual questions answered before the first reader of the day asks them.

Owns how long that may take. A page can do without, so nothing that goes wrong here fails anything.
"""

from __future__ import annotations

import logging
import time

from smart_products.statistics.queries.usual import Progress, ask_usual

LONGEST = 900.0
"""Seconds."""

log = logging.getLogger(__name__)


def ask_ahead(progress: Progress) -> int:
    """Ask the usual questions of the newest day; return how many were asked."""
    end = time.monotonic() + LONGEST
    try:
        return ask_usual(enough=lambda: time.monotonic() > end, progress=progress)
    except Exception:
        log.exception("the usual questions could not be asked ahead")
        return 0
