"""The writes of signing: one door to what stands in this package.

Each operation takes `by=` and `at=`, writes one audit row in its transaction, and either
does all of its work or none.
"""

from __future__ import annotations

from smart_products.signing.operations.charging import (
    charge_due,
)
from smart_products.signing.operations.deciding import (
    AlreadyDecided,
    CanNotTake,
    decide_aside,
)
from smart_products.signing.operations.documents import (
    store_document,
)
from smart_products.signing.operations.evidence import (
    EvidenceExists,
    append_evidence,
    export_evidence,
    restamp_due,
    seal_head,
)
from smart_products.signing.operations.life import (
    CoolingOffOver,
    NoRenewal,
    NoSuchReason,
    PauseRefused,
    end_cooling_off,
    end_orphaned,
    expire_due,
    pause,
    release,
    renew,
    resume,
    resume_due,
    suspend,
    tell_expiring,
    terminate,
    withdraw,
)
from smart_products.signing.operations.merging import (
    OverlappingSubscriptions,
    SubscriptionRow,
    merge_subscriptions,
)
from smart_products.signing.operations.moving import (
    LifeError,
)
from smart_products.signing.operations.opening import (
    AlreadyOpen,
    AlreadySubscribed,
    NotReady,
    NotTheirs,
    ProductGone,
    abandon,
    abandon_stale,
    complete_signing,
    open_contract,
    record_match,
    record_warning,
    start_service,
)
from smart_products.signing.operations.rematching import (
    NothingToConfirm,
    Rematched,
    confirm_rematch,
    rematch,
)
from smart_products.signing.operations.settling import (
    ExportChanged,
    NotThatExport,
    confirm_export,
    export_charges,
    write_export,
)
from smart_products.signing.operations.signature import (
    ConsentWithdrawn,
    LoginAgain,
    Signature,
    StandingChanged,
    ThinkFirst,
    request_signing_code,
    sign,
)
from smart_products.signing.operations.stepping import (
    NothingToSign,
    NotOffered,
    NotTheClient,
    ProgramRefused,
    Shown,
    acknowledge_paper,
    begin_signing,
    begin_signing_again,
    decide_match,
    give_up_signing,
    show_paper,
)
from smart_products.signing.operations.terms_moves import (
    MoveOpen,
    NotNow,
    cancel_terms_move,
    confirm_terms_move,
    plan_terms_move,
    run_terms_move,
    run_terms_moves,
)

__all__ = [
    "AlreadyDecided",
    "AlreadyOpen",
    "AlreadySubscribed",
    "CanNotTake",
    "ConsentWithdrawn",
    "CoolingOffOver",
    "EvidenceExists",
    "ExportChanged",
    "LifeError",
    "LoginAgain",
    "MoveOpen",
    "NoRenewal",
    "NoSuchReason",
    "NotNow",
    "NotOffered",
    "NotReady",
    "NotThatExport",
    "NotTheClient",
    "NotTheirs",
    "NothingToConfirm",
    "NothingToSign",
    "OverlappingSubscriptions",
    "PauseRefused",
    "ProductGone",
    "ProgramRefused",
    "Rematched",
    "Shown",
    "Signature",
    "StandingChanged",
    "SubscriptionRow",
    "ThinkFirst",
    "abandon",
    "abandon_stale",
    "acknowledge_paper",
    "append_evidence",
    "begin_signing",
    "begin_signing_again",
    "cancel_terms_move",
    "charge_due",
    "complete_signing",
    "confirm_export",
    "confirm_rematch",
    "confirm_terms_move",
    "decide_aside",
    "decide_match",
    "end_cooling_off",
    "end_orphaned",
    "expire_due",
    "export_charges",
    "export_evidence",
    "give_up_signing",
    "merge_subscriptions",
    "open_contract",
    "pause",
    "plan_terms_move",
    "record_match",
    "record_warning",
    "release",
    "rematch",
    "renew",
    "request_signing_code",
    "restamp_due",
    "resume",
    "resume_due",
    "run_terms_move",
    "run_terms_moves",
    "seal_head",
    "show_paper",
    "sign",
    "start_service",
    "store_document",
    "suspend",
    "tell_expiring",
    "terminate",
    "withdraw",
    "write_export",
]
