"""Reads of signing: contracts of a client, reasons to choose from, charges that wait for a value, rows set aside.

Never writes. Whose rows a person may see is asked of the querysets (`visible_to`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import AssetAccount, Client
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.catalogue.queries import UnknownTerms, frozen_terms, read_terms
from smart_products.catalogue.terms import Terms
from smart_products.signing.agreed import AgreedFee, AgreedPause, AgreedTerms
from smart_products.signing.fees import ALWAYS, Due, Span, due
from smart_products.signing.models import Contract, EndReasonNode, SetAside, SigningStep
from smart_products.signing.states import OPEN, BillingState, ContractState
from smart_products.signing.steps import Step
from smart_products.suitability.queries import decision_of


def terms_of(contract: Contract) -> AgreedTerms:
    """Return the terms that apply to a contract now: those that were signed, or those it was moved to last."""
    return applied_terms(contract)[-1][1]


def terms_on(contract: Contract, day: date) -> AgreedTerms:
    """Return the terms that applied to a contract on a day."""
    return next(terms for (since, _until), terms in reversed(applied_terms(contract)) if since <= day)


def applied_terms(contract: Contract) -> list[tuple[Span, AgreedTerms]]:
    """Return which terms applied to a contract on which days, the first from ever, the last until now."""
    # Few have been moved, and who was not is not asked for it.
    rows = [] if contract.other_terms_since is None else list(contract.applied.order_by("since", "pk"))
    begins = [ALWAYS[0], *(row.since for row in rows)]
    ends = [*(row.since for row in rows), None]
    said = [
        AgreedTerms.read(contract.terms_public_id, contract.terms_digest, contract.agreed),
        *(AgreedTerms.read(row.terms_public_id, row.terms_digest, row.agreed) for row in rows),
    ]
    return list(zip(zip(begins, ends, strict=True), said, strict=True))


def open_contract_of(client: Client, product: Product, account: AssetAccount) -> Contract | None:
    """Return the contract that is open for a client, product and account."""
    return Contract.objects.filter(client=client, product=product, account=account, state__in=OPEN).first()


def reasons_to_leave() -> QuerySet[EndReasonNode]:
    """Return the leaves of the tree of reasons that a client may choose, by code."""
    return EndReasonNode.objects.filter(active=True, for_clients=True).exclude(counts_as="")


def undecided() -> QuerySet[SetAside]:
    """Return the rows of feeds that wait for a person, the oldest first."""
    return SetAside.objects.filter(choice="").order_by("set_aside_at", "pk")


def billed() -> QuerySet[Contract]:
    """Return the contracts whose fees are not all charged for good."""
    return Contract.objects.filter(billing_state__in=[BillingState.CHARGING, BillingState.HELD])


def uncharged(contract: Contract, on: date) -> list[Due]:
    """Return what is due of a contract by a day and was not charged; nothing of one that was withdrawn."""
    if contract.state == ContractState.WITHDRAWN:
        return []
    spans = list(contract.spans.order_by("since").values_list("since", "until"))
    charged = list(contract.charges.values_list("fee", "first", "until"))
    found = [due(terms.fees, spans, contract.expires_on, on, within=days) for days, terms in applied_terms(contract)]
    return [
        one
        for one in chain.from_iterable(found)
        if not any(fee == one.fee.code and first < one.until and until > one.first for fee, first, until in charged)
    ]


def values_wanted(on: date) -> list[tuple[int, date, date]]:
    """Return for which account and half-open range of days a mean value is needed to charge what is due by a day."""
    return [
        (contract.account_id, one.first, one.until)
        for contract in billed().order_by("number")
        for one in uncharged(contract, on)
        if one.fee.basis == "share_of_assets"
    ]


def done_steps(contract: Contract) -> frozenset[str]:
    """Return the steps of a signing that are done."""
    done = SigningStep.objects.filter(contract=contract, done_at__isnull=False)
    return frozenset(done.values_list("step", flat=True))


def kept_steps(contract: Contract) -> dict[str, SigningStep]:
    """Return what is kept of a signing, by step: those that are done, and the paper that lies open."""
    return {row.step: row for row in SigningStep.objects.filter(contract=contract)}


def contract_of(client_id: int, public_id: UUID) -> Contract | None:
    """Return a client's contract by its public id."""
    found = Contract.objects.select_related("client", "product", "account", "subscription")
    return found.filter(client_id=client_id, public_id=public_id).first()


def contracts_of(client_id: int) -> list[Contract]:
    """Return the contracts of a client that were signed or can be gone on with, the latest first."""
    found = Contract.objects.select_related("product", "account", "subscription", "end_reason")
    found = found.filter(client_id=client_id)
    return list(found.exclude(state__in=[ContractState.ABANDONED, ContractState.REFUSED]).order_by("-opened_at", "-pk"))


def agreed_terms(contract: Contract) -> tuple[TermsVersion, Terms]:
    """Return the version a contract was opened on, and its terms. Raises UnknownTerms when it is another by digest."""
    version, terms = frozen_terms(contract.terms_public_id)
    if version.digest != contract.terms_digest:
        raise UnknownTerms(contract.terms_public_id)
    return version, terms


def agreed_in(version: TermsVersion) -> AgreedTerms:
    """Return the values of a version that a contract's life goes by."""
    terms = read_terms(version)
    names = ("code", "basis", "amount_fen", "rate_ppm", "period", "charged")
    return AgreedTerms(
        public_id=version.public_id,
        digest=version.digest,
        cooling_off_days=terms.cooling_off_days,
        pause=AgreedPause(terms.pause.allowed, terms.pause.longest_days, terms.pause.times_a_year),
        months=terms.duration.months,
        renewal=terms.duration.renewal,
        fees=tuple(AgreedFee(**{name: getattr(fee, name) for name in names}) for fee in terms.fees),
    )


def papers_of(contract: Contract) -> frozenset[str]:
    """Return the SHA-256 of every paper of a signing: those that were shown, and the sealed ones."""
    shown = SigningStep.objects.filter(contract=contract, document__isnull=False).values_list("document", flat=True)
    return frozenset(contract.papers) | frozenset(shown)


def read_steps(contract: Contract) -> list[SigningStep]:
    """Return the papers of a signing that the client acknowledged, in their order."""
    read = SigningStep.objects.filter(contract=contract, document__isnull=False, done_at__isnull=False)
    return list(read.order_by("done_at", "pk"))


def may_sign_from(contract: Contract) -> datetime:
    """Return when the hours to think end that terms or decision ask for, counted from the last paper that was read."""
    _, terms = agreed_terms(contract)
    decided = decision_of(contract.decision).thinking_hours if contract.decision else 0
    return thought_by(read_steps(contract), max(terms.thinking_hours, decided))


def thought_by(steps: Iterable[SigningStep], hours: int) -> datetime:
    """Return when so many hours to think end, counted from the last paper that was read."""
    papers = [step for step in steps if step.document_id is not None and step.step != Step.ESIGN_CONSENT]
    read = [step.done_at for step in papers if step.done_at is not None]
    return max(read, default=datetime.fromtimestamp(0, UTC)) + timedelta(hours=hours)
