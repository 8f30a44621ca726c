"""Tables of what a client is told: notices, their deliveries by channel, and one-time codes.

A notice is absorbed once from an event of the outbox. A code is never kept: only its HMAC under a key of the server,
when it ends, and how many tries are left. Never writes: operations do.
"""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.clients import Client
from accounts.rules import Channel, CodePurpose, DeliveryState, NoticeKind
from accounts.scoping import ScopedQuerySet
from core.models import OutboxEvent


class NoticeQuerySet(ScopedQuerySet["Notice"]):
    """Notices, with scoping by the client's present outlet."""

    unit_path = "client__outlet__path"


class Notice(models.Model):
    """What a client is told, by kind; the words come from the kind and `params` in the reader's language."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="notices", db_index=False)
    kind = models.CharField(max_length=32, choices=NoticeKind.choices)
    params = models.JSONField(encoder=DjangoJSONEncoder)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    event = models.ForeignKey(OutboxEvent, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [models.Index(fields=["client", "-at"], name="notice_of_client")]
        constraints = [
            models.UniqueConstraint(fields=["event", "client", "kind"], name="notice_once"),
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class NoticeDeliveryQuerySet(ScopedQuerySet["NoticeDelivery"]):
    """Deliveries, with scoping by the client's present outlet."""

    unit_path = "notice__client__outlet__path"


class NoticeDelivery(models.Model):
    """A notice on its way by one channel: waiting, sent, or given up."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=16, choices=Channel.choices)
    state = models.CharField(max_length=16, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    number = models.CharField(max_length=200, default="", blank=True)
    error = models.CharField(max_length=500, default="", blank=True)

    objects = NoticeDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery of a notice")
        verbose_name_plural = _("deliveries of notices")
        indexes = [models.Index(fields=["due_at"], condition=Q(state="waiting"), name="noticedelivery_due")]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="noticedelivery_once"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | Q(state__in=["waiting", "given_up"], sent_at__isnull=True),
                name="noticedelivery_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"


class OneTimeCodeQuerySet(ScopedQuerySet["OneTimeCode"]):
    """Codes, with scoping by the client's present outlet."""

    unit_path = "client__outlet__path"


class OneTimeCode(models.Model):
    """That a code was sent to a client for a purpose and subject, and whether it was used; never the code."""

    public_id = models.UUIDField(unique=True, editable=False)
    purpose = models.CharField(max_length=16, choices=CodePurpose.choices)
    subject = models.CharField(max_length=64, default="", blank=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="codes")
    channel = models.CharField(max_length=16, choices=Channel.choices)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts_left = models.PositiveSmallIntegerField()
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    objects = OneTimeCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        constraints = [
            models.UniqueConstraint(
                fields=["client", "purpose", "subject"],
                condition=Q(used_at__isnull=True, replaced_at__isnull=True),
                name="code_live_once",
            ),
            models.CheckConstraint(condition=Q(purpose__in=CodePurpose.values), name="code_purpose"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="code_expires_later"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(replaced_at__isnull=True), name="code_used_or_replaced"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
