"""Reads of signing: contracts of a client, reasons to choose from, charges that wait for a value, rows set aside.

Never writes. Whose rows a person may see is asked of the querysets (`visible_to`).
"""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from accounts.models import AssetAccount, Client
from smart_products.catalogue.models import Product
from smart_products.signing.agreed import AgreedTerms
from smart_products.signing.fees import Due, due
from smart_products.signing.models import Contract, EndReasonNode, SetAside
from smart_products.signing.states import OPEN, BillingState, ContractState


def terms_of(contract: Contract) -> AgreedTerms:
    """Return what was agreed on in a contract."""
    return AgreedTerms.read(contract.terms_public_id, contract.terms_digest, contract.agreed)


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
    found = due(terms_of(contract).fees, spans, contract.expires_on, on)
    return [
        one
        for one in found
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
