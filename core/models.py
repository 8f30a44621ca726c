"""Tables of core: the trading calendar, the append-only audit log, and job runs.

Owns their shape and their database constraints. Never writes: that is done by
operations.py, audit.py and jobs.py. The triggers that make the audit log
append-only stand in the first migration.
"""

from __future__ import annotations

from datetime import date

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.states import JobState

NO_DATE = date(1, 1, 1)
"""Stands for "no business date" inside the unique index alone, where NULLs would all differ."""


class CalendarDay(models.Model):
    """One calendar date: is it a trading day of the exchange, is it a legal working day."""

    day = models.DateField(primary_key=True)
    trading = models.BooleanField()
    working = models.BooleanField()

    class Meta:
        verbose_name = _("calendar day")
        indexes = [models.Index(fields=["day"], condition=Q(trading=True), name="calendar_trading")]

    def __str__(self) -> str:
        return self.day.isoformat()


class ActorKind(models.TextChoices):
    """Who acted: a person or a part of the system."""

    USER = "user", _("person")
    SYSTEM = "system", _("system")


class AuditEvent(models.Model):
    """What was done, to what, by whom and when. Rows are only added; the database refuses the rest."""

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=8, choices=ActorKind.choices)
    actor_name = models.CharField(max_length=150)
    user_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=64)
    subject_key = models.CharField(max_length=200)
    details = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("audit event")
        ordering = ["id"]
        indexes = [models.Index(fields=["subject_kind", "subject_key"], name="audit_subject")]
        constraints = [
            models.CheckConstraint(
                condition=Q(actor_kind="user", user_id__isnull=False) | Q(actor_kind="system", user_id__isnull=True),
                name="audit_user_has_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_kind} {self.subject_key}"


class JobRun(models.Model):
    """One job of one business date and scope: the truth about it, whatever the broker of messages lost."""

    job = models.CharField(max_length=100)
    business_date = models.DateField(null=True)
    scope = models.CharField(max_length=200, default="", blank=True)
    state = models.CharField(max_length=16, choices=JobState.choices, default=JobState.REQUESTED)
    attempts = models.PositiveSmallIntegerField(default=0)
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    progress_done = models.PositiveIntegerField(null=True)
    progress_total = models.PositiveIntegerField(null=True)
    progress_unit = models.CharField(max_length=16, default="", db_default="", blank=True)
    error = models.TextField(default="", blank=True)
    result = models.JSONField(encoder=DjangoJSONEncoder, default=dict)

    class Meta:
        verbose_name = _("job run")
        ordering = ["-requested_at", "-id"]
        indexes = [
            models.Index(fields=["state", "heartbeat_at"], name="jobrun_unfinished"),
        ]
        constraints = [
            models.UniqueConstraint(
                F("job"), Coalesce(F("business_date"), Value(NO_DATE)), F("scope"), name="jobrun_once"
            ),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="jobrun_state"),
            models.CheckConstraint(
                condition=Q(state__in=["succeeded", "failed", "parked"], finished_at__isnull=False)
                | Q(state__in=["requested", "running"], finished_at__isnull=True),
                name="jobrun_finished",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(started_at__isnull=False, heartbeat_at__isnull=False),
                name="jobrun_running",
            ),
            models.CheckConstraint(
                condition=Q(progress_done__isnull=True, progress_total__isnull=True)
                | Q(progress_done__lte=F("progress_total")),
                name="jobrun_progress",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.business_date or ''} {self.scope}".strip()
