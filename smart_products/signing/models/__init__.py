"""The tables of signing: one door to what stands in this package."""

from __future__ import annotations

from smart_products.signing.models.subscriptions import Subscription

__all__ = ["Subscription"]
