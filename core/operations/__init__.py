"""Writes of core: days of the calendar, links and heads of the chains of audit, storage periods.

The audit log, job runs and the outbox are written by audit.py, jobs.py and outbox.py.
"""

from __future__ import annotations

from core.operations.calendar import CalendarHole, CalendarRow, import_calendar
from core.operations.sealing import link_audit, seal_audit
from core.operations.storage import TooShort, set_storage_period

__all__ = [
    "CalendarHole",
    "CalendarRow",
    "TooShort",
    "import_calendar",
    "link_audit",
    "seal_audit",
    "set_storage_period",
]
