"""The tables that the admin does not show, each with its reason.

A test walks every table of ours: it is registered by its room or stands here.
"""

from __future__ import annotations

from collections.abc import Mapping

AUDIT = "the audit log has pages of its own, with a reach of their own: a second way in would have to know it too"
COMPOSITE = "no key that an address could name: figures and days have pages and files of their own"
PAGES = "has pages of its own, where it is decided and read"

LEFT_OUT: Mapping[str, str] = {
    "core.AuditEvent": AUDIT,
    "core.AuditBatch": AUDIT,
    "core.AuditLink": AUDIT,
    "core.AuditHead": AUDIT,
    "accounts.SavedView": PAGES,
    "accounts.ApiToken": PAGES,
    "accounts.ApiClient": PAGES,
    "accounts.Webhook": PAGES,
    "accounts.WebhookDelivery": PAGES,
    "accounts.WebhookAttempt": PAGES,
    "accounts.FactorReset": PAGES,
    "core.OutboxPlace": "a number beside an event, which the table of events shows in that order",
    "core.KeptAnswer": "answers of the API to one program, encrypted, which that program alone reads again",
    "core.CalendarProposal": PAGES,
    "core.SettingVersion": PAGES,
    "core.ScheduleSign": "one row, of which health tells how old it is",
    "holdings.DeliveryWarning": PAGES,
    "reports.ReportPlan": PAGES,
    "reports.Recipient": PAGES,
    "reports.Report": PAGES,
    "reports.ReportDelivery": PAGES,
    "holdings.AccountDay": COMPOSITE,
    "holdings.AccountMonth": COMPOSITE,
    "statistics.Cell": COMPOSITE,
}
