"""Tables of reports: plans, their recipients, the frozen reports, and the log of who was sent what.

A report never changes: the database refuses update, delete and truncate. A recipient counts once a second person
confirmed him, or where the system set the house up. Never writes: operations do.
"""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from accounts.scoping import ScopedQuerySet
from smart_products.reports.states import DeliveryState, Frequency, Language, Refusal
from smart_products.signing.models import Document


class PlanQuerySet(ScopedQuerySet["ReportPlan"]):
    """Plans, with scoping by the unit they are about."""

    unit_path = "unit__path"


class ReportPlan(models.Model):
    """That a unit's figures are reported every day, week or month in a language, until the plan is ended."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    frequency = models.CharField(max_length=8, choices=Frequency.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8, choices=Language.choices)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("report plan")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "frequency", "language"], condition=Q(ended_at__isnull=True), name="reportplan_once"
            ),
            models.CheckConstraint(condition=Q(frequency__in=Frequency.values), name="reportplan_frequency"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="reportplan_language"),
        ]

    def __str__(self) -> str:
        return f"{self.frequency} {self.unit_id} {self.language}"


class RecipientQuerySet(ScopedQuerySet["Recipient"]):
    """Recipients, with scoping by the unit their reports are about."""

    unit_path = "plan__unit__path"


class Recipient(models.Model):
    """A member of staff who gets the reports of a plan: proposed by one, confirmed by another, until withdrawn.

    With an address he is told by e-mail where the report is; without one he finds it on the page of reports.
    """

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    plan = models.ForeignKey(ReportPlan, on_delete=models.PROTECT, related_name="recipients")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    address = models.EmailField(default="", blank=True)
    set_up = models.BooleanField(default=False, db_default=False)
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient of reports")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "user"], condition=Q(withdrawn_at__isnull=True), name="recipient_once"
            ),
            models.CheckConstraint(
                condition=Q(set_up=True, proposed_at__isnull=True, proposed_by__isnull=True)
                | Q(set_up=False, proposed_at__isnull=False, proposed_by__isnull=False),
                name="recipient_proposed_or_set_up",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, set_up=False),
                name="recipient_confirmed_pair",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="recipient_withdrawn_pair",
            ),
            # NULL passes a check: nobody proposed, or nobody confirmed yet.
            models.CheckConstraint(condition=~Q(confirmed_by=F("proposed_by")), name="recipient_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.plan_id}"

    @property
    def in_force(self) -> bool:
        """Tell whether he is on the list: confirmed or set up, and not withdrawn."""
        return self.withdrawn_at is None and (self.set_up or self.confirmed_at is not None)


class ReportQuerySet(ScopedQuerySet["Report"]):
    """Reports, with scoping by the unit they are about."""

    unit_path = "plan__unit__path"


class Report(models.Model):
    """The figures of a unit as one publication told them, frozen, with the exact bytes that were rendered of them."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    plan = models.ForeignKey(ReportPlan, on_delete=models.PROTECT, related_name="reports")
    as_of = models.DateField()
    since = models.DateField(null=True)
    revision = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField()
    """The version of the day's publication from which every figure was read."""
    cut = models.CharField(max_length=64)
    figures = models.JSONField()
    pdf = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    workbook = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    rendered_at = models.DateTimeField()

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        constraints = [
            models.UniqueConstraint(fields=["plan", "as_of", "version"], name="report_once"),
            models.UniqueConstraint(fields=["plan", "as_of", "revision"], name="report_revision"),
        ]
        indexes = [models.Index(fields=["-as_of", "-id"], name="report_newest")]

    def __str__(self) -> str:
        return f"{self.as_of} r{self.revision}"


class ReportDeliveryQuerySet(ScopedQuerySet["ReportDelivery"]):
    """Deliveries, with scoping by the unit their report is about."""

    unit_path = "report__plan__unit__path"


class ReportDelivery(models.Model):
    """A report on its way to one recipient: a row for each time it was asked to be sent."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="deliveries")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="deliveries")
    number = models.PositiveSmallIntegerField()
    """1 for the first time, 2 for the first time again."""
    state = models.CharField(max_length=16, choices=DeliveryState.choices, default=DeliveryState.REQUESTED)
    reason = models.CharField(max_length=16, choices=Refusal.choices, default="", blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200, default="", blank=True)
    error = models.CharField(max_length=500, default="", blank=True)

    objects = ReportDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery of a report")
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=["requested", "failed"]), name="reportdelivery_due")
        ]
        constraints = [
            models.UniqueConstraint(fields=["report", "recipient", "number"], name="reportdelivery_once"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="reportdelivery_state"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="reportdelivery_sent",
            ),
            models.CheckConstraint(
                condition=(Q(state="refused") & ~Q(reason="")) | (~Q(state="refused") & Q(reason="")),
                name="reportdelivery_refused",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.recipient_id} {self.state}"
