"""The append-only audit log with its chains and heads, and how long records are stored."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from core.models.transactions import TransactionId
from core.rules import LOG_MONTHS, RECORD_MONTHS, Nature


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
    place = models.CharField(max_length=200, default="", db_default="", blank=True)
    client = models.CharField(max_length=140, default="", db_default="", blank=True)
    transaction_id = TransactionId(db_default=Func(function="pg_current_xact_id"), editable=False)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["subject_key", "subject_kind"], name="audit_subject_key"),
            models.Index(fields=["at", "id"], name="audit_time"),
            models.Index(fields=["action", "at"], name="audit_action"),
            models.Index(fields=["actor_name", "at"], name="audit_actor"),
            models.Index(fields=["client", "at"], name="audit_client", condition=~Q(client="")),
            models.Index(
                fields=["place"], name="audit_place", condition=~Q(place=""), opclasses=["varchar_pattern_ops"]
            ),
            models.Index(fields=["transaction_id"], name="audit_stream"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(actor_kind="user", user_id__isnull=False) | Q(actor_kind="system", user_id__isnull=True),
                name="audit_user_has_id",
            ),
            models.CheckConstraint(condition=Q(place="") | Q(place__endswith="."), name="audit_place_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_kind} {self.subject_key}"


class AuditBatch(models.Model):
    """Events that were linked together, and what was visible then: whatever was not is still to be linked.

    `cluster` is the identifier of the database's server: the numbers of another one's transactions mean nothing here.
    """

    at = models.DateTimeField()
    snapshot = models.TextField()
    cluster = models.BigIntegerField()
    transaction_id = TransactionId(db_default=Func(function="pg_current_xact_id"), editable=False)

    class Meta:
        verbose_name = _("batch of linked audit events")
        verbose_name_plural = _("batches of linked audit events")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.pk} {self.at.isoformat()}"


class AuditLink(models.Model):
    """The place of an audit event in the chain of its unit, or of the house. Rows are only added."""

    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="link")
    batch = models.ForeignKey(AuditBatch, on_delete=models.PROTECT, related_name="links", db_index=False)
    place = models.CharField(max_length=200, default="", db_default="", blank=True)
    number = models.PositiveBigIntegerField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("link of an audit event")
        verbose_name_plural = _("links of audit events")
        ordering = ["place", "number"]
        constraints = [
            models.UniqueConstraint(fields=["place", "number"], name="auditlink_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="auditlink_counts_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.place or '-'} {self.number}"


class AuditHead(models.Model):
    """That a day's head of all chains of audit was sealed outside the database, and the hash of its file."""

    day = models.DateField(primary_key=True)
    file = models.CharField(max_length=64)
    links = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("sealed head of the chains of audit")
        verbose_name_plural = _("sealed heads of the chains of audit")
        ordering = ["day"]

    def __str__(self) -> str:
        return self.day.isoformat()


class StoragePeriod(models.Model):
    """How long records of a kind are stored, and which rule says so. The law's least time is a constraint."""

    kind = models.SlugField(max_length=32, primary_key=True)
    nature = models.CharField(max_length=8, choices=Nature.choices)
    months = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=300)

    class Meta:
        verbose_name = _("storage period")
        verbose_name_plural = _("storage periods")
        ordering = ["nature", "kind"]
        constraints = [
            models.CheckConstraint(condition=~Q(source=""), name="storage_names_its_rule"),
            models.CheckConstraint(
                condition=Q(nature=Nature.LOG, months__gte=LOG_MONTHS)
                | Q(nature=Nature.RECORD, months__gte=RECORD_MONTHS),
                name="storage_as_long_as_the_law_says",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.months}"
