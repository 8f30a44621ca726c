"""Subscriptions of one's clients for programs: by what is chosen, each with the end that holds. Never writes."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.roles import Area, opening
from smart_products.signing.models import Subscription
from smart_products.signing.queries.worklists import in_force


def subscriptions_for(user: Any) -> QuerySet[Subscription]:
    """Return the subscriptions that a user sees in a role that has clients, of feeds and signed here."""
    found = Subscription.objects.visible_to(user, roles=opening(Area.CLIENTS))
    return found.select_related("client__outlet", "account", "product", "contract__end_reason")


def chosen(
    found: QuerySet[Subscription],
    *,
    product: str | None,
    path: str | None,
    client: UUID | None,
    source: str | None,
    on: date | None,
) -> QuerySet[Subscription]:
    """Narrow subscriptions: code of a product, path of a unit, client, source, in force on a day."""
    told = {
        "product__code": product,
        "client__outlet__path__startswith": path,
        "client__public_id": client,
        "source": source,
    }
    found = found.filter(**{name: value for name, value in told.items() if value is not None})
    return found if on is None else found.filter(in_force(on))
