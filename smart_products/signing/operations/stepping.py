"""Writes of a signing session: it begins, papers are shown, sentences acknowledged, suitability decided.

Owns `SigningStep` and the order of the steps. Everything stands in rows, so a signing survives a closed browser, a
second device and a double click. The paper a client reads is rendered once from the frozen terms, stored by its hash,
and is the one that is acknowledged and sealed.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import get_args
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.models import AssetAccount, Client, ClientLogin
from accounts.operations import give_consent
from accounts.queries import refuses
from accounts.rules import Purpose
from core.actor import Actor
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.catalogue.queries import terms_of as terms_offered
from smart_products.catalogue.terms import Paper, Terms, Text
from smart_products.signing.acknowledgements import sentences
from smart_products.signing.models import Contract, SigningStep
from smart_products.signing.operations.documents import stored
from smart_products.signing.operations.moving import LifeError, locked, note
from smart_products.signing.operations.opening import AlreadyOpen, abandon, match, open_contract, warn
from smart_products.signing.papers import render
from smart_products.signing.papers.labels import Language, PaperKind
from smart_products.signing.queries import agreed_in, agreed_terms, kept_steps, open_contract_of
from smart_products.signing.queries.terms_moves import asked_to_sign
from smart_products.signing.states import UNSIGNED, MatchOutcome
from smart_products.signing.steps import (
    NotAcknowledged,
    OtherPaper,
    OutOfOrder,
    ReadLonger,
    Step,
    StepError,
    Trace,
    next_step,
)
from smart_products.signing.wording import Party, contract_fields, product_fields
from smart_products.suitability.models import Decision
from smart_products.suitability.operations import decide

PDF = "application/pdf"


class NotOffered(LifeError):
    """No version of terms of this product is in force."""


class ProgramRefused(StepError):
    """The client wants no program to decide for him: a person has to, which is not done here."""


class NothingToSign(LifeError):
    """The client is not asked to sign other terms for this contract."""


class NotTheClient(LifeError):
    """Nobody signs for the client: the login is not his."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A paper as it lies before the client: its text, its sentences, and the step that keeps it."""

    step: SigningStep
    paper: Paper
    sentences: tuple[str, ...]


@transaction.atomic
def begin_signing(
    *, client: Client, product: Product, account: AssetAccount, on: date, by: Actor, at: datetime
) -> Contract:
    """Begin to sign, or go on with what was begun on the same terms.

    A signing begun on terms that are no longer offered is given up. Raises NotTheClient, NotOffered and what
    `open_contract` raises.
    """
    require_client(client, by)
    version = terms_offered(product.pk, on)
    if version is None:
        raise NotOffered(product.code)
    begun = open_contract_of(client, product, account)
    if begun is not None and begun.state in UNSIGNED:
        if begun.terms_digest == version.digest:
            return begun
        abandon(contract=begun, by=by, at=at)
    agreed = agreed_in(version)
    try:
        return open_contract(client=client, product=product, account=account, terms=agreed, on=on, by=by, at=at)
    except AlreadyOpen as error:
        return error.contract


@transaction.atomic
def begin_signing_again(*, contract: Contract, on: date, by: Actor, at: datetime) -> Contract:
    """Begin to sign the new terms a client was asked to sign, or go on; his contract stands until the signature.

    Raises NotTheClient, NothingToSign, NotOffered and what `open_contract` raises.
    """
    held = locked(contract)
    require_client(held.client, by)
    row = asked_to_sign(held)
    if row is None:
        raise NothingToSign(held.number)
    version = terms_offered(held.product_id, on)
    if version is None or version.pk != row.move.after_id:
        raise NotOffered(held.product.code)
    begun = held.followers.filter(state__in=UNSIGNED).first()
    if begun is not None and begun.terms_digest == version.digest:
        return begun
    if begun is not None:
        abandon(contract=begun, by=by, at=at)
    return open_contract(
        client=held.client, product=held.product, account=held.account, terms=agreed_in(version), follows=held,
        on=on, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def show_paper(*, contract: Contract, step: Step, language: Language, trace: Trace, by: Actor, at: datetime) -> Shown:
    """Lay a paper before the client and keep from when; shown again, the first time stays.

    Another language is another paper: its time begins anew, until it is acknowledged. Raises OutOfOrder for a paper
    whose turn has not come, and NotTheClient.
    """
    held = locked(contract)
    require_client(held.client, by)
    steps = kept_steps(held)
    kept = steps.get(step)
    if kept is None or kept.done_at is None:
        require_next(held, step, steps)
    version, terms = agreed_terms(held)
    paper = terms.paper(step)
    if kept is None or (kept.language != language and kept.done_at is None):
        pdf = _render(held, version, terms, paper, language, at.date())
        document = stored(pdf, step, PDF, by, at)
        kept = kept or SigningStep(contract=held, step=step)
        kept.language, kept.document, kept.shown_at = language, document, at
        _trace(kept, trace)
        kept.save()
        note("show_paper", held, by=by, at=at, step=step, document=document.sha256)
    return Shown(kept, paper, sentences(step, terms.regulatory_class, kept.language))


@transaction.atomic
def acknowledge_paper(
    *,
    contract: Contract,
    step: Step,
    document: str,
    ticked: Sequence[str],
    trace: Trace,
    by: Actor,
    at: datetime,
) -> SigningStep:
    """Keep that the client acknowledged every sentence of a paper; done twice, the first time stays.

    `document` is the SHA-256 of the paper that lay before him, `ticked` are the sentences word for word. What is agreed
    to about electronic signing is kept as the client's consent too, which he can withdraw. Raises OutOfOrder,
    OtherPaper, ReadLonger, NotAcknowledged and NotTheClient; nothing is then changed.
    """
    held = locked(contract)
    require_client(held.client, by)
    steps = kept_steps(held)
    kept = steps.get(step)
    if kept is not None and kept.done_at is not None and kept.document_id == document:
        return kept
    require_next(held, step, steps)
    if kept is None or kept.document_id != document:
        raise OtherPaper("the paper that was shown is another one")
    _, terms = agreed_terms(held)
    missing = _missing(terms.paper(step), kept.shown_at, at)
    if missing > 0:
        raise ReadLonger(missing)
    wanted = sentences(step, terms.regulatory_class, kept.language)
    if set(ticked) != set(wanted):
        raise NotAcknowledged("each sentence has to be acknowledged")
    kept.acknowledged, kept.done_at = list(wanted), at
    _trace(kept, trace)
    kept.save()
    note("acknowledge_paper", held, by=by, at=at, step=step, document=document)
    if step == Step.ESIGN_CONSENT:
        give_consent(client=held.client, purpose=Purpose.ESIGN, by=by, at=at)
    if step == Step.SPECIAL_WARNING:
        warn(held, by, at)
    return kept


@transaction.atomic
def decide_match(
    *, contract: Contract, language: Language, trace: Trace, on: date, by: Actor, at: datetime
) -> Decision:
    """Decide whether the product fits the client, and keep the step; a refusal ends the signing.

    Raises OutOfOrder, NotTheClient, and ProgramRefused.
    """
    held = locked(contract)
    require_client(held.client, by)
    require_next(held, Step.SUITABILITY, kept_steps(held))
    require_program(held)
    version, terms = agreed_terms(held)
    decision = decide(
        client=held.client,
        product=held.product,
        terms_public_id=version.public_id,
        terms_digest=version.digest,
        risk_level=terms.risk_level,
        regulatory_class=terms.regulatory_class,
        on=on,
        by=by,
        at=at,
    )
    kept = SigningStep(contract=held, step=Step.SUITABILITY, language=language, shown_at=at, done_at=at)
    _trace(kept, trace)
    kept.save()
    match(held, decision.public_id, MatchOutcome(decision.outcome), by, at)
    return decision


@transaction.atomic
def give_up_signing(*, contract: Contract, by: Actor, at: datetime) -> Contract:
    """Give up a signing at the client's wish. Raises NotTheClient and IllegalMove."""
    held = locked(contract)
    require_client(held.client, by)
    return abandon(contract=held, by=by, at=at)


def require_client(client: Client, by: Actor) -> None:
    """Raise NotTheClient unless the actor is the login of this client."""
    if by.user_id is None or not ClientLogin.objects.filter(user_id=by.user_id, client=client).exists():
        raise NotTheClient("nobody signs for the client")


def require_program(contract: Contract) -> None:
    """Raise ProgramRefused where the client took back that a program decides."""
    if refuses(contract.client_id, Purpose.AUTOMATED_DECISIONS):
        raise ProgramRefused("the client refuses decisions by a program")


def _missing(paper: Paper, shown_at: datetime, at: datetime) -> int:
    """Return how many seconds the paper has to lie open still, rounded up."""
    return -((at - shown_at - timedelta(seconds=paper.reading_seconds)) // timedelta(seconds=1))


def require_next(contract: Contract, step: Step, steps: Mapping[str, SigningStep]) -> None:
    """Raise OutOfOrder unless it is this step's turn, of a signing of which these steps are kept."""
    done = [one.step for one in steps.values() if one.done_at is not None]
    following = next_step(done, contract.outcome)
    if contract.state not in UNSIGNED or following != step:
        raise OutOfOrder(step, following)


def _trace(step: SigningStep, trace: Trace) -> None:
    step.session, step.device, step.address = trace.session, trace.device[:300], trace.address


def _render(
    contract: Contract, version: TermsVersion, terms: Terms, paper: Paper, language: Language, on: date
) -> bytes:
    """Return the PDF of a paper: the agreement with the client's data, the others the same for everybody."""
    kind = next(one for one in get_args(PaperKind) if one == paper.kind)
    provider = Text(settings.BROKER_NAME, settings.BROKER_NAME_EN)
    fields = product_fields(terms, contract.product.code, version.number, provider, language)
    if kind != Step.AGREEMENT:
        since = version.valid_from or on
        reference = f"{contract.product.code} {version.number} {version.digest[:12]}"
        return _common(kind, language, paper.title, paper.body, tuple(fields.items()), reference, since)
    client = contract.client
    party = Party(client.name, client.code, contract.account.code, _risk_class(contract), contract.outcome)
    return render(
        kind=kind,
        language=language,
        paper_title=paper.title.in_language(language),
        body=paper.body.in_language(language),
        fields=fields | contract_fields(terms, party, contract.number, language),
        reference=contract.number,
        on=on,
    )


@functools.lru_cache(maxsize=256)
def _common(
    kind: PaperKind,
    language: Language,
    title: Text,
    body: Text,
    fields: tuple[tuple[str, str], ...],
    reference: str,
    on: date,
) -> bytes:
    """Return a paper that is the same for every client; equal input gives equal bytes, so it is rendered once."""
    return render(
        kind=kind,
        language=language,
        paper_title=title.in_language(language),
        body=body.in_language(language),
        fields=dict(fields),
        reference=reference,
        on=on,
    )


def _risk_class(contract: Contract) -> str:
    """Return the client's class as it was decided on."""
    decided = Decision.objects.filter(public_id=contract.decision or UUID(int=0))
    return decided.values_list("risk_class", flat=True).first() or ""
