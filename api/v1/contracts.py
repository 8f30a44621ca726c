"""What a client does with what he signed: pause, go on, leave, withdraw."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from pydantic import Field
from rest_framework.request import Request

from api.asked import Day
from api.own import Own
from api.resource import answered, says
from api.v1.signings import Asked
from core import clock
from screens.plain.shape import Shape
from smart_products.signing import operations
from smart_products.signing.models import Contract
from smart_products.signing.queries import contracts_of
from smart_products.signing.states import SIGNED

TAG = "contracts"


class ContractTold(Shape):
    """A contract of the client as it stands."""

    id: UUID
    number: str
    product: str
    state: str
    service: str
    signed_on: date | None
    cooling_off_until: date | None = Field(description="The last day on which it can be withdrawn with a full refund.")
    expires_on: date | None
    ended_on: date | None


class Contracts(Shape):
    """All that the client signed, the latest first."""

    data: list[ContractTold]


class Pause(Asked):
    """Until when."""

    until: Day


class Leave(Asked):
    """Why the client leaves: one of the house's reasons."""

    reason: str = Field(max_length=64, examples=["client.cost"])


class All(Own):
    """The contracts of the client."""

    @says("contracts_list", Contracts, tag=TAG)
    def get(self, request: Request) -> HttpResponse:
        """List what the client signed."""
        signed = [one for one in contracts_of(self.reader(request).client.pk) if one.state in SIGNED]
        return answered(request, Contracts(data=[_told(one) for one in signed]))


class One(Own):
    """A contract of the client."""

    @says("contract_read", ContractTold, tag=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read a contract."""
        return answered(request, _told(self.signed(request, public_id)))

    def signed(self, request: Request, public_id: UUID) -> Contract:
        """Return a contract that the client signed. Raises Http404."""
        found = self.contract(request, public_id)
        if found.signed_at is None:
            raise Http404
        return found

    def done(self, request: Request, public_id: UUID, act: Callable[..., Any], **more: Any) -> HttpResponse:
        """Do something with a contract today, and tell how it stands then."""
        contract = self.signed(request, public_id)
        act(contract=contract, on=clock.shanghai_today(), by=self.actor(request), at=clock.now(), **more)
        return answered(request, _told(self.signed(request, public_id)))


class PauseOf(One):
    """The pause of a contract."""

    http_method_names: Any = ("post",)

    @says("contract_pause", ContractTold, body=Pause, tag=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Pause the service until a day."""
        return self.done(request, public_id, operations.pause, until=self.body(request, Pause).until)


class ResumeOf(One):
    """The end of a pause."""

    http_method_names: Any = ("post",)

    @says("contract_resume", ContractTold, status=200, unsafe=True, tag=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Go on before the pause is over."""
        return self.done(request, public_id, operations.resume)


class WithdrawalOf(One):
    """The withdrawal within the cooling-off period."""

    http_method_names: Any = ("post",)

    @says("contract_withdraw", ContractTold, status=200, unsafe=True, tag=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Withdraw within the cooling-off period, with a full refund."""
        return self.done(request, public_id, operations.withdraw)


class TerminationOf(One):
    """Leaving."""

    http_method_names: Any = ("post",)

    @says("contract_terminate", ContractTold, body=Leave, tag=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Leave, with a reason."""
        return self.done(request, public_id, operations.terminate, reason=self.body(request, Leave).reason)


def _told(contract: Contract) -> ContractTold:
    return ContractTold(
        id=contract.public_id,
        number=contract.number,
        product=contract.product.code,
        state=contract.state,
        service=contract.service_state,
        signed_on=contract.signed_on,
        cooling_off_until=contract.cooling_off_until,
        expires_on=contract.expires_on,
        ended_on=contract.ended_on,
    )
