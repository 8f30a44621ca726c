"""The signature: the last step of a signing, and all of its proof in one transaction.

Owns the order inside it: what stands against the signature is asked first, the code is used, the agreement is sealed,
the subscription comes to be, and the link of the chain of evidence is added last. Either all of it is there or
nothing. Evidence lists only what really ran.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from django.db import transaction

from accounts.concerns import concern_of
from accounts.models import OneTimeCode
from accounts.operations import CodeResult, request_code, use_code
from accounts.queries import consents
from accounts.rules import Channel, CodePurpose, Purpose
from core.actor import Actor
from smart_products.catalogue.terms import Terms
from smart_products.signing.evidence.contents import Contents, DocumentPart, StepPart
from smart_products.signing.models import Contract, SigningStep
from smart_products.signing.operations.documents import stored
from smart_products.signing.operations.evidence import append
from smart_products.signing.operations.moving import locked
from smart_products.signing.operations.opening import complete
from smart_products.signing.operations.stepping import PDF, require_client, require_next, require_program
from smart_products.signing.queries import agreed_terms, kept_steps, read_document, thought_by
from smart_products.signing.signer import Signer
from smart_products.signing.states import SIGNED
from smart_products.signing.steps import (
    LOGIN_LASTS,
    Identification,
    OutOfOrder,
    Step,
    StepError,
    Trace,
)
from smart_products.suitability.models import Decision
from smart_products.suitability.queries import decision_of, matching_rules, record_of, stands
from smart_products.suitability.rules import judge

if TYPE_CHECKING:  # pyHanko takes a second to import, and who only hands a sealer on does not need it
    from smart_products.signing.seals.sealing import Sealer
    from smart_products.signing.seals.signers import SignerProvider


SEALED_AGREEMENT = "sealed_agreement"


class LoginAgain(StepError):
    """The last strong login lies too far back: the client has to log in again before he signs."""


class ConsentWithdrawn(StepError):
    """The client took back the consent to sign electronically: nothing new is signed until he gives it again."""


class ThinkFirst(StepError):
    """The time to think is not over: it is possible to sign from `until` on."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(f"time to think until {until.isoformat()}")


class StandingChanged(StepError):
    """The client's class or the rules changed since the decision, and it would come out otherwise: begin again."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What became of an attempt to sign: the contract is signed only where the code was right.

    `made` tells the one attempt that signed from those that found the contract signed.
    """

    contract: Contract
    code: CodeResult
    tries_left: int
    made: bool = False


@transaction.atomic
def request_signing_code(*, contract: Contract, channel: Channel, by: Actor, at: datetime) -> OneTimeCode:
    """Have the code sent with which the client signs. Raises OutOfOrder, NotTheClient and TooSoon."""
    held = locked(contract)
    require_client(held.client, by)
    require_next(held, Step.SIGNATURE, kept_steps(held))
    return request_code(
        client=held.client, purpose=CodePurpose.SIGN, subject=held.number, channel=channel, by=by, at=at
    )


@transaction.atomic
def sign(
    *,
    contract: Contract,
    code: str,
    language: str,
    identification: Identification,
    trace: Trace,
    sealer: Sealer,
    provider: SignerProvider | None = None,
    on: date,
    by: Actor,
    at: datetime,
) -> Signature:
    """Sign with the one-time code: the agreement is sealed, in force, and proved; signed before, it stays as it is.

    With a `provider` the agreement bears a certificate of the signer's own as well (level L2). A wrong code is an
    answer and takes a try away. Raises NotTheClient, OutOfOrder, LoginAgain, ConsentWithdrawn,
    ProgramRefused, ThinkFirst, StandingChanged, and what `complete_signing` raises; nothing is then changed, and the
    code is good still.
    """
    held = locked(contract)
    require_client(held.client, by)
    if held.state in SIGNED:
        return Signature(held, CodeResult.RIGHT, 0)
    steps, terms = kept_steps(held), agreed_terms(held)[1]
    decision = _require_all_but_the_code(held, steps, terms, identification, on, at)
    used = use_code(client=held.client, purpose=CodePurpose.SIGN, subject=held.number, given=code, by=by, at=at)
    if used.result != CodeResult.RIGHT or used.code is None:
        return Signature(held, used.result, used.tries_left)
    done = _in_order([*steps.values(), _keep_step(held, language, used.code, trace, at)], at)
    papers = _papers(done)
    level, sealed = _seal(held, papers[Step.AGREEMENT], sealer, provider, at)
    kept = stored(sealed, SEALED_AGREEMENT, PDF, by, at)
    shas = [*(one.sha256 for one in papers.values()), kept.sha256]
    complete(held, papers=shas, signature=kept.sha256, on=on, by=by, at=at)
    contents = Contents(
        subscription=held.number,
        contract=held.number,
        client_reference=held.client.code,
        signed_at=at,
        documents=(*papers.values(), DocumentPart(SEALED_AGREEMENT, kept.sha256, sealed)),
        steps=_steps(done),
        decision=record_of(decision),
        code_proof=_code_proof(used.code),
        identification={"methods": list(identification.methods), "at": identification.at.isoformat()},
        level=level,
        terms=terms.plain(),
    )
    append(held.number, contents, sealer, concern_of(held.client), by, at)
    return Signature(held, CodeResult.RIGHT, 0, made=True)


def _require_all_but_the_code(
    contract: Contract,
    steps: Mapping[str, SigningStep],
    terms: Terms,
    identification: Identification,
    on: date,
    at: datetime,
) -> Decision:
    """Return the decision that the signature rests on, or raise what stands against signing now."""
    require_next(contract, Step.SIGNATURE, steps)
    if not identification.methods or not timedelta(0) <= at - identification.at <= LOGIN_LASTS:
        raise LoginAgain("log in again before signing")
    if not consents(contract.client_id, Purpose.ESIGN):
        raise ConsentWithdrawn("the consent to sign electronically was withdrawn")
    require_program(contract)
    decision = decision_of(_decided(contract))
    if at < (until := thought_by(steps.values(), max(terms.thinking_hours, decision.thinking_hours))):
        raise ThinkFirst(until)
    _require_same_verdict(contract, decision, on)
    return decision


def _require_same_verdict(contract: Contract, decision: Decision, on: date) -> None:
    """Raise StandingChanged when the decision would come out otherwise today."""
    rules = matching_rules(on)
    standing = stands([contract.client_id], rules, on)[contract.client_id]
    verdict = judge(standing, decision.risk_level, decision.regulatory_class, rules, on)
    if verdict.outcome != decision.outcome:
        raise StandingChanged(f"{decision.outcome} became {verdict.outcome}")


def _decided(contract: Contract) -> UUID:
    """Return the decision of a contract that is ready to be signed."""
    if contract.decision is None:
        raise OutOfOrder(Step.SIGNATURE, Step.SUITABILITY)
    return contract.decision


def _keep_step(contract: Contract, language: str, code: OneTimeCode, trace: Trace, at: datetime) -> SigningStep:
    """Keep the signature as the last step: it was open since its code was asked for."""
    return SigningStep.objects.create(
        contract=contract,
        step=Step.SIGNATURE,
        language=language,
        shown_at=code.made_at,
        done_at=at,
        session=trace.session,
        device=trace.device[:300],
        address=trace.address,
    )


def _in_order(steps: Iterable[SigningStep], at: datetime) -> list[SigningStep]:
    """Return steps in the order in which they were done."""
    return sorted(steps, key=lambda one: (one.done_at or at, one.pk))


def _papers(done: Sequence[SigningStep]) -> dict[str, DocumentPart]:
    """Return the papers that were acknowledged, by step, with their bytes."""
    shas = {step.step: step.document_id for step in done if step.document_id is not None}
    return {step: DocumentPart(step, sha, read_document(sha), sealed=False) for step, sha in shas.items()}


def _seal(
    contract: Contract, agreement: DocumentPart, sealer: Sealer, provider: SignerProvider | None, at: datetime
) -> tuple[Literal["L1", "L2"], bytes]:
    """Return the level and the agreement as sealed: the very paper that was acknowledged, and what follows it."""
    reason = f"{contract.number} {contract.terms_digest[:12]}"
    if provider is None:
        return "L1", sealer.seal(agreement.pdf, reason=reason, at=at).pdf
    client = contract.client
    signed = provider.sign(agreement.pdf, signer=Signer(client.name, client.code), reason=reason, at=at)
    return "L2", sealer.seal(signed.pdf, reason=reason, at=at).pdf


def _steps(done: Sequence[SigningStep]) -> tuple[StepPart, ...]:
    """Return the steps as the pack keeps them; how long a paper lay open is not how long it was read."""
    return tuple(
        StepPart(
            name=step.step,
            at=step.done_at,
            shown_from=step.shown_at,
            read_seconds=int((step.done_at - step.shown_at) / timedelta(seconds=1)),
            document_sha256=step.document_id,
            acknowledged="\n".join(step.acknowledged),
            session=step.session,
            device=step.device,
            address=step.address,
        )
        for step in done
        if step.done_at is not None
    )


def _code_proof(code: OneTimeCode) -> dict[str, str]:
    """Return what is kept of the code: never its digits."""
    return {
        "code": str(code.public_id),
        "channel": code.channel,
        "digest": code.digest,
        "made_at": code.made_at.isoformat(),
        "used_at": code.used_at.isoformat() if code.used_at else "",
    }
