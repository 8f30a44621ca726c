"""System checks of core: the alarm of a calendar that runs out, and a web that would pass by row-level security.

They ask the database, so they carry its tag: Django runs them with `check --database default` and with `migrate`,
and never in a check without a database.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import connections

from core import calendar, clock

PASSES_BY = "SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)"
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


@register(Tags.database)
def web_is_bound(
    *,
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """Refuse (core.E001) a connection of the web whose role row-level security does not bind."""
    if settings.DATABASE_ROLE != "app" or not databases or "default" not in databases:
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(PASSES_BY)
        role = cursor.fetchone()
    if role is None:
        return []
    return [
        checks.Error(
            f"The web connects as {role[0]}, which passes by row-level security.",
            hint="Give DATABASE_URL a role with NOBYPASSRLS that is no superuser.",
            id="core.E001",
        )
    ]
