"""A version of terms on its way: drafted, proposed, published by a colleague, or discarded.

Owns `TermsVersion`. A version moves by `states.MOVES` under a lock of its product, so that of two colleagues who
publish at once one wins and the other is told. What was published is not touched again but for the day of its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from core.actor import Actor, TwoPeopleNeeded, person_of
from core.audit import record
from core.outbox import emit
from smart_products.catalogue.lint import Finding
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.catalogue.operations.own import say
from smart_products.catalogue.queries import banned_words, read_terms
from smart_products.catalogue.states import OFFERED, OPEN, TermsState, check_move
from smart_products.catalogue.terms import Terms


class VersionOpen(ValueError):
    """The product has a draft or a proposal already."""

    def __init__(self, version: TermsVersion) -> None:
        self.version = version
        super().__init__(f"version {version.number} is open already")


class TooEarly(ValueError):
    """A version can not hold from this day on; `earliest` is the first day from which it can."""

    def __init__(self, earliest: date) -> None:
        self.earliest = earliest
        super().__init__(f"the version can hold from {earliest} at the earliest")


class BannedWords(ValueError):
    """Texts for clients hold banned phrases."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        self.found = [(one.phrase, one.path, one.language, one.reason) for one in self.findings]
        super().__init__("; ".join(f"{one.path}: {one.phrase}" for one in self.findings))


@transaction.atomic
def draft_terms(*, product: Product, terms: Terms, by: Actor, at: datetime) -> TermsVersion:
    """Add a draft of terms with the product's next number. Raises PersonNeeded and VersionOpen."""
    person = person_of(by)
    held = _hold(product.pk)
    standing = TermsVersion.objects.filter(product=held, state__in=OPEN).first()
    if standing is not None:
        raise VersionOpen(standing)
    number = (TermsVersion.objects.filter(product=held).aggregate(n=Max("number"))["n"] or 0) + 1
    version = TermsVersion.objects.create(
        product=held,
        number=number,
        terms=terms.plain(),
        digest=terms.digest(),
        drafted_at=at,
        drafted_by_id=person,
    )
    _record("draft_terms", version, by=by, at=at)
    return version


@transaction.atomic
def redraft_terms(*, version: TermsVersion, terms: Terms, by: Actor, at: datetime) -> TermsVersion:
    """Write a draft anew; whoever does is its author from then on. Raises PersonNeeded and IllegalMove."""
    person = person_of(by)
    held = _locked(version)
    if held.state != TermsState.DRAFT:
        check_move(TermsState(held.state), TermsState.DRAFT)
        raise ValueError("a proposal is sent back before it is written anew")
    held.terms, held.digest = terms.plain(), terms.digest()
    held.drafted_at, held.drafted_by_id = at, person
    held.save()
    _record("redraft_terms", held, by=by, at=at)
    return held


@transaction.atomic
def propose_terms(*, version: TermsVersion, by: Actor, at: datetime) -> TermsVersion:
    """Hand a draft to a colleague to publish. Raises PersonNeeded and IllegalMove."""
    person = person_of(by)
    held = _moved(version, TermsState.PROPOSED)
    held.proposed_at, held.proposed_by_id = at, person
    held.save()
    _record("propose_terms", held, by=by, at=at)
    return held


@transaction.atomic
def send_back_terms(*, version: TermsVersion, by: Actor, at: datetime) -> TermsVersion:
    """Make a proposal a draft again. Raises PersonNeeded and IllegalMove."""
    person_of(by)
    held = _moved(version, TermsState.DRAFT)
    held.proposed_at = held.proposed_by = None
    held.save()
    _record("send_back_terms", held, by=by, at=at)
    return held


@transaction.atomic
def discard_terms(*, version: TermsVersion, by: Actor, at: datetime) -> TermsVersion:
    """Give a draft or a proposal up; it stays readable. Raises PersonNeeded and IllegalMove."""
    person = person_of(by)
    held = _moved(version, TermsState.DISCARDED)
    held.discarded_at, held.discarded_by_id = at, person
    held.save()
    _record("discard_terms", held, by=by, at=at)
    return held


@transaction.atomic
def publish_terms(*, version: TermsVersion, valid_from: date, by: Actor, at: datetime) -> TermsVersion:
    """Publish a proposal from a day on; the version published before is in force until then.

    Emits terms_published, and product_regraded when the risk level is another than before. Raises PersonNeeded,
    TwoPeopleNeeded, IllegalMove, TooEarly (never before the Shanghai date of `at`) and BannedWords.
    """
    person = person_of(by)
    held = _moved(version, TermsState.PUBLISHED)
    if person in {held.drafted_by_id, held.proposed_by_id}:
        raise TwoPeopleNeeded(f"{by.name} drafted or proposed version {held.number}: a colleague publishes it")
    terms = read_terms(held)
    found = banned_words(terms)
    if found:
        raise BannedWords(found)
    before = _supersede(held.product_id, valid_from, on=at.astimezone(timezone.get_default_timezone()).date())
    held.valid_from, held.published_at, held.published_by_id = valid_from, at, person
    held.save()
    say(held.product, terms, valid_from=valid_from, at=at)
    _record("publish_terms", held, by=by, at=at)
    _emit("terms_published", held, {"valid_from": valid_from.isoformat()}, at=at)
    level = before.terms["risk_level"] if before else terms.risk_level
    if level != terms.risk_level:
        _emit("product_regraded", held, {"before": level, "after": terms.risk_level}, at=at)
    return held


def _supersede(product_id: int, valid_from: date, *, on: date) -> TermsVersion | None:
    """End the published version where the next one begins; return the version that stood last. Raises TooEarly."""
    offered = TermsVersion.objects.filter(product=product_id, state__in=OFFERED)
    standing = offered.filter(state=TermsState.PUBLISHED).first()
    # What was offered up to a day stays offered: the next version begins there or later.
    ends = [*offered.filter(valid_until__gt=F("valid_from")).values_list("valid_until", flat=True)]
    if standing is not None and standing.valid_from is not None:
        ends.append(standing.valid_from if standing.valid_from > on else standing.valid_from + timedelta(days=1))
    earliest = max([on, *(end for end in ends if end is not None)])
    if valid_from < earliest:
        raise TooEarly(earliest)
    if standing is None:
        return offered.order_by("-valid_from", "-number").first()
    check_move(TermsState(standing.state), TermsState.SUPERSEDED)
    standing.state, standing.valid_until = TermsState.SUPERSEDED, valid_from
    standing.save()
    return standing


def _hold(product_id: int) -> Product:
    """Return the product under a row lock, by which all moves of its versions wait for one another."""
    return Product.objects.select_for_update().get(pk=product_id)


def _locked(version: TermsVersion) -> TermsVersion:
    """Return the version as it stands now, under the lock of its product."""
    _hold(version.product_id)
    return TermsVersion.objects.select_for_update(of=("self",)).select_related("product").get(pk=version.pk)


def _moved(version: TermsVersion, new: TermsState) -> TermsVersion:
    """Return the locked version in its new state, not saved yet. Raises IllegalMove."""
    held = _locked(version)
    check_move(TermsState(held.state), new)
    held.state = new
    return held


def _record(action: str, version: TermsVersion, *, by: Actor, at: datetime) -> None:
    record(
        action=action,
        subject_kind="terms",
        subject_key=f"{version.product.source}/{version.product.code} {version.number}",
        details={"state": version.state, "digest": version.digest, "valid_from": version.valid_from},
        by=by,
        at=at,
    )


def _emit(kind: str, version: TermsVersion, payload: dict[str, object], *, at: datetime) -> None:
    if version.valid_from is None:
        raise ValueError("only a published version is news")
    emit(
        kind=kind,
        subject_kind="product",
        subject_key=f"{version.product.source}/{version.product.code}",
        business_date=version.valid_from,
        payload={
            "product": str(version.product.public_id),
            "terms_version": str(version.public_id),
            "number": version.number,
            "digest": version.digest,
            **payload,
        },
        at=at,
    )
