"""The one way in which a contract changes its state, and what is told of it.

Owns the row lock, the three states that move together, the spans of service, and the record of a move: an audit row
and an outbox event in the same transaction. Never decides whether a move makes sense: the operations that call it do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from accounts.concerns import concern_of, record_about
from core.actor import Actor
from core.outbox import emit
from smart_products.catalogue.models import ProductVersion
from smart_products.catalogue.queries import effective_versions
from smart_products.signing.models import Contract, ServiceSpan
from smart_products.signing.queries import applied_terms
from smart_products.signing.states import ENDED, SERVICE_IN, BillingState, ContractState, ServiceState, check_move


class LifeError(ValueError):
    """What was asked of a contract is refused; nothing was changed."""


def is_priced(contract: Contract) -> bool:
    """Return whether a contract has a fee at all, or had one under other terms."""
    return any(fee.basis != "free" for _days, terms in applied_terms(contract) for fee in terms.fees)


def locked(contract: Contract) -> Contract:
    """Return the contract as it stands, under a row lock."""
    rows = Contract.objects.select_for_update(of=("self",)).select_related("client__outlet", "product", "account")
    return rows.get(pk=contract.pk)


def each(contracts: QuerySet[Contract]) -> Iterator[Contract]:
    """Yield contracts by number, of those that met a condition when this began."""
    for key in list(contracts.order_by("number").values_list("pk", flat=True)):
        yield Contract.objects.get(pk=key)


def move(contract: Contract, new: ContractState, *, on: date, **fields: Any) -> None:
    """Move a locked contract with its service and billing, set `fields`, and save it. Raises IllegalMove."""
    check_move(ContractState(contract.state), new)
    ran = contract.service_state == ServiceState.RUNNING
    contract.state = new
    contract.service_state = SERVICE_IN[new]
    contract.billing_state = _billing(contract)
    for name, value in fields.items():
        setattr(contract, name, value)
    contract.save()
    if ran != (contract.service_state == ServiceState.RUNNING):
        _follow(contract, on)


def tell(kind: str, contract: Contract, *, on: date, by: Actor, at: datetime, **more: Any) -> None:
    """Write the audit row of a move and the event for others."""
    details = {"product": contract.product.code, "state": contract.state, "on": on, **more}
    record_about(contract.client, action=kind, subject=("contract", contract.number), details=details, by=by, at=at)
    who = {"client": str(contract.client.public_id), "contract": contract.number}
    payload = {**who, "names": _names(contract), **details}
    emit(
        kind=kind, subject_kind="contract", subject_key=contract.number, business_date=on, payload=payload,
        place=concern_of(contract.client).place, at=at,
    )  # fmt: skip


def note(action: str, contract: Contract, *, by: Actor, at: datetime, **details: Any) -> None:
    """Write the audit row of a step that nobody else needs to hear of."""
    record_about(contract.client, action=action, subject=("contract", contract.number), details=details, by=by, at=at)


def numbers(contracts: Iterable[Contract]) -> tuple[str, ...]:
    """Return the numbers of contracts, in order."""
    return tuple(one.number for one in contracts)


def _names(contract: Contract) -> dict[str, str]:
    """Return the product's names by language, as its latest version has them."""
    versions = effective_versions(ProductVersion.objects.filter(product=contract.product)).get(contract.product_id, [])
    return {"zh": versions[-1].name, "en": versions[-1].name_en} if versions else {}


def _billing(contract: Contract) -> BillingState:
    """Return the billing that follows from the service; what is priced is closed by the last charge alone."""
    now = BillingState(contract.billing_state)
    if not is_priced(contract):
        return BillingState.CLOSED if contract.state in ENDED else now
    if contract.service_state == ServiceState.RUNNING:
        return BillingState.CHARGING
    if contract.service_state in {ServiceState.PAUSED, ServiceState.SUSPENDED}:
        return BillingState.HELD
    return BillingState.CLOSED if contract.state in ENDED and now == BillingState.IDLE else now


def _follow(contract: Contract, on: date) -> None:
    """Open the span of service that a move begins, or close the one that it ends."""
    if contract.service_state == ServiceState.RUNNING:
        ServiceSpan.objects.create(contract=contract, since=on)
        return
    span = ServiceSpan.objects.filter(contract=contract, until=None).first()
    if span is not None:
        span.until = max(on, span.since)
        span.save()
