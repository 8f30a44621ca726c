"""Tables of the organisation: units and their versions by day.

A unit carries the broker's own code, unique within its source, a random public id for
addresses, and an id of ours that is never reused; the row always equals its latest version.
Never writes: operations do.
"""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.rules import Level
from accounts.scoping import ScopedQuerySet


class UnitQuerySet(ScopedQuerySet["Unit"]):
    """Units, with scoping."""

    unit_path = "path"


class UnitVersionQuerySet(ScopedQuerySet["UnitVersion"]):
    """Versions of units, with scoping by where the unit is now."""

    unit_path = "unit__path"


class Unit(models.Model):
    """A unit of the organisation as it is now: headquarters, branch company or outlet."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    source = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    level = models.CharField(max_length=16, choices=Level.choices)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, default="", db_default="", blank=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=200, db_index=True, default="", db_default="")
    closed_on = models.DateField(null=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(fields=["source", "code"], name="unit_code"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="unit_level"),
            models.CheckConstraint(condition=Q(path="") | Q(path__endswith="."), name="unit_path_closed"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="unit_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitVersion(models.Model):
    """What a unit was from a day on."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="versions", db_index=False)
    valid_from = models.DateField()
    parent = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="child_versions", db_index=False)
    level = models.CharField(max_length=16, choices=Level.choices)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, default="", db_default="", blank=True)
    closed_on = models.DateField(null=True)

    objects = UnitVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a unit")
        verbose_name_plural = _("versions of units")
        constraints = [
            models.UniqueConstraint(fields=["unit", "valid_from"], name="unitversion_day"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="unitversion_level"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.valid_from})"
