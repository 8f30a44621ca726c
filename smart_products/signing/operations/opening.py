"""Writes of signing up to the signature: a contract is opened, matched, warned of, signed, or given up.

The order of the steps is held by the table of moves and by the database; what makes a proof (papers, codes, seals) is
brought by the caller as digests. A signature makes the `Subscription` of source `here` in the same transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Q
from psycopg.errors import Diagnostic, LockNotAvailable

from accounts.models import AssetAccount, Client
from accounts.rules import HERE
from core.actor import Actor
from core.calendar import add_working_days
from smart_products.catalogue.models import Product
from smart_products.signing.agreed import AgreedTerms, ends_before
from smart_products.signing.models import Contract, Subscription
from smart_products.signing.operations.life import hand_over
from smart_products.signing.operations.moving import LifeError, each, locked, move, note, numbers, tell
from smart_products.signing.queries import terms_of
from smart_products.signing.states import (
    IN_FORCE,
    OPEN,
    UNSIGNED,
    ContractState,
    IllegalMove,
    MatchOutcome,
)

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of a contract's number: none that a person mistakes for another."""
PATIENCE = "500ms"
"""Less than PostgreSQL waits before it looks for a deadlock."""


class AlreadyOpen(LifeError):
    """The client has begun to sign this product over this account: go on with that contract."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        super().__init__(f"contract {contract.number} is open for this client, product and account")


class AlreadySubscribed(LifeError):
    """The product is in force for this client and account, signed here or elsewhere."""


class NotTheirs(LifeError):
    """The account belongs to somebody else, or is closed."""


class ProductGone(LifeError):
    """The product is retired."""


class NotReady(LifeError):
    """A step that must come before the signature is missing: decision, warning, or papers."""


@transaction.atomic
def open_contract(
    *,
    client: Client,
    product: Product,
    account: AssetAccount,
    terms: AgreedTerms,
    follows: Contract | None = None,
    on: date,
    by: Actor,
    at: datetime,
) -> Contract:
    """Begin a contract over an account of the client's, or one that takes the place of another on its signature.

    Of any number of calls at once exactly one succeeds. Raises AlreadyOpen, AlreadySubscribed (also for a subscription
    of a feed), NotTheirs and ProductGone.
    """
    contract = Contract(
        number=f"{on:%Y%m%d}-{''.join(secrets.choice(LETTERS) for _ in range(8))}",
        client=client,
        product=product,
        account=account,
        follows=follows,
        terms_public_id=terms.public_id,
        terms_digest=terms.digest,
        agreed=terms.values(),
        opened_at=at,
    )
    _refuse(contract, on)
    try:
        with transaction.atomic():
            contract.save()
    except IntegrityError as error:
        if _violated(error) not in {"contract_open_once", "contract_followed_once"}:
            raise
        same = Contract.objects.filter(
            client=client, product=product, account=account, follows=follows, state__in=OPEN
        ).first()
        if same is not None and same.state in UNSIGNED:
            raise AlreadyOpen(same) from error
        raise AlreadySubscribed("the client has just signed this product over this account") from error
    note("open_contract", contract, by=by, at=at, product=product.code, terms=terms.digest)
    return contract


@transaction.atomic
def record_match(*, contract: Contract, decision_id: UUID, outcome: MatchOutcome, by: Actor, at: datetime) -> Contract:
    """Keep what the decision on suitability said, by its public id; it may be taken anew until the client signs.

    A refusal ends the contract. Raises IllegalMove once it is signed or ended.
    """
    held = locked(contract)
    match(held, decision_id, outcome, by, at)
    return held


def match(held: Contract, decision_id: UUID, outcome: MatchOutcome, by: Actor, at: datetime) -> None:
    """Do what `record_match` does, with a locked contract and in the caller's transaction."""
    held.decision, held.outcome, held.warned_at = decision_id, outcome, None
    new = ContractState.REFUSED if outcome == MatchOutcome.REFUSED else ContractState.MATCHED
    if held.state == new == ContractState.MATCHED:
        held.save()
    else:
        move(held, new, on=at.date())
    note("record_match", held, by=by, at=at, decision=str(decision_id), outcome=outcome)


@transaction.atomic
def record_warning(*, contract: Contract, by: Actor, at: datetime) -> Contract:
    """Keep that the client acknowledged the special warning. Raises NotReady where the decision asked for none."""
    held = locked(contract)
    warn(held, by, at)
    return held


def warn(held: Contract, by: Actor, at: datetime) -> None:
    """Do what `record_warning` does, with a locked contract and in the caller's transaction."""
    if held.outcome != MatchOutcome.WARNING:
        raise NotReady("the decision asks for no warning")
    move(held, ContractState.WARNED, on=at.date(), warned_at=at)
    note("record_warning", held, by=by, at=at)


@transaction.atomic
def complete_signing(
    *,
    contract: Contract,
    papers: Sequence[str],
    signature: str,
    on: date,
    start: bool = True,
    by: Actor,
    at: datetime,
) -> Contract:
    """Sign: the contract is in force from the Shanghai date `on`, with its subscription of source `here`.

    `papers` are the SHA-256 of the signed documents, `signature` names the proof of it. With `start` the service starts
    at once; a contract that this one follows ends. Raises NotReady, AlreadySubscribed, NotTheirs, ProductGone and
    IllegalMove.
    """
    held = locked(contract)
    complete(held, papers=papers, signature=signature, on=on, start=start, by=by, at=at)
    return held


def complete(
    held: Contract,
    *,
    papers: Sequence[str],
    signature: str,
    on: date,
    start: bool = True,
    by: Actor,
    at: datetime,
) -> None:
    """Do what `complete_signing` does, with a locked contract and in the caller's transaction."""
    if held.state in IN_FORCE:
        raise AlreadySubscribed(f"contract {held.number} is signed")
    if held.state not in UNSIGNED:
        raise IllegalMove(ContractState(held.state), ContractState.SIGNED)
    _refuse(held, on)
    if held.outcome == MatchOutcome.WARNING and held.state != ContractState.WARNED:
        raise NotReady("the special warning is not acknowledged")
    if held.decision is None or not papers or not signature:
        raise NotReady("there is no signature without decision, papers and proof")
    terms = terms_of(held)
    facts: dict[str, Any] = {"signed_at": at, "signed_on": on, "papers": list(papers), "signature": signature}
    if terms.cooling_off_days:
        facts["cooling_off_until"] = add_working_days(on, terms.cooling_off_days)
    if terms.months is not None:
        facts["expires_on"] = ends_before(on, terms.months)
    if held.follows is not None:
        hand_over(held.follows, held, on, by, at)
    move(held, ContractState.SIGNED, on=on, subscription=_subscribe(held, on, at), **facts)
    tell(
        "signed", held, on=on, by=by, at=at,
        account=str(held.account.public_id), terms=held.terms_digest, signature=signature,
        cooling_off_until=held.cooling_off_until, expires_on=held.expires_on,
    )  # fmt: skip
    if start:
        _start(held, on)


@transaction.atomic
def start_service(*, contract: Contract, on: date, by: Actor, at: datetime) -> Contract:
    """Start the service of a signed contract: cooling off while that lasts, else in force."""
    held = locked(contract)
    if held.state != ContractState.SIGNED:
        raise IllegalMove(ContractState(held.state), ContractState.ACTIVE)
    _start(held, on)
    note("start_service", held, by=by, at=at, on=on)
    return held


@transaction.atomic
def abandon(*, contract: Contract, by: Actor, at: datetime) -> Contract:
    """Give up a contract that was never signed."""
    held = locked(contract)
    move(held, ContractState.ABANDONED, on=at.date())
    note("abandon", held, by=by, at=at)
    return held


def abandon_stale(*, before: datetime, by: Actor, at: datetime) -> tuple[str, ...]:
    """Give up every contract opened before a time and not signed since; return the numbers."""
    stale = Contract.objects.filter(state__in=UNSIGNED, opened_at__lt=before)
    return numbers([abandon(contract=one, by=by, at=at) for one in each(stale)])


def _start(contract: Contract, on: date) -> None:
    """Move a signed contract on."""
    cooling = contract.cooling_off_until is not None and on <= contract.cooling_off_until
    move(contract, ContractState.COOLING_OFF if cooling else ContractState.ACTIVE, on=on, effective_on=on)


def _refuse(contract: Contract, on: date) -> None:
    """Raise what stands against signing on a day."""
    client, product, account = contract.client, contract.product, contract.account
    if account.client_id != client.pk or (account.closed_on is not None and account.closed_on <= on):
        raise NotTheirs(f"account {account.code} is not open for client {client.code}")
    if product.retired_on is not None and product.retired_on <= on:
        raise ProductGone(f"product {product.code} is retired")
    same = Subscription.objects.filter(client=client, product=product, account=account)
    if contract.follows is not None:  # ends with the signature
        same = same.exclude(contract=contract.follows)
    if same.filter(Q(end=None) | Q(end__gt=on)).exists():
        raise AlreadySubscribed(f"client {client.code} has signed {product.code} over account {account.code}")


def _subscribe(contract: Contract, on: date, at: datetime) -> Subscription:
    """Make the subscription of a contract; the database judges overlaps.

    One that a merge has written and not committed yet is not waited for: the merge may wait for us.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = %s", [PATIENCE])
            made = Subscription.objects.create(
                source=HERE,
                code=contract.number,
                client=contract.client,
                product=contract.product,
                account=contract.account,
                start=on,
                recorded_at=at,
            )
            cursor.execute("SET LOCAL lock_timeout = DEFAULT")
            return made
    except IntegrityError as error:
        if _violated(error) != "subscription_no_overlap":
            raise
        raise AlreadySubscribed("a feed has just told of the same subscription") from error
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise AlreadySubscribed("a feed is just telling of the same subscription") from error


def _violated(error: IntegrityError) -> str | None:
    """Return the constraint that an error names."""
    told: Diagnostic | None = getattr(error.__cause__, "diag", None)
    return told.constraint_name if told is not None else None
