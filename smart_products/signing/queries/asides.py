"""Subscriptions of feeds that were set aside, as a person decides them. Never writes."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import User
from smart_products.signing.models import SetAside


def asides(user: User | AnonymousUser) -> QuerySet[SetAside]:
    """Return what was set aside of the clients that a person may see, with what its page shows."""
    return SetAside.objects.visible_to(user).select_related("contract", "client", "product", "account")
