"""Signing, step by step in the order of the law, for the app of the house on its own domain."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from pydantic import BaseModel, ConfigDict, Field
from rest_framework.request import Request

from accounts.operations import CodeResult
from accounts.queries import accounts_of
from accounts.rules import Channel
from api.own import Own, language
from api.problems import Refused
from api.resource import answered, says
from core import clock
from screens.plain.shape import Shape
from screens.refusals import said_of_code
from screens.traces import identification_of, trace_of
from smart_products.catalogue.queries import terms_in_force
from smart_products.signing import operations
from smart_products.signing.models import Contract
from smart_products.signing.queries import done_steps
from smart_products.signing.seals.configured import sealer
from smart_products.signing.states import UNSIGNED
from smart_products.signing.steps import PAPERS, Step, next_step

TAG = "signing"


class Asked(BaseModel):
    """What a request carries; what is not named is refused."""

    model_config = ConfigDict(extra="forbid")


class Begin(Asked):
    """What is to be signed, over which account."""

    product: str = Field(max_length=64, description="Code of a product that is on offer.", examples=["grid"])
    account: UUID = Field(description="Id of an open asset account of one's own.")


class Acknowledged(Asked):
    """A paper that was read: which, and the sentences that were ticked, each in full."""

    document: str = Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the paper that was shown.")
    ticked: list[str] = Field(max_length=50)


class Code(Asked):
    """The one-time code."""

    code: str = Field(pattern="^[0-9]{6}$")


class Signing(Shape):
    """A signing, and the step whose turn it is."""

    id: UUID
    number: str
    state: str
    product: str
    done: list[str] = Field(description="Steps that are taken, in their order.")
    next: str | None = Field(description="The step whose turn it is; null after the signature or when it was given up.")
    outcome: str = Field(description="What suitability decided; empty before.")
    signed_at: datetime | None


class PaperShown(Shape):
    """A paper as it lies before the client; the time of reading counts from its first showing."""

    step: str
    document: str = Field(description="SHA-256 of the bytes.")
    title: str
    body: str
    sentences: list[str] = Field(description="Each is ticked by the client before the paper counts as acknowledged.")
    shown_at: datetime


class CodeSent(Shape):
    """That a one-time code is on its way."""

    channel: str
    expires_at: datetime


class Signings(Own):
    """Signings of the client."""

    @says("signing_begin", Signing, body=Begin, status=201, tag=TAG)
    def post(self, request: Request) -> HttpResponse:
        """Begin to sign a product over an account, or go on with what was begun on the same terms."""
        asked, reader, today = self.body(request, Begin), self.reader(request), clock.shanghai_today()
        version = next((one for one in terms_in_force(today) if one.product.code == asked.product), None)
        account = next((one for one in accounts_of(reader.client.pk) if one.public_id == asked.account), None)
        if version is None or account is None:
            raise Http404
        made = operations.begin_signing(
            client=reader.client, product=version.product, account=account, on=today, by=self.actor(request),
            at=clock.now(),
        )  # fmt: skip
        return answered(request, _told(made), status=201)


class OneSigning(Own):
    """A signing of the client."""

    @says("signing_read", Signing, tag=TAG)
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read how far a signing is."""
        return answered(request, _told(self.contract(request, public_id)))


class Decision(Own):
    """The suitability decision of a signing."""

    @says("signing_decide", Signing, status=200, unsafe=True, tag=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Have suitability decided by the client's class of today, and keep the decision with all its inputs."""
        contract = self.contract(request, public_id)
        operations.decide_match(
            contract=contract, language=language(), trace=trace_of(request), on=clock.shanghai_today(),
            by=self.actor(request), at=clock.now(),
        )  # fmt: skip
        return answered(request, _told(self.contract(request, public_id)))


class PaperOf(Own):
    """A paper of a signing."""

    @says("signing_show_paper", PaperShown, status=200, unsafe=True, tag=TAG)
    def post(self, request: Request, public_id: UUID, step: str) -> HttpResponse:
        """Lay a paper before the client: when it was first shown is kept."""
        shown = operations.show_paper(
            contract=self.contract(request, public_id), step=_paper(step), language=language(),
            trace=trace_of(request), by=self.actor(request), at=clock.now(),
        )  # fmt: skip
        kept, words = shown.step, shown.step.language
        return answered(
            request,
            PaperShown(
                step=kept.step,
                document=kept.document.sha256 if kept.document else "",
                title=shown.paper.title.in_language(words),
                body=shown.paper.body.in_language(words),
                sentences=list(shown.sentences),
                shown_at=kept.shown_at,
            ),
        )


class Acknowledgement(Own):
    """That a paper was read."""

    @says("signing_acknowledge_paper", Signing, body=Acknowledged, tag=TAG)
    def post(self, request: Request, public_id: UUID, step: str) -> HttpResponse:
        """Acknowledge a paper, sentence by sentence, once it lay open long enough."""
        asked, contract = self.body(request, Acknowledged), self.contract(request, public_id)
        operations.acknowledge_paper(
            contract=contract, step=_paper(step), document=asked.document, ticked=asked.ticked,
            trace=trace_of(request), by=self.actor(request), at=clock.now(),
        )  # fmt: skip
        return answered(request, _told(self.contract(request, public_id)))


class CodeOf(Own):
    """The one-time code of a signing."""

    @says("signing_send_code", CodeSent, status=200, unsafe=True, tag=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Have the code sent with which the client signs."""
        contract, client = self.contract(request, public_id), self.reader(request).client
        if not (client.mobile or client.email):
            raise Refused("no_channel")
        channel = Channel.SMS if client.mobile else Channel.EMAIL
        sent = operations.request_signing_code(
            contract=contract, channel=channel, by=self.actor(request), at=clock.now()
        )
        return answered(request, CodeSent(channel=channel.value, expires_at=sent.expires_at))


class Signature(Own):
    """The signature."""

    @says("signing_sign", Signing, body=Code, tag=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Sign with the code: the agreement is sealed and in force. A wrong code takes a try away."""
        asked, contract, at = self.body(request, Code), self.contract(request, public_id), clock.now()
        done = operations.sign(
            contract=contract, code=asked.code, language=language(), identification=identification_of(request),
            trace=trace_of(request), sealer=sealer(at), on=clock.shanghai_today(), by=self.actor(request),
            at=at,
        )  # fmt: skip
        if done.code != CodeResult.RIGHT:
            raise Refused("code_not_right", said_of_code(done.code, done.tries_left))
        return answered(request, _told(self.contract(request, public_id)))


class Abandonment(Own):
    """That a signing is given up."""

    @says("signing_give_up", Signing, status=200, unsafe=True, tag=TAG)
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Give up a signing that is not signed; one that is given up already stays so."""
        contract = self.contract(request, public_id)
        if contract.state in UNSIGNED:
            operations.give_up_signing(contract=contract, by=self.actor(request), at=clock.now())
        return answered(request, _told(self.contract(request, public_id)))


def _paper(step: str) -> Step:
    if step not in PAPERS:
        raise Http404
    return Step(step)


def _told(contract: Contract) -> Signing:
    done: Any = done_steps(contract)
    following = next_step(done, contract.outcome) if contract.state in UNSIGNED else None
    return Signing(
        id=contract.public_id,
        number=contract.number,
        state=contract.state,
        product=contract.product.code,
        done=[one for one in Step if one in done],
        next=following,
        outcome=contract.outcome,
        signed_at=contract.signed_at,
    )
