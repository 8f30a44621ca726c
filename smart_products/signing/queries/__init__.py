"""Reads of signing: one door to what stands in this package. Never writes."""

from __future__ import annotations

from smart_products.signing.queries.contracts import (
    billed,
    open_contract_of,
    reasons_to_leave,
    terms_of,
    uncharged,
    undecided,
    values_wanted,
)
from smart_products.signing.queries.subscriptions import SubscriptionView, demo_clients, subscriptions_of

__all__ = [
    "SubscriptionView",
    "billed",
    "demo_clients",
    "open_contract_of",
    "reasons_to_leave",
    "subscriptions_of",
    "terms_of",
    "uncharged",
    "undecided",
    "values_wanted",
]
