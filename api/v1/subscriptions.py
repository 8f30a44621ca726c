"""Subscriptions of one's clients: what was signed, here or elsewhere, what became of it, and the proof."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from pydantic import Field
from rest_framework.request import Request

from accounts.concerns import record_client_read
from accounts.masking import reads_in_full, roles_at
from accounts.roles import Area
from accounts.roles import Field as Covered
from api.asked import CODE, Day, NodeCode, UnitCode
from api.files import FileResource, file, gives
from api.pages import Paged, note_list, page
from api.places import path_of_unit
from api.problems import Refused
from api.resource import Resource, answered, says
from core import clock
from core.queries import events_about
from screens.plain.events import KINDS
from screens.plain.shape import Shape
from smart_products.signing import models
from smart_products.signing.intervals import effective_end
from smart_products.signing.operations import export_evidence
from smart_products.signing.queries import evidence_of
from smart_products.signing.queries.lists import chosen, subscriptions_for
from smart_products.signing.seals.configured import sealer

TAG = "subscriptions"
ORDER = ("-start", "-source", "-code")
PACK = "application/octet-stream"


class SubscriptionsQuery(Paged):
    """Which subscriptions."""

    product: NodeCode | None = Field(None, description="Code of a product.")
    unit: UnitCode | None = Field(None, description="Code of a unit: of the clients there now, and below.")
    client: UUID | None = None
    source: str | None = Field(
        None, max_length=CODE, examples=["core"], description="`here` for those that were signed here."
    )
    in_force_on: Day | None = Field(None, description="Those in force on this day alone.")


class ContractOf(Shape):
    """The contract of a subscription that was signed here."""

    id: UUID
    number: str
    state: str
    service: str
    terms: UUID = Field(description="The version of terms that was signed.")
    signed_at: datetime | None
    cooling_off_until: date | None
    expires_on: date | None
    end_reason: str | None


class Subscription(Shape):
    """A client signs a product over an account, from `start` until before `end`."""

    id: UUID
    source: str
    code: str
    client: UUID
    outlet: str | None
    product: str
    account: str
    start: date
    end: date | None = Field(description="The end that holds: a closed account or a retired product ends it too.")
    end_reason: str | None
    inferred: bool = Field(description="Whether its end was inferred from its absence in a feed.")
    contract: ContractOf | None


class Subscriptions(Shape):
    """Subscriptions, the latest first."""

    data: list[Subscription]
    next: str | None


class Move(Shape):
    """Something that happened to a contract, of the kinds of the log of events."""

    kind: str
    on: date
    at: datetime


class Proof(Shape):
    """Where the proof of a signature stands in the chain of evidence."""

    position: int
    at: datetime
    pack_sha256: str
    time_stamped: bool
    proof_until: datetime


class SubscriptionWhole(Subscription):
    """A subscription with what happened to it, and its proof."""

    moves: list[Move]
    evidence: Proof | None


class All(Resource):
    """The subscriptions of one's clients."""

    area = Area.CLIENTS

    @says("subscriptions_list", Subscriptions, query=SubscriptionsQuery, tag=TAG)
    def get(self, request: Request) -> HttpResponse:
        """List subscriptions, the latest first."""
        asked = self.query(request, SubscriptionsQuery)
        path = path_of_unit(request.user, asked.unit)
        found = chosen(
            subscriptions_for(request.user),
            product=asked.product,
            path=path,
            client=asked.client,
            source=asked.source,
            on=asked.in_force_on,
        )
        rows, following = page(found, ORDER, asked)
        note_list(request, "subscriptions", asked, len(rows), path or "")
        return answered(request, Subscriptions(data=[Subscription(**_told(one)) for one in rows], next=following))


class One(Resource):
    """A subscription of one of one's clients."""

    area = Area.CLIENTS

    @says("subscription_read", SubscriptionWhole, tag=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read a subscription with what happened to it, and where its proof stands."""
        held = _called(request, public_id)
        contract = _contract(held)
        link = evidence_of(held.code) if contract is not None else None
        moves = events_about("contract", contract.number, kinds=KINDS) if contract is not None else []
        record_client_read(held.client, details={"subscription": held.code}, by=self.actor(request), at=clock.now())
        told = SubscriptionWhole(
            **_told(held),
            moves=[Move(kind=one.kind, on=one.business_date, at=one.at) for one in moves],
            evidence=None if link is None else _proof(link),
        )
        return answered(request, told)


class Evidence(FileResource):
    """The pack of evidence of a subscription that was signed here."""

    area = Area.CLIENTS

    @gives("subscription_evidence", PACK, tag=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Take the whole pack, as it stands in court, for roles that read papers of clients. It is recorded."""
        held, at = _called(request, public_id), clock.now()
        path = held.client.outlet.path if held.client.outlet is not None else ""
        if not reads_in_full(roles_at(request.user, path), Covered.PAPERS):
            raise Refused("not_allowed")
        if _contract(held) is None:
            raise Http404
        data = export_evidence(subscription_code=held.code, sealer=sealer(at), by=self.actor(request), at=at)
        return file(data, PACK, f"{held.code}.pack")


def _called(request: Request, public_id: UUID) -> models.Subscription:
    found = subscriptions_for(request.user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _contract(held: models.Subscription) -> models.Contract | None:
    """Return the contract of a subscription; None for one of a feed."""
    return getattr(held, "contract", None)


def _told(one: models.Subscription) -> dict[str, Any]:
    contract = _contract(one)
    ended = effective_end(one.start, one.end, one.account.closed_on, one.product.retired_on)
    return {
        "id": one.public_id,
        "source": one.source,
        "code": one.code,
        "client": one.client.public_id,
        "outlet": one.client.outlet.code if one.client.outlet is not None else None,
        "product": one.product.code,
        "account": one.account.code,
        "start": one.start,
        "end": ended,
        "end_reason": (one.end_reason or None) if ended == one.end else None,
        "inferred": one.inferred,
        "contract": None if contract is None else _of_contract(contract),
    }


def _of_contract(one: models.Contract) -> ContractOf:
    return ContractOf(
        id=one.public_id,
        number=one.number,
        state=one.state,
        service=one.service_state,
        terms=one.terms_public_id,
        signed_at=one.signed_at,
        cooling_off_until=one.cooling_off_until,
        expires_on=one.expires_on,
        end_reason=one.end_reason.code if one.end_reason is not None else None,
    )


def _proof(link: models.EvidenceRecord) -> Proof:
    return Proof(
        position=link.position,
        at=link.at,
        pack_sha256=link.pack_id,
        time_stamped=link.time_stamped,
        proof_until=link.proof_until,
    )
