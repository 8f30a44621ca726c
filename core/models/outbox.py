"""The outbox: what happened, and who has absorbed it."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from core.models.transactions import TransactionId


class OutboxEvent(models.Model):
    """What happened, written with it, for others to absorb. Rows are only added; the database refuses the rest."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    kind = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=64)
    subject_key = models.CharField(max_length=200)
    place = models.CharField(max_length=200, default="", db_default="", blank=True)
    """Path of the unit that it concerns, as it was then; empty where it concerns the house."""
    business_date = models.DateField()
    at = models.DateTimeField()
    schema_version = models.PositiveSmallIntegerField()
    payload = models.JSONField(encoder=DjangoJSONEncoder)
    transaction_id = TransactionId(db_default=Func(function="pg_current_xact_id"), editable=False)

    class Meta:
        verbose_name = _("outbox event")
        verbose_name_plural = _("outbox events")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_key", "id"], name="outbox_subject"),
            models.Index(fields=["transaction_id", "id"], name="outbox_stream"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="") & ~Q(subject_key=""), name="outbox_names_its_subject"),
            models.CheckConstraint(condition=Q(place="") | Q(place__endswith="."), name="outbox_place_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind} {self.subject_key}"


class OutboxPlace(models.Model):
    """The place of an event in the log that others read: no event comes before one of its subject that came first.

    Places are given one after the other, so that whoever has read up to one has missed none before it.
    """

    position = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(OutboxEvent, on_delete=models.PROTECT, related_name="log")

    class Meta:
        verbose_name = _("place of an outbox event")
        verbose_name_plural = _("places of outbox events")
        ordering = ["position"]
        constraints = [models.CheckConstraint(condition=Q(position__gte=1), name="outboxplace_counts_from_1")]

    def __str__(self) -> str:
        return f"{self.position} {self.event_id}"


class OutboxReceipt(models.Model):
    """That a handler has to absorb an event, and whether it has: open, absorbed once, or parked for a person.

    An event starts with one open receipt of no handler, which is absorbed by opening one for each handler of its kind.
    """

    event = models.ForeignKey(OutboxEvent, on_delete=models.PROTECT, related_name="receipts", db_index=False)
    handler = models.CharField(max_length=64, blank=True)
    absorbed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    parked_at = models.DateTimeField(null=True)
    error = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = _("receipt of an outbox event")
        verbose_name_plural = _("receipts of outbox events")
        ordering = ["event_id", "id"]
        indexes = [models.Index(fields=["event"], condition=Q(absorbed_at__isnull=True), name="receipt_open")]
        constraints = [
            models.UniqueConstraint(fields=["event", "handler"], name="receipt_once"),
            models.CheckConstraint(
                condition=Q(absorbed_at__isnull=True) | Q(parked_at__isnull=True), name="receipt_absorbed_or_parked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handler or '-'} {self.event_id}"
