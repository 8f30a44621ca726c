"""Which contracts are on a version of terms, what moving them to another would come to, and how far a move is.

The dry run asks here and writes nothing; a run asks the same under its locks. Never writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from smart_products.catalogue.models import TermsVersion
from smart_products.catalogue.queries import read_terms, terms_of
from smart_products.signing.consent import Cause, Consent, asked, causes, chosen
from smart_products.signing.models import AppliedTerms, Contract, Rematch, TermsMove, TermsMoveRow
from smart_products.signing.models.contracts import OfContractQuerySet
from smart_products.signing.models.rematches import OPEN_REMATCHES
from smart_products.signing.queries.rematching import worse_now
from smart_products.signing.states import IN_FORCE, MatchOutcome
from smart_products.signing.terms_moves import UNSETTLED, Expected, Outcome, TermsMoveState, expected
from smart_products.suitability.rules.matching import Reason


class NoSuchMove(ValueError):
    """The two versions are not of one product, are the same, or the later one is not in force on the day."""


class UnknownMove(LookupError):
    """No move has this id."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a move would come to: what differs, what that asks for, and contracts by outcome (`kept.paused`)."""

    causes: tuple[Cause, ...]
    needed: Consent
    consent: Consent
    contracts: int
    counts: Mapping[str, int]


def preview(before: TermsVersion, after: TermsVersion, on: date, wish: Consent | None = None) -> Preview:
    """Return what moving the contracts on one version to another would come to on a day.

    Raises NoSuchMove, and MilderConsent for a wish that is less than the difference asks for.
    """
    found = causes_of(before, after, on)
    needed = asked(found)
    consent = chosen(needed, wish)
    foreseen = expectations(on_version(before), consent, on)
    counts = Counter(one.key for one in foreseen.values())
    return Preview(found, needed, consent, len(foreseen), dict(sorted(counts.items())))


def causes_of(before: TermsVersion, after: TermsVersion, on: date) -> tuple[Cause, ...]:
    """Return what differs between two versions that contracts can be moved between. Raises NoSuchMove."""
    standing = terms_of(after.product_id, on)
    if before.product_id != after.product_id or before.pk == after.pk or standing is None or standing.pk != after.pk:
        raise NoSuchMove(f"nothing moves from version {before.number} to version {after.number} on {on}")
    return causes(read_terms(before), read_terms(after))


def on_version(version: TermsVersion) -> QuerySet[Contract]:
    """Return the contracts in force to which a version applies, as signed or as moved."""
    last = AppliedTerms.objects.filter(contract=OuterRef("pk")).order_by("-since", "-pk").values("terms_public_id")
    mine = Contract.objects.filter(product=version.product_id, state__in=IN_FORCE)
    return mine.annotate(now=Coalesce(Subquery(last[:1]), F("terms_public_id"))).filter(now=version.public_id)


def expectations(contracts: QuerySet[Contract], consent: Consent, on: date) -> dict[int, Expected]:
    """Return what a run comes to for each of these contracts, by contract id."""
    states = dict(contracts.values_list("pk", "state"))
    open_questions = Rematch.objects.filter(contract__in=contracts, state__in=OPEN_REMATCHES)
    questioned = frozenset(open_questions.values_list("contract", flat=True))
    refused = {
        pk
        for pk, change in worse_now(contracts, on).items()
        if change.verdict.outcome == MatchOutcome.REFUSED and Reason.EXPIRED not in change.verdict.reasons
    }
    return {pk: expected(state, consent, asked=pk in questioned, refused=pk in refused) for pk, state in states.items()}


def counts_of(move: TermsMove) -> dict[str, int]:
    """Return the contracts of a move by outcome, those that keep their terms by reason: `kept.paused`."""
    rows = move.rows.values_list("outcome", "kept").annotate(count=Count("pk")).order_by("outcome", "kept")
    return {f"{outcome}.{kept}" if kept else outcome: count for outcome, kept, count in rows}


def terms_moves() -> QuerySet[TermsMove]:
    """Return all moves, the latest first."""
    return TermsMove.objects.select_related("product", "before", "after", "planned_by", "confirmed_by", "cancelled_by")


def terms_move(public_id: UUID) -> TermsMove:
    """Return a move by its public id. Raises UnknownMove."""
    found = terms_moves().filter(public_id=public_id).first()
    if found is None:
        raise UnknownMove(public_id)
    return found


def rows_of(move: TermsMove, outcome: str = "") -> OfContractQuerySet[TermsMoveRow]:
    """Return the rows of a move, of one outcome if one is named, by number of the contract."""
    rows = TermsMoveRow.objects.filter(move=move).select_related("contract").order_by("contract__number")
    return rows.filter(outcome=outcome) if outcome else rows


def unsettled(move: TermsMove) -> QuerySet[TermsMoveRow]:
    """Return the rows of which something may still become."""
    return move.rows.filter(outcome__in=sorted(UNSETTLED))


def asked_to_sign(contract: Contract) -> TermsMoveRow | None:
    """Return the row by which the client of a contract is asked to sign other terms."""
    return _running(contract, Outcome.ASKED_TO_SIGN)


def told_of(contract: Contract) -> TermsMoveRow | None:
    """Return the row by which the client of a contract was told that other terms will apply."""
    return _running(contract, Outcome.TOLD_WAITING)


def _running(contract: Contract, outcome: Outcome) -> TermsMoveRow | None:
    rows = TermsMoveRow.objects.filter(contract=contract, outcome=outcome, move__state=TermsMoveState.RUNNING)
    return rows.select_related("move").first()
