"""Reads of webhooks: those of a person and of partners' systems, and what became of each event. Never writes."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import Webhook, WebhookDelivery
from accounts.roles import Area
from accounts.rules import PushState
from accounts.scoping import below, paths_of


def webhooks_of(reader: Any) -> QuerySet[Webhook]:
    """Return the webhooks of a person, and those of partners' systems on units that he administers; latest first.

    With how many events wait and how many are parked.
    """
    mine = Q(user=reader)
    reach = below(paths_of(reader, Area.SETTINGS), "unit__path")
    if reach is not None:
        mine |= Q(user__partner=True) & reach
    open_ones = {
        name: Count("deliveries", filter=Q(deliveries__state=state))
        for name, state in (("waiting", PushState.WAITING), ("parked", PushState.PARKED))
    }
    return Webhook.objects.filter(mine).select_related("user", "unit").annotate(**open_ones)


def deliveries_to(webhook: Webhook, state: str = "") -> QuerySet[WebhookDelivery]:
    """Return the deliveries to a webhook with their events and tries, the latest event first."""
    found = WebhookDelivery.objects.filter(webhook=webhook).select_related("place__event", "webhook")
    if state:
        found = found.filter(state=state)
    return found.prefetch_related("attempts").order_by("-place")
