"""Writes of core: limits and settings, days of the calendar, links and heads of the chains of audit, storage periods.

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
from core.operations.settings import (
    PersonsPropose,
    ProposalOpen,
    UnknownSetting,
    confirm_setting,
    propose_setting,
    set_up_setting,
    withdraw_setting,
)
from core.operations.storage import TooShort, set_storage_period

__all__ = [
    "CalendarHole",
    "CalendarRow",
    "ClosedDays",
    "NothingNew",
    "PersonsPropose",
    "ProposalOpen",
    "ProposalOver",
    "TooShort",
    "UnknownSetting",
    "confirm_calendar",
    "confirm_setting",
    "import_calendar",
    "link_audit",
    "propose_calendar",
    "propose_setting",
    "seal_audit",
    "set_storage_period",
    "set_up_setting",
    "withdraw_calendar",
    "withdraw_setting",
]
