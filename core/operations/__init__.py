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
from core.operations.keyed import Answer, InFlight, KeyReused, claim_key, forget_answers, keep_answer
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
    "Answer",
    "CalendarHole",
    "CalendarRow",
    "ClosedDays",
    "InFlight",
    "KeyReused",
    "NothingNew",
    "PersonsPropose",
    "ProposalOpen",
    "ProposalOver",
    "TooShort",
    "UnknownSetting",
    "claim_key",
    "confirm_calendar",
    "confirm_setting",
    "forget_answers",
    "import_calendar",
    "keep_answer",
    "link_audit",
    "propose_calendar",
    "propose_setting",
    "seal_audit",
    "set_storage_period",
    "set_up_setting",
    "withdraw_calendar",
    "withdraw_setting",
]
