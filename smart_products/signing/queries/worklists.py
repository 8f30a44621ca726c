"""Reads for the work lists of staff: contracts and subscriptions by state, questions of re-matching, what one client
signed in words of a list.

Each takes rows that `visible_to` has narrowed, and narrows them further. A count stops at `MOST`: how many there are
beyond that, nobody has to wait for. Never writes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, TypeVar

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Client
from accounts.roles import Area, opening
from accounts.rules import HERE
from smart_products.catalogue.models import Product
from smart_products.catalogue.queries import ProductView
from smart_products.signing.models import Contract, Pause, Rematch, SigningStep, Subscription
from smart_products.signing.models.rematches import OPEN_REMATCHES
from smart_products.signing.states import ContractState

Clients = TypeVar("Clients", bound=QuerySet[Client])
MOST = 1_000
"""A count does not go on beyond this."""


def in_force(day: date) -> Q:
    """Return the condition that a subscription is in force on a day, whatever could have ended it."""
    return (
        Q(start__lte=day)
        & (Q(end=None) | Q(end__gt=day))
        & (Q(account__closed_on=None) | Q(account__closed_on__gt=day))
        & ~Q(product__in=Product.objects.filter(retired_on__lte=day))
    )


class _AskedOfEach(Exists):
    """An Exists that the planner may not turn into a join: a page ends after fifty clients, a join has to read all.

    At 180,000 clients a list by a rare product took 800 ms as a join and takes 20 ms so.
    """

    template = "EXISTS(%(subquery)s OFFSET 0)"


def _held(day: date, product: ProductView | None) -> Exists:
    mine = Subscription.objects.filter(in_force(day), client=OuterRef("pk"))
    return _AskedOfEach(mine if product is None else mine.filter(product=product.id))


def holding(clients: Clients, day: date, product: ProductView | None) -> Clients:
    """Return those of some clients who have a subscription in force on a day, to one product or to any."""
    return clients.filter(_held(day, product))


def without_any(clients: Clients, day: date, product: ProductView | None) -> Clients:
    """Return those of some clients who have none in force on a day, to one product or to any."""
    return clients.exclude(_held(day, product))


def live_products(client_ids: Collection[int], day: date) -> dict[int, list[int]]:
    """Return the products in force of each of these clients, by client id; one statement."""
    found: dict[int, list[int]] = {}
    rows = Subscription.objects.filter(in_force(day), client__in=client_ids)
    for client, product in rows.order_by("product__bit").values_list("client", "product").distinct():
        found.setdefault(client, []).append(product)
    return found


def states_of(contracts: QuerySet[Contract]) -> dict[ContractState, int]:
    """Return how many of some contracts stand in each state, states in their order."""
    found = dict(contracts.order_by().values_list("state").annotate(count=Count("pk")))
    return {state: found[state] for state in ContractState if state in found}


def bounded(rows: QuerySet[Subscription]) -> int:
    """Return how many rows there are, at most one more than `MOST`."""
    return rows.order_by()[: MOST + 1].count()


def signed_here(user: Any, path: str, product: ProductView | None) -> QuerySet[Contract]:
    """Return the contracts that a user sees in a role that has clients, of a part of the house and a product if named.

    With what a line of a list needs.
    """
    found = Contract.objects.visible_to(user, roles=opening(Area.CLIENTS)).select_related(
        "client__outlet", "end_reason"
    )
    found = found.filter(client__outlet__path__startswith=path) if path else found
    return found if product is None else found.filter(product=product.id)


def told_by_feeds(user: Any, path: str, product: ProductView | None) -> QuerySet[Subscription]:
    """Return the subscriptions of feeds, as `signed_here` does the contracts."""
    found = Subscription.objects.visible_to(user, roles=opening(Area.CLIENTS)).exclude(source=HERE)
    found = found.select_related("client__outlet", "account", "product")
    found = found.filter(client__outlet__path__startswith=path) if path else found
    return found if product is None else found.filter(product=product.id)


def cooling_off_ends(contracts: QuerySet[Contract], day: date) -> QuerySet[Contract]:
    """Return those of some contracts that can be withdrawn from on this day for the last time."""
    return contracts.filter(state=ContractState.COOLING_OFF, cooling_off_until=day)


def open_questions(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    """Return those of some contracts whose clients are asked to confirm again."""
    return contracts.filter(Exists(Rematch.objects.filter(contract=OuterRef("pk"), state__in=OPEN_REMATCHES)))


def questions_of(contracts: Iterable[Contract]) -> dict[int, Rematch]:
    """Return the open question of each of these contracts, by contract id."""
    asked = Rematch.objects.filter(contract__in=[one.pk for one in contracts], state__in=OPEN_REMATCHES)
    return {one.contract_id: one for one in asked}


def papers_read(client_id: int) -> list[SigningStep]:
    """Return every paper that a client acknowledged in a contract that he signed, with the contract."""
    read = SigningStep.objects.filter(
        contract__client=client_id, contract__signed_at__isnull=False, document__isnull=False, done_at__isnull=False
    )
    return list(read.select_related("contract__product").order_by("done_at", "pk"))


def pauses_of(client_id: int) -> list[Pause]:
    """Return the pauses of a client's contracts, with the contract."""
    return list(Pause.objects.filter(contract__client=client_id).select_related("contract__product").order_by("pk"))
