"""Job runs, and the last sign of life of the schedule that asks for them."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.functions import RandomUUID
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.states import JobState

NO_DATE = date(1, 1, 1)
"""Stands for "no business date" inside the unique index alone, where NULLs would all differ."""


class JobRun(models.Model):
    """One job of one business date and scope: the truth about it, whatever the broker of messages lost."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    job = models.CharField(max_length=100)
    business_date = models.DateField(null=True)
    scope = models.CharField(max_length=200, default="", blank=True)
    state = models.CharField(max_length=16, choices=JobState.choices, default=JobState.REQUESTED)
    attempts = models.PositiveSmallIntegerField(default=0)
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    stop_asked_at = models.DateTimeField(null=True)
    progress_done = models.PositiveIntegerField(null=True)
    progress_total = models.PositiveIntegerField(null=True)
    progress_unit = models.CharField(max_length=16, default="", db_default="", blank=True)
    error = models.TextField(default="", blank=True)
    result = models.JSONField(encoder=DjangoJSONEncoder, default=dict)

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
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
                condition=Q(state__in=["succeeded", "failed", "parked", "cancelled"], finished_at__isnull=False)
                | Q(state__in=["requested", "running"], finished_at__isnull=True),
                name="jobrun_finished",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(started_at__isnull=False, heartbeat_at__isnull=False),
                name="jobrun_running",
            ),
            models.CheckConstraint(
                condition=Q(stop_asked_at__isnull=True) | Q(state__in=["running", "cancelled"]), name="jobrun_stopping"
            ),
            models.CheckConstraint(
                condition=Q(progress_done__isnull=True, progress_total__isnull=True)
                | Q(progress_done__lte=F("progress_total")),
                name="jobrun_progress",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.business_date or ''} {self.scope}".strip()


class ScheduleSign(models.Model):
    """When a message of the schedule last reached a worker; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("sign of the schedule")
        verbose_name_plural = _("signs of the schedule")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="schedulesign_once")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
