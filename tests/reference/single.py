"""One account that is the whole broker: what a reference case is delivered as.

Owns the calendar of the exchange for these tests, and one client with one account signed to
one product from the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from core.actor import system
from core.calendar import trading_day_on_or_before
from core.operations import import_calendar
from tasks.calendars import seed_rows
from tests.oracle import service
from tests.oracle.feeds import holdings
from tests.statistics.cases import account, client, history, signed

AT = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)


def import_exchange_calendar(since: date = date(2006, 1, 1)) -> None:
    """Import the days of the Shanghai exchange as `manage.py import_calendar` does, from a day on."""
    rows = [row for row in seed_rows() if row[0] >= since]
    import_calendar(rows=rows, by=system("test"), at=AT)


def on_trading_day(day: date) -> date:
    """Return the day, or the trading day before it when the exchange was closed."""
    return trading_day_on_or_before(day)


def publish(folder: Path, valued: Sequence[tuple[date, int, int]]) -> None:
    """Deliver and close one account's days: (day, value, net flow) in fen, oldest first."""
    long_ago = valued[0][0] - timedelta(days=400)
    days = {day: {"A1": (0, 0)} for day, _, _ in valued}
    told = history(
        days,
        clients=[client("C1", opened=long_ago)],
        accounts=[account("A1", "C1", long_ago)],
        subscriptions=[signed("S1", "C1", "A1", long_ago)],
    )
    told.sheets["holdings"] = holdings([("A1", *row) for row in valued])
    service.deliver_in_order(folder, [told])
    closed = service.close()
    assert closed["days"] == [day.isoformat() for day, _, _ in valued]


def figures(as_of: date, since: date) -> dict[str, Any]:
    """Return the row of the whole product matrix over a period."""
    return dict(service.matrix(as_of, since, node="matrix")["rows"][0])
