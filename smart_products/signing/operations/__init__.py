"""The writes of signing: one door to what stands in this package.

Each operation takes `by=` and `at=`, writes one audit row in its transaction, and either
does all of its work or none.
"""

from __future__ import annotations

from smart_products.signing.operations.merging import (
    OverlappingSubscriptions,
    SubscriptionRow,
    merge_subscriptions,
)

__all__ = ["OverlappingSubscriptions", "SubscriptionRow", "merge_subscriptions"]
