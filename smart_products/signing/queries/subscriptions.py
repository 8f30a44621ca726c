"""What a client has signed, as a reader sees it: with the end that really holds. Never writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Min, Q

from accounts.models import Client
from core.reading import remembered
from smart_products.signing.intervals import effective_end
from smart_products.signing.models import Subscription


@dataclass(frozen=True, slots=True)
class SubscriptionView:
    """A subscription with its effective end: the day its account closes or its product is retired ends it too."""

    public_id: UUID
    source: str
    code: str
    product_id: int
    account_id: int
    account_code: str
    start: date
    ended: date | None
    end_reason: str
    """The stated reason; empty where the account's or the product's end ended it."""

    def in_force(self, day: date) -> bool:
        """Return whether it is in force on a calendar day."""
        return self.start <= day and (self.ended is None or day < self.ended)


@remembered
def subscriptions_of(client_id: int) -> list[SubscriptionView]:
    """Return all subscriptions of a client, the newest first."""
    rows = Subscription.objects.filter(client_id=client_id).select_related("account", "product")
    return [_view(row) for row in rows.order_by("-start", "code")]


def _view(row: Subscription) -> SubscriptionView:
    ended = effective_end(row.start, row.end, row.account.closed_on, row.product.retired_on)
    return SubscriptionView(
        public_id=row.public_id,
        source=row.source,
        code=row.code,
        product_id=row.product_id,
        account_id=row.account_id,
        account_code=row.account.code,
        start=row.start,
        ended=ended,
        end_reason=row.end_reason if ended == row.end else "",
    )


def demo_clients(on: date) -> list[int]:
    """Return two clients with different stories, fewer where there are none.

    The first signed early and has several products in force; the second came lately, after something that ended.
    """
    live = Q(subscriptions__start__lte=on) & (Q(subscriptions__end=None) | Q(subscriptions__end__gt=on))
    people = Client.objects.annotate(
        held=Count("subscriptions", filter=live & Q(subscriptions__account__closed_on=None)),
        ever=Count("subscriptions"),
        first=Min("subscriptions__start"),
        since=Min("subscriptions__start", filter=live),
    )
    faithful = people.filter(held__gte=2).order_by("first", "-held", "code")
    newcomers = people.filter(held=1, ever__gte=2, since__gt=on - timedelta(days=240)).order_by("since", "code")
    chosen: list[int] = []
    for story in (faithful, newcomers, people.filter(held__gte=1).order_by("code")):
        found = story.exclude(pk__in=chosen).values_list("pk", flat=True).first()
        if found is not None and len(chosen) < 2:
            chosen.append(found)
    return chosen
