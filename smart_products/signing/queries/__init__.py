"""Reads of signing: one door to what stands in this package. Never writes."""

from __future__ import annotations

from smart_products.signing.queries.subscriptions import SubscriptionView, demo_clients, subscriptions_of

__all__ = ["SubscriptionView", "demo_clients", "subscriptions_of"]
