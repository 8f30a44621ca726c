"""The table of re-matching: that a live contract came out worse than it was signed, and what became of that.

A contract has at most one open question; what is over stays. Never writes: operations do.
"""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from smart_products.signing.models.contracts import Contract, OfContractQuerySet
from smart_products.signing.states import MatchOutcome


class RematchState(models.TextChoices):
    """What became of a contract that no longer matches as it did."""

    ASKED = "asked", _("the client is asked to confirm again")
    SUSPENDED = "suspended", _("the service is withheld until it matches again or is confirmed")
    CONFIRMED = "confirmed", _("the client confirmed, by a new decision")
    SETTLED = "settled", _("it matches again as it did")
    REPLACED = "replaced", _("something else changed since, and is asked instead")


OPEN_REMATCHES = frozenset({RematchState.ASKED, RematchState.SUSPENDED})


class Rematch(models.Model):
    """A question to a client: his contract's match became `outcome` by `cause`, and he has until `confirm_until`."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="rematches")
    cause = models.CharField(max_length=100)
    outcome = models.CharField(max_length=16, choices=MatchOutcome.choices)
    state = models.CharField(max_length=16, choices=RematchState.choices)
    asked_at = models.DateTimeField()
    confirm_until = models.DateField()
    ours = models.BooleanField(default=False)
    """Whether it was this that suspended the contract: only then does it release it."""
    decision = models.UUIDField(null=True)
    acknowledged = models.JSONField(default=list)
    """The sentences of the special warning, word for word, that the client confirmed by."""
    closed_at = models.DateTimeField(null=True)

    objects = OfContractQuerySet["Rematch"].as_manager()

    class Meta:
        verbose_name = _("contract matched again")
        verbose_name_plural = _("contracts matched again")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract"], condition=Q(state__in=sorted(OPEN_REMATCHES)), name="rematch_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=RematchState.values, outcome__in=["warning", "refused"]), name="rematch_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(OPEN_REMATCHES), closed_at__isnull=True)
                | ~Q(state__in=sorted(OPEN_REMATCHES)) & Q(closed_at__gte=F("asked_at")),
                name="rematch_closed",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", decision__isnull=False) & ~Q(acknowledged=[])
                | ~Q(state="confirmed") & Q(decision=None, acknowledged=[]),
                name="rematch_confirmed_by_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.cause}"
