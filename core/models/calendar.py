"""The trading calendar, and the days that two people import."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """One calendar date: is it a trading day of the exchange, is it a legal working day."""

    day = models.DateField(primary_key=True)
    trading = models.BooleanField()
    working = models.BooleanField()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        indexes = [models.Index(fields=["day"], condition=Q(trading=True), name="calendar_trading")]

    def __str__(self) -> str:
        return self.day.isoformat()


class CalendarProposal(models.Model):
    """Calendar days that one person proposes and another confirms; `days` holds day, trading and working a row.

    People are named by their login and told apart by its number: accounts stand above.
    """

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    days = models.JSONField()
    proposed_at = models.DateTimeField()
    proposed_by = models.BigIntegerField()
    proposer = models.CharField(max_length=150)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("proposed calendar days")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, withdrawn_at__isnull=True),
                name="calendar_confirmed_pair",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="calendar_withdrawn_pair",
            ),
            # NULL passes a check: nobody confirmed yet.
            models.CheckConstraint(condition=~Q(confirmed_by=F("proposed_by")), name="calendar_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.proposer} {self.proposed_at:%Y-%m-%d}"
