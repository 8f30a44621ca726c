"""Reads of core: limits and settings; job runs and receipts; events of audit and whether their chains are whole.

Never writes.
"""

from __future__ import annotations

from core.queries.calendar import (
    CalendarChanges,
    CalendarMonth,
    calendar_changes,
    calendar_months,
    calendar_proposal,
    calendar_proposals,
    rows_of,
)
from core.queries.events import (
    AuditCursor,
    AuditPage,
    AuditQuestion,
    AuditView,
    Standing,
    audit_events,
    audit_standing,
    last_audit_head,
    people_behind,
)
from core.queries.log import EventView, UnknownEvent, events_about, events_after, last_position, places_after, view_of
from core.queries.runs import (
    JobRunList,
    JobRunView,
    OpenWork,
    ReceiptView,
    job_run_list,
    job_run_named,
    job_run_of,
    job_runs,
    last_schedule,
    open_receipts,
    open_work,
)
from core.queries.settings import agreed, limit, limit_days, setting_of, settings_agreed, settings_waiting
from core.queries.storage import Period, storage_periods
from core.queries.verifying import Judgement, verify_audit

__all__ = [
    "AuditCursor",
    "AuditPage",
    "AuditQuestion",
    "AuditView",
    "CalendarChanges",
    "CalendarMonth",
    "EventView",
    "JobRunList",
    "JobRunView",
    "Judgement",
    "OpenWork",
    "Period",
    "ReceiptView",
    "Standing",
    "UnknownEvent",
    "agreed",
    "audit_events",
    "audit_standing",
    "calendar_changes",
    "calendar_months",
    "calendar_proposal",
    "calendar_proposals",
    "events_about",
    "events_after",
    "job_run_list",
    "job_run_named",
    "job_run_of",
    "job_runs",
    "last_audit_head",
    "last_position",
    "last_schedule",
    "limit",
    "limit_days",
    "open_receipts",
    "open_work",
    "people_behind",
    "places_after",
    "rows_of",
    "setting_of",
    "settings_agreed",
    "settings_waiting",
    "storage_periods",
    "verify_audit",
    "view_of",
]
