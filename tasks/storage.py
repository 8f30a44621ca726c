"""What has been stored longer than its period, counted by kind: a report for a person, who decides. Deletes nothing.

Owns which table a kind of records is, and from which day its period runs: for a contract from its end, for a consent
from its withdrawal, otherwise from when it was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Min, QuerySet

from accounts.models import Consent, Notice, OneTimeCode
from core import clock
from core.actor import Actor
from core.models import AuditEvent, JobRun, OutboxEvent
from core.queries import Period, storage_periods
from smart_products.holdings.models import Delivery
from smart_products.signing.models import Contract, EvidenceRecord
from smart_products.suitability.models import Assessment, Decision
from smart_products.suitability.rules.days import add_months
from tasks.attempts import Tell

STORED: Mapping[str, tuple[QuerySet[Any], str]] = {
    "job_runs": (JobRun.objects.all(), "finished_at"),
    "outbox_events": (OutboxEvent.objects.all(), "at"),
    "one_time_codes": (OneTimeCode.objects.all(), "made_at"),
    "audit_events": (AuditEvent.objects.all(), "at"),
    "contracts": (Contract.objects.all(), "ended_on"),
    "evidence": (EvidenceRecord.objects.all(), "at"),
    "consents": (Consent.objects.all(), "withdrawn_at"),
    "deliveries": (Delivery.objects.all(), "received_at"),
    "assessments": (Assessment.objects.all(), "at"),
    "decisions": (Decision.objects.all(), "at"),
    "notices": (Notice.objects.all(), "at"),
}
"""The rows of a kind, and the column from which its period runs: a date ends with `_on`, the others are times."""


@dataclass(frozen=True, slots=True)
class Passed:
    """How many records of a kind have passed their time on a day, and since when the oldest is stored."""

    period: Period
    before: date
    """What was written before this day has passed its time."""
    rows: int
    oldest: date | None

    def plain(self) -> dict[str, Any]:
        """Return it as JSON values."""
        period = self.period
        return {
            "kind": period.kind,
            "nature": period.nature.value,
            "months": period.months,
            "source": period.source,
            "before": self.before.isoformat(),
            "passed": self.rows,
            "oldest": self.oldest.isoformat() if self.oldest else None,
        }


def passed(on: date) -> list[Passed]:
    """Return for every kind what has passed its time on a day."""
    return [_passed(period, on) for period in storage_periods()]


def report(run: JobRun, by: Actor, tell: Tell) -> Mapping[str, Any]:
    """Count what has passed its time, as the result of a run."""
    return {"kinds": [one.plain() for one in passed(run.business_date or clock.shanghai_today())]}


def _passed(period: Period, on: date) -> Passed:
    rows, column = STORED[period.kind]
    before = add_months(on, -period.months)
    is_time = not column.endswith("_on")
    limit = clock.shanghai_midnight(before) if is_time else before
    oldest = rows.aggregate(oldest=Min(column))["oldest"]
    count = rows.filter(**{f"{column}__lt": limit}).count() if oldest and oldest < limit else 0
    return Passed(period, before, count, clock.shanghai_day(oldest) if oldest and is_time else oldest)
