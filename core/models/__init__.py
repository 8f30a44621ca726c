"""Tables of core: the trading calendar, settings, the append-only audit log, job runs, and the outbox.

Owns their shape and their database constraints. Never writes: that is done by
operations/, audit.py, jobs.py and outbox.py. The triggers that make audit log and outbox
append-only stand in the migrations.
"""

from __future__ import annotations

from core.models.answers import KeptAnswer
from core.models.audit import ActorKind, AuditBatch, AuditEvent, AuditHead, AuditLink, StoragePeriod
from core.models.calendar import CalendarDay, CalendarProposal
from core.models.outbox import OutboxEvent, OutboxPlace, OutboxReceipt
from core.models.runs import JobRun, ScheduleSign
from core.models.settings import SettingVersion
from core.models.transactions import TransactionId

__all__ = [
    "ActorKind",
    "AuditBatch",
    "AuditEvent",
    "AuditHead",
    "AuditLink",
    "CalendarDay",
    "CalendarProposal",
    "JobRun",
    "KeptAnswer",
    "OutboxEvent",
    "OutboxPlace",
    "OutboxReceipt",
    "ScheduleSign",
    "SettingVersion",
    "StoragePeriod",
    "TransactionId",
]
