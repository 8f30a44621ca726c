"""Limits and sealed settings, which two people change."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SettingVersionQuerySet(models.QuerySet["SettingVersion"]):
    """Versions of settings."""

    def waiting(self) -> SettingVersionQuerySet:
        """Return those that wait for a second person."""
        return self.filter(set_up_at=None, confirmed_at=None, withdrawn_at=None)

    def agreed(self) -> SettingVersionQuerySet:
        """Return those that hold or held, the latest first."""
        return self.filter(Q(set_up_at__isnull=False) | Q(confirmed_at__isnull=False)).order_by("-pk")


class SettingVersion(models.Model):
    """A value of a setting, by its key: set up by the system, or proposed by one person and confirmed by another.

    The latest that was agreed holds. People are named by their login and told apart by its number.
    """

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    key = models.SlugField(max_length=32)
    value = models.CharField(max_length=200)
    reason = models.CharField(max_length=200)
    set_up_at = models.DateTimeField(null=True)
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.BigIntegerField(null=True)
    proposer = models.CharField(max_length=150)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.BigIntegerField(null=True)
    confirmer = models.CharField(max_length=150, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.BigIntegerField(null=True)

    objects = SettingVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a setting")
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(set_up_at__isnull=True, confirmed_at__isnull=True, withdrawn_at__isnull=True),
                name="setting_open_once",
            ),
            models.CheckConstraint(condition=~Q(value="") & ~Q(reason=""), name="setting_says_why"),
            models.CheckConstraint(
                condition=Q(set_up_at__isnull=False, proposed_at__isnull=True, proposed_by__isnull=True)
                | Q(set_up_at__isnull=True, proposed_at__isnull=False, proposed_by__isnull=False),
                name="setting_proposed_or_set_up",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, withdrawn_at__isnull=True)
                & Q(set_up_at__isnull=True),
                name="setting_confirmed_pair",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, set_up_at__isnull=True),
                name="setting_withdrawn_pair",
            ),
            # NULL passes a check: nobody proposed, or nobody confirmed yet.
            models.CheckConstraint(condition=~Q(confirmed_by=F("proposed_by")), name="setting_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"
