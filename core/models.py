"""Tables of core: the trading calendar, the append-only audit log with its chains, job runs, and the outbox.

Owns their shape and their database constraints. Never writes: that is done by
operations/, audit.py, jobs.py and outbox.py. The triggers that make audit log and outbox
append-only stand in the migrations.
"""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.functions import RandomUUID
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.rules import LOG_MONTHS, RECORD_MONTHS, Nature
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


class ActorKind(models.TextChoices):
    """Who acted: a person or a part of the system."""

    USER = "user", _("person")
    SYSTEM = "system", _("system")


class TransactionId(models.TextField):  # type: ignore[type-arg]
    """A transaction's number that never wraps (xid8): below `pg_snapshot_xmin` nothing is still to come."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return the column's type in PostgreSQL."""
        return "xid8"


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


class OutboxEvent(models.Model):
    """What happened, written with it, for others to absorb. Rows are only added; the database refuses the rest."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    kind = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=64)
    subject_key = models.CharField(max_length=200)
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
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind} {self.subject_key}"


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
