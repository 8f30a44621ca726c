"""The reads of signing: one door to what stands in this package."""

from __future__ import annotations

from smart_products.signing.queries.contracts import (
    billed,
    done_steps,
    open_contract_of,
    reasons_to_leave,
    terms_of,
    uncharged,
    undecided,
    values_wanted,
)
from smart_products.signing.queries.evidence import (
    EvidenceView,
    UnknownEvidence,
    evidence_list,
    read_document,
)
from smart_products.signing.queries.subscriptions import (
    SubscriptionView,
    demo_clients,
    subscriptions_of,
)

__all__ = [
    "EvidenceView",
    "SubscriptionView",
    "UnknownEvidence",
    "billed",
    "demo_clients",
    "done_steps",
    "evidence_list",
    "open_contract_of",
    "read_document",
    "reasons_to_leave",
    "subscriptions_of",
    "terms_of",
    "uncharged",
    "undecided",
    "values_wanted",
]
