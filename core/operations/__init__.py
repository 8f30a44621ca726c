"""Writes of core: days of the calendar, links and heads of the chains of audit, storage periods.

The audit log, job runs and the outbox are written by audit.py, jobs.py and outbox.py.
"""

from __future__ import annotations

from core.calendar_file import CalendarRow
from core.operations.calendar import (
    CalendarHole,
    ClosedDays,
    NothingNew,
    ProposalOver,
    confirm_calendar,
    import_calendar,
    propose_calendar,
    withdraw_calendar,
)
from core.operations.sealing import link_audit, seal_audit
from core.operations.storage import TooShort, set_storage_period

__all__ = [
    "CalendarHole",
    "CalendarRow",
    "ClosedDays",
    "NothingNew",
    "ProposalOver",
    "TooShort",
    "confirm_calendar",
    "import_calendar",
    "link_audit",
    "propose_calendar",
    "seal_audit",
    "set_storage_period",
    "withdraw_calendar",
]
