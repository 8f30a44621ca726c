"""The tables of signing: one door to what stands in this package."""

from __future__ import annotations

from smart_products.signing.models.aside import (
    AsideChoice,
    AsideReason,
    SetAside,
)
from smart_products.signing.models.charges import (
    Charge,
    Refund,
    SettlementExport,
)
from smart_products.signing.models.contracts import (
    Contract,
    EndReasonNode,
    Pause,
    ServiceSpan,
)
from smart_products.signing.models.documents import (
    Document,
    EvidenceHead,
    EvidenceRecord,
    EvidenceStamp,
)
from smart_products.signing.models.rematches import (
    Rematch,
    RematchState,
)
from smart_products.signing.models.steps import SigningStep
from smart_products.signing.models.subscriptions import (
    Subscription,
)
from smart_products.signing.models.terms_moves import (
    AppliedTerms,
    TermsMove,
    TermsMoveRow,
)

__all__ = [
    "AppliedTerms",
    "AsideChoice",
    "AsideReason",
    "Charge",
    "Contract",
    "Document",
    "EndReasonNode",
    "EvidenceHead",
    "EvidenceRecord",
    "EvidenceStamp",
    "Pause",
    "Refund",
    "Rematch",
    "RematchState",
    "ServiceSpan",
    "SetAside",
    "SettlementExport",
    "SigningStep",
    "Subscription",
    "TermsMove",
    "TermsMoveRow",
]
