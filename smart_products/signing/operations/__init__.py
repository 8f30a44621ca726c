"""The writes of signing: one door to what stands in this package.

Each operation takes `by=` and `at=`, writes one audit row in its transaction, and either
does all of its work or none.
"""

from __future__ import annotations

from smart_products.signing.operations.documents import store_document
from smart_products.signing.operations.evidence import (
    EvidenceExists,
    HeadContradicts,
    append_evidence,
    export_evidence,
    restamp_due,
    seal_head,
)
from smart_products.signing.operations.merging import (
    OverlappingSubscriptions,
    SubscriptionRow,
    merge_subscriptions,
)

__all__ = [
    "EvidenceExists",
    "HeadContradicts",
    "OverlappingSubscriptions",
    "SubscriptionRow",
    "append_evidence",
    "export_evidence",
    "merge_subscriptions",
    "restamp_due",
    "seal_head",
    "store_document",
]
