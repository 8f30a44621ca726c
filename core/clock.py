"""The only place that reads the wall clock, and how the house tells a time.

Faces (commands, tasks, views) call it and hand the time down as `at=`; nothing
below a face reads it, so that every operation can be replayed at any time.
"""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return timezone.now()


def shanghai_today() -> date:
    """Return today's calendar date in Shanghai."""
    return now().astimezone(SHANGHAI).date()


def shanghai_day(at: datetime) -> date:
    """Return the calendar date in Shanghai of an aware time."""
    return at.astimezone(SHANGHAI).date()


def shanghai_midnight(day: date) -> datetime:
    """Return the moment a calendar date begins in Shanghai."""
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


def shanghai_minute(at: datetime) -> str:
    """Return an aware time as the minute on the clock in Shanghai: `2025-01-06 02:10`."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
