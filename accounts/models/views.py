"""Tables of views that people keep: an address of the back office under a name.

A view holds choices and never an answer: whoever opens it sees what his own roles let him see. Never writes.
"""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from accounts.models.units import Unit


class SavedView(models.Model):
    """An address under a name: a page and its choices. Shared with a unit, it is offered there and below as well."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views", db_index=False)
    name = models.CharField(max_length=80)
    page = models.CharField(max_length=40)
    query = models.CharField(max_length=1000, blank=True)
    shared_with = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", null=True)
    kept_at = models.DateTimeField()

    class Meta:
        verbose_name = _("saved view")
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="savedview_name"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(page=""), name="savedview_named"),
        ]

    def __str__(self) -> str:
        return self.name
