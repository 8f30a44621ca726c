"""Clients and subscriptions by what is chosen of them, within what a user sees. Never writes."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models.clients import ClientQuerySet
from accounts.queries import clients_of, found_by
from accounts.roles import Area, opening
from smart_products.catalogue.queries import ProductView
from smart_products.signing.models import Subscription
from smart_products.signing.queries.worklists import holding, in_force, without_any


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


def clients_chosen(
    user: Any,
    *,
    words: str = "",
    path: str = "",
    risk_class: str = "",
    holds: bool | None = None,
    product: ProductView | None = None,
    on: date,
) -> ClientQuerySet:
    """Return the clients of a user by words, path of a unit, class, and whether a product is in force on a day.

    `holds` asks for those who have any, or the product, in force, or have not; None asks for it where one is named.
    """
    found = clients_of(user).select_related("outlet").filter(found_by(user, words))
    if path:
        found = found.filter(outlet__path__startswith=path)
    if risk_class:
        found = found.filter(risk_class=risk_class)
    if holds is False:
        return without_any(found, on, product)
    return holding(found, on, product) if holds or product is not None else found
