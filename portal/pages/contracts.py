"""Contracts of a client in a list: signings to go on with, what was signed here, and the papers of each.

Names each contract as its own terms name it. Never decides what can be done with one: signing does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from portal.pages.signing import moment
from screens.signed import covered
from smart_products.catalogue.bodies import Block, blocks
from smart_products.catalogue.terms import Terms
from smart_products.signing.acknowledgements import sentences
from smart_products.signing.models import Contract
from smart_products.signing.papers.labels import Language
from smart_products.signing.queries import agreed_terms, read_steps
from smart_products.signing.queries.rematching import Question, question_of
from smart_products.signing.states import IN_FORCE, SIGNED, UNSIGNED, ContractState
from smart_products.signing.steps import Step


@dataclass(frozen=True, slots=True)
class ContractLine:
    """A contract in a list."""

    public_id: UUID
    name: str
    account: str
    number: str
    state: str
    day: str
    """When it was signed, or begun where it is not."""


@dataclass(frozen=True, slots=True)
class QuestionBox:
    """What a client is asked about a contract that no longer matches as it did, and the words he confirms."""

    asked: Question
    reasons: tuple[str, ...]
    warning: tuple[Block, ...]
    sentences: tuple[str, ...]
    language: Language


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper of a contract: its title, when it was read or sealed, and by which digest it is kept."""

    title: str
    at: str
    sha256: str
    sealed: bool


def begun(contracts: list[Contract], language: str) -> tuple[ContractLine, ...]:
    """Return the signings that the client can go on with."""
    return tuple(_line(one, language) for one in contracts if one.state in UNSIGNED)


def signed(contracts: list[Contract], language: str) -> tuple[ContractLine, ...]:
    """Return what was signed here, whether in force or ended."""
    return tuple(_line(one, language) for one in contracts if one.state in SIGNED)


def papers(contract: Contract, language: str) -> tuple[PaperLine, ...]:
    """Return every paper of a signed contract: the sealed agreement first, then the others in the order of reading."""
    _version, terms = agreed_terms(contract)
    titles = {paper.kind: paper.title.in_language(language) for paper in terms.papers}
    read = [
        PaperLine(titles[step.step], moment(timezone.localtime(step.done_at)), step.document_id, sealed=False)
        for step in read_steps(contract)
        if step.done_at is not None and step.document_id is not None and step.step != Step.AGREEMENT
    ]
    at = moment(timezone.localtime(contract.signed_at)) if contract.signed_at is not None else ""
    return (PaperLine(titles[Step.AGREEMENT], at, contract.signature, sealed=True), *read)


def _line(contract: Contract, language: str) -> ContractLine:
    _version, terms = agreed_terms(contract)
    at = contract.signed_at or contract.opened_at
    return ContractLine(
        public_id=contract.public_id,
        name=terms.name.in_language(language),
        account=covered(contract.account.code),
        number=contract.number,
        state=str(ContractState(contract.state).label),
        day=f"{timezone.localtime(at):%Y-%m-%d}",
    )


def question(contract: Contract, terms: Terms, today: date, language: Language) -> QuestionBox | None:
    """Return what the client is asked about a contract today; None where nothing is."""
    found = question_of(contract, today) if contract.state in IN_FORCE else None
    if found is None:
        return None
    return QuestionBox(
        asked=found,
        reasons=tuple(reason.in_language(language) for reason in found.reasons),
        warning=blocks(terms.paper(Step.SPECIAL_WARNING).body.in_language(language)),
        sentences=sentences(Step.SPECIAL_WARNING, terms.regulatory_class, language),
        language=language,
    )
