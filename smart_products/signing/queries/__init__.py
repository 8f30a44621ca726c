"""The reads of signing: one door to what stands in this package."""

from __future__ import annotations

from smart_products.signing.queries.asides import asides
from smart_products.signing.queries.contracts import (
    agreed_in,
    agreed_terms,
    applied_terms,
    billed,
    contract_of,
    contracts_of,
    done_steps,
    kept_steps,
    may_sign_from,
    open_contract_of,
    papers_of,
    read_steps,
    reasons_to_leave,
    terms_of,
    terms_on,
    thought_by,
    uncharged,
    undecided,
    values_wanted,
)
from smart_products.signing.queries.evidence import (
    EvidenceView,
    UnknownEvidence,
    evidence_list,
    evidence_of,
    read_document,
    unsealed_evidence,
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
    "agreed_in",
    "agreed_terms",
    "applied_terms",
    "asides",
    "billed",
    "contract_of",
    "contracts_of",
    "demo_clients",
    "done_steps",
    "evidence_list",
    "evidence_of",
    "kept_steps",
    "may_sign_from",
    "open_contract_of",
    "papers_of",
    "read_document",
    "read_steps",
    "reasons_to_leave",
    "subscriptions_of",
    "terms_of",
    "terms_on",
    "thought_by",
    "uncharged",
    "undecided",
    "unsealed_evidence",
    "values_wanted",
]
