"""Records of signing: contracts and what belongs to them, what feeds told, charges, proofs. To read alone.

Proof is read by who proves and checks; what was set aside is decided on its own page, and nothing here changes a
contract. Rows without a public id are named by their contract's and the day or step that makes them unique.
"""

from __future__ import annotations

from accounts.roles import Area, Field
from backoffice.admin.records import Records
from backoffice.admin.scopes import OfClients, OfHouse
from smart_products.signing.models import (
    AppliedTerms,
    Charge,
    Contract,
    Document,
    EndReasonNode,
    EvidenceHead,
    EvidenceRecord,
    EvidenceStamp,
    Pause,
    Refund,
    Rematch,
    ServiceSpan,
    SetAside,
    SettlementExport,
    SigningStep,
    Subscription,
    TermsMove,
    TermsMoveRow,
)

OF_CONTRACT = OfClients("contract__client")
TERMS, PROOF, FEEDS = OfHouse(Area.TERMS), OfHouse(Area.AUDIT), OfHouse(Area.FEEDS)


class Contracts(Records):
    """Contracts made here."""

    model = Contract
    scope = OfClients()
    listed = ("number", "client", "product", "account", "state", "signed_on", "ended_on")
    filtered = ("state", "service_state", "billing_state", "outcome")
    searched = ("number",)
    ordering = ("-pk",)


class Subscriptions(Records):
    """Subscriptions, ours and of feeds."""

    model = Subscription
    scope = OfClients()
    listed = ("source", "code", "client", "product", "account", "start", "end", "end_reason")
    filtered = ("end_reason", "inferred")
    searched = ("code",)
    ordering = ("-pk",)


class Pauses(Records):
    """Pauses of contracts."""

    model = Pause
    scope = OF_CONTRACT
    listed = ("contract", "since", "until", "ended_on")
    ordering = ("-pk",)


class ServiceSpans(Records):
    """Days of service."""

    model = ServiceSpan
    scope = OF_CONTRACT
    listed = ("contract", "since", "until")
    ordering = ("-pk",)


class Rematches(Records):
    """Contracts that no longer match as they did."""

    model = Rematch
    scope = OF_CONTRACT
    listed = ("contract", "asked_at", "cause", "outcome", "state", "confirm_until")
    filtered = ("state", "outcome")
    ordering = ("-pk",)


class SigningSteps(Records):
    """Steps of signings: what was shown, and confirmed when."""

    model = SigningStep
    scope = OF_CONTRACT
    listed = ("contract", "step", "language", "shown_at", "done_at")
    key = ("contract__public_id", "step")
    hidden = frozenset({"session"})
    covers = {"device": Field.PAPERS, "address": Field.PAPERS}
    filtered = ("step",)
    ordering = ("-pk",)


class SetAsides(Records):
    """Rows of feeds that were set aside."""

    model = SetAside
    scope = OfClients()
    listed = ("source", "code", "client", "contract", "start", "choice", "decided_by")
    key = ("source", "code")
    filtered = ("reason", "choice")
    searched = ("code",)
    ordering = ("-pk",)


class TermsMoves(Records):
    """Moves of contracts to other terms."""

    model = TermsMove
    scope = TERMS
    listed = ("product", "state", "planned_at", "planned_by", "confirmed_by")
    called = "public_id"
    filtered = ("state",)
    ordering = ("-pk",)


class TermsMoveRows(Records):
    """Contracts in a move to other terms."""

    model = TermsMoveRow
    scope = OF_CONTRACT
    listed = ("contract", "outcome", "told_at", "due_on", "settled_at")
    key = ("move__public_id", "contract__public_id")
    called = "outcome"
    filtered = ("outcome",)
    ordering = ("-pk",)


class AppliedTermsOf(Records):
    """Terms that apply to a contract instead of those signed."""

    model = AppliedTerms
    scope = OF_CONTRACT
    listed = ("contract", "since", "at")
    key = ("contract__public_id", "since", "row__move__public_id")
    ordering = ("-pk",)


class Charges(Records):
    """Charges."""

    model = Charge
    scope = OF_CONTRACT
    listed = ("key", "contract", "fee", "first", "until", "amount_fen")
    key = ("key",)
    searched = ("key",)
    ordering = ("-pk",)


class Refunds(Records):
    """Refunds."""

    model = Refund
    scope = OfClients("charge__contract__client")
    listed = ("charge", "amount_fen", "business_date", "at")
    key = ("charge__key",)
    ordering = ("-pk",)


class SettlementExports(Records):
    """Files of instructions for settlement."""

    model = SettlementExport
    scope = FEEDS
    listed = ("number", "business_date", "charges", "charged_fen", "refunds", "refunded_fen", "confirmed_by")
    key = ("number",)
    searched = ("sha256",)
    ordering = ("-number",)


class EndReasons(Records):
    """Reasons of an end."""

    model = EndReasonNode
    scope = TERMS
    listed = ("code", "name", "name_en", "counts_as", "for_clients", "active")
    key = ("code",)
    filtered = ("counts_as", "for_clients", "active")
    searched = ("code", "name")
    ordering = ("code",)


class Documents(Records):
    """Papers, packs, stamps and certificates by their hash; the bytes are given out elsewhere."""

    model = Document
    scope = PROOF
    listed = ("sha256", "kind", "media_type", "size", "stored_at")
    key = ("sha256",)
    searched = ("sha256", "kind")
    ordering = ("-stored_at", "sha256")


class EvidenceRecords(Records):
    """Links of the chain of evidence."""

    model = EvidenceRecord
    scope = PROOF
    listed = ("position", "subscription_code", "at", "time_stamped", "proof_until")
    key = ("subscription_code",)
    filtered = ("time_stamped",)
    searched = ("subscription_code", "digest")
    ordering = ("-position",)


class EvidenceHeads(Records):
    """Sealed heads of that chain."""

    model = EvidenceHead
    scope = PROOF
    listed = ("day", "position", "at")
    key = ("day",)
    ordering = ("-day",)


class EvidenceStamps(Records):
    """Stamps of later years."""

    model = EvidenceStamp
    scope = PROOF
    listed = ("record", "number", "at", "proof_until")
    key = ("record__subscription_code", "number")
    ordering = ("-pk",)


RECORDS = (
    *(Contracts, Subscriptions, Pauses, ServiceSpans, Rematches, SigningSteps, SetAsides),
    *(TermsMoves, TermsMoveRows, AppliedTermsOf, Charges, Refunds, SettlementExports, EndReasons),
    *(EvidenceRecords, EvidenceHeads, EvidenceStamps, Documents),
)
