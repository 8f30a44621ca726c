"""Tables of statistics: data cuts, publications and their cells.

A publication describes one fact day, or the sums of one whole month, in one version; an earlier
version is never changed. Its cells are the marginals that pages read: node by unit, tier or
channel. The full cube and the members lie in files that the publication names. Never writes:
operations do.
"""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from smart_products.statistics.columns import PUBLISHED


class Grain(models.TextChoices):
    """What a publication describes."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    RETENTION = "retention", _("retention")


class SliceKind(models.IntegerChoices):
    """The dimension of a cell."""

    UNIT = 1, _("unit")
    TIER = 2, _("asset tier")
    CHANNEL = 3, _("acquisition channel")


class Channel(models.Model):
    """An acquisition channel by its code; its number stands in slices and is never reused."""

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("acquisition channel")
        verbose_name_plural = _("acquisition channels")

    def __str__(self) -> str:
        return self.code


class DataCut(models.Model):
    """What was known when figures were computed: files of subscriptions, placements, accounts and structure."""

    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    recorded_until = models.DateTimeField(null=True)
    files = models.JSONField()

    class Meta:
        verbose_name = _("data cut")
        verbose_name_plural = _("data cuts")

    def __str__(self) -> str:
        return self.digest[:12]


class Publication(models.Model):
    """The published figures of a day or a month in one version."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    grain = models.CharField(max_length=9, choices=Grain.choices)
    as_of = models.DateField()
    version = models.PositiveIntegerField()
    before = models.DateField(null=True)
    is_current = models.BooleanField(default=True)
    cut = models.ForeignKey(DataCut, on_delete=models.PROTECT, related_name="publications")
    inputs = models.CharField(max_length=64)
    code_version = models.CharField(max_length=40)
    published_at = models.DateTimeField()
    # The name of the actor: a part of the system, or a login. Empty where it was not kept.
    published_by = models.CharField(max_length=150, default="", db_default="", blank=True)
    files = models.JSONField()
    # A history load keeps the outlets of old days in the file of cells alone: nine rows in ten, seldom read.
    has_outlets = models.BooleanField(default=True, db_default=True)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = [
            models.UniqueConstraint(fields=["grain", "as_of", "version"], name="publication_version"),
            models.UniqueConstraint(
                fields=["grain", "as_of"], condition=Q(is_current=True), name="publication_one_current"
            ),
            models.CheckConstraint(condition=Q(grain__in=Grain.values), name="publication_grain"),
        ]

    def __str__(self) -> str:
        return f"{self.grain} {self.as_of} v{self.version}"


def _count() -> models.BigIntegerField[int | None, int | None]:
    return models.BigIntegerField(null=True)


class Cell(models.Model):
    """One node in one slice of a publication. An empty column is a zero: nine in ten are."""

    pk = models.CompositePrimaryKey("kind", "slice_key", "publication_id", "node")
    # A constraint would check six thousand rows a night against one row: 5 s in a history load.
    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="cells"
    )
    kind = models.SmallIntegerField(choices=SliceKind.choices)
    slice_key = models.IntegerField()
    node = models.SmallIntegerField()
    growth_log = models.FloatField(null=True)

    class Meta:
        verbose_name = _("cell")
        verbose_name_plural = _("cells")

    def __str__(self) -> str:
        return f"{self.publication_id}/{self.kind}/{self.slice_key}/{self.node}"


for _name in PUBLISHED:
    _count().contribute_to_class(Cell, _name)
