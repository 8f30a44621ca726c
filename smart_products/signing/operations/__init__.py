"""The writes of signing: one door to what stands in this package.

Each operation takes `by=` and `at=`, writes one audit row in its transaction, and either
does all of its work or none.
"""

from __future__ import annotations

from smart_products.signing.operations.charging import charge_due
from smart_products.signing.operations.deciding import AlreadyDecided, CanNotTake, decide_aside
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
from smart_products.signing.operations.moving import LifeError
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
from smart_products.signing.operations.settling import (
    ExportChanged,
    NotThatExport,
    confirm_export,
    export_charges,
    write_export,
)

__all__ = [
    "AlreadyDecided",
    "AlreadyOpen",
    "AlreadySubscribed",
    "CanNotTake",
    "CoolingOffOver",
    "ExportChanged",
    "LifeError",
    "NoRenewal",
    "NoSuchReason",
    "NotReady",
    "NotThatExport",
    "NotTheirs",
    "OverlappingSubscriptions",
    "PauseRefused",
    "ProductGone",
    "SubscriptionRow",
    "abandon",
    "abandon_stale",
    "charge_due",
    "complete_signing",
    "confirm_export",
    "decide_aside",
    "end_cooling_off",
    "end_orphaned",
    "expire_due",
    "export_charges",
    "merge_subscriptions",
    "open_contract",
    "pause",
    "record_match",
    "record_warning",
    "release",
    "renew",
    "resume",
    "resume_due",
    "start_service",
    "suspend",
    "tell_expiring",
    "terminate",
    "withdraw",
    "write_export",
]
