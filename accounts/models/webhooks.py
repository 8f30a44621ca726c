"""Tables of webhooks: addresses to which the log of events is pushed, each event on its way to one, and each try.

A webhook follows the log as far as its owner's role reaches, and knows up to which place it has taken events over.
Secrets lie encrypted: they sign, so they have to be read again. Never writes: operations do.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.tokens import Narrowed
from accounts.rules import PushState
from core.models import OutboxPlace


class Webhook(Narrowed):
    """An address that is told of events of some kinds, with the secret that signs what it is told."""

    url = models.CharField(max_length=500)
    kinds = ArrayField(models.CharField(max_length=64))
    secret = models.BinaryField()
    former_secret = models.BinaryField(null=True)
    """The secret before the last rotation, which signs beside the new one until `former_until`."""
    former_until = models.DateTimeField(null=True)
    position = models.BigIntegerField()
    """The place in the log up to which events were taken over."""
    failures = models.PositiveIntegerField(default=0)
    """Tries in a row that failed."""
    rests_until = models.DateTimeField(null=True)
    """Nothing is tried before then, whatever waits: the other side did not answer as it should."""
    pushed_at = models.DateTimeField(null=True)
    """When it last took an event."""

    class Meta(Narrowed.Meta):
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["-made_at", "-id"]
        constraints = [
            *Narrowed.Meta.constraints,
            models.CheckConstraint(condition=~Q(url="") & ~Q(kinds=[]), name="webhook_wants_something"),
            models.CheckConstraint(
                condition=Q(former_secret__isnull=True, former_until__isnull=True)
                | Q(former_secret__isnull=False, former_until__isnull=False),
                name="webhook_former_pair",
            ),
        ]


class WebhookDelivery(models.Model):
    """An event on its way to a webhook: waiting, delivered, parked for a person, or passed over by one."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    place = models.ForeignKey(OutboxPlace, on_delete=models.PROTECT, related_name="+", db_index=False)
    subject = models.CharField(max_length=300)
    """Kind and key of the event's subject: one that is open holds back those of its subject behind it."""
    state = models.CharField(max_length=16, choices=PushState.choices, default=PushState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    """How often it was tried since it began to wait."""
    due_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery to a webhook")
        verbose_name_plural = _("deliveries to webhooks")
        ordering = ["-place", "-id"]
        indexes = [
            models.Index(
                fields=["webhook", "subject", "place"],
                condition=Q(state__in=["waiting", "parked"]),
                name="webhookdelivery_open",
            ),
            models.Index(fields=["due_at", "place"], condition=Q(state="waiting"), name="webhookdelivery_due"),
            models.Index(fields=["delivered_at"], condition=Q(state="delivered"), name="webhookdelivery_old"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "place"], name="webhookdelivery_once"),
            models.CheckConstraint(condition=Q(state__in=PushState.values), name="webhookdelivery_state"),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False), name="webhookdelivery_delivered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.webhook_id} {self.place_id} {self.state}"


class WebhookAttempt(models.Model):
    """One try to hand an event over, and what came of it."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    """HTTP status of the answer; empty where there was none."""
    error = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        verbose_name = _("try of a delivery to a webhook")
        verbose_name_plural = _("tries of deliveries to webhooks")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.status or self.error}"
