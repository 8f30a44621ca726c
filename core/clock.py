"""The only place that reads the wall clock.

Faces (commands, tasks, views) call it and hand the time down as `at=`; nothing
below a face reads it, so that every operation can be replayed at any time.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return timezone.now()


def shanghai_today() -> date:
    """Return today's calendar date in Shanghai."""
    return now().astimezone(SHANGHAI).date()
