"""System checks of core: today the alarm of a calendar that runs out.

It reads the table, so it carries the database tag: Django runs it with
`check --database default` and with `migrate`, and never in a check without a database.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import connections

from core import calendar, clock

CALENDAR_TABLE = "core_calendarday"


@register(Tags.database)
def calendar_lasts(
    *,
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """Warn (core.W001) when fewer than `calendar.ALARM_DAYS` calendar days are left in the table."""
    if not databases or "default" not in databases:
        return []
    if CALENDAR_TABLE not in connections["default"].introspection.table_names():
        return []
    left = calendar.days_left(clock.shanghai_today())
    if left >= calendar.ALARM_DAYS:
        return []
    return [
        checks.Warning(
            f"The trading calendar ends in {left} days.",
            hint="Run `manage.py import_calendar`, or `manage.py import_calendar FILE` with your own days.",
            id="core.W001",
        )
    ]
