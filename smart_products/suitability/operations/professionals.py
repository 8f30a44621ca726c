"""Evidence of professional investors: submitted by one person, reviewed by another, for a time.

Owns `ProfessionalStatus`. The papers lie elsewhere: here are their SHA-256. How long it may hold at the most is data.
Never judges the papers: the reviewing person does, and answers for it by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from psycopg.errors import ExclusionViolation, UniqueViolation

from accounts.concerns import record_about
from accounts.models import Client
from core.actor import Actor
from smart_products.suitability.models import ProfessionalStatus
from smart_products.suitability.models.versions import SHA256
from smart_products.suitability.operations.people import PersonNeeded, key_of, second_person
from smart_products.suitability.operations.standing import locked, may_change
from smart_products.suitability.queries.versions import matching_rules
from smart_products.suitability.rules import add_months
from smart_products.suitability.states import EVIDENCE_MOVES, EvidenceState, check_move


class EvidenceError(ValueError):
    """The evidence can not be taken: no papers, no hashes, or a time that is too long or none."""


class AlreadyProfessional(ValueError):
    """Other evidence of the client is under review, or accepted for a part of the same time."""


@transaction.atomic
def submit_professional(
    *, client: Client, since: date, until: date, evidence: Sequence[str], on: date, by: Actor, at: datetime
) -> ProfessionalStatus:
    """Submit papers (their SHA-256) that a client is professional from `since` until before `until`; `on` is today.

    It counts only once another person has accepted it. Raises EvidenceError and AlreadyProfessional.
    """
    longest = matching_rules(on).professional_months
    if not evidence or not all(re.fullmatch(SHA256, digest) for digest in evidence):
        raise EvidenceError("evidence is named by the SHA-256 of its papers, one at least")
    if not since < until <= add_months(since, longest):
        raise EvidenceError(f"a status holds for a day at least and {longest} months at most")
    with locked(client), _told_apart():
        made = ProfessionalStatus.objects.create(
            client=client,
            since=since,
            until=until,
            evidence=list(evidence),
            submitted_at=at,
            submitted_by=key_of(by),
        )
    _record("submit_professional", made, {"since": since, "until": until}, by=by, at=at)
    return made


@transaction.atomic
def accept_professional(*, status: ProfessionalStatus, on: date, by: Actor, at: datetime) -> ProfessionalStatus:
    """Accept submitted evidence. Raises TwoPeopleNeeded, PersonNeeded, AlreadyProfessional and IllegalMove."""
    with may_change(status.client, on=on, at=at), _told_apart():
        held = _reviewed(status, EvidenceState.ACCEPTED, by=by, at=at)
    _record("accept_professional", held, {}, by=by, at=at)
    return held


@transaction.atomic
def refuse_professional(*, status: ProfessionalStatus, by: Actor, at: datetime) -> ProfessionalStatus:
    """Refuse submitted evidence. Raises TwoPeopleNeeded, PersonNeeded and IllegalMove."""
    held = _reviewed(status, EvidenceState.REFUSED, by=by, at=at)
    _record("refuse_professional", held, {}, by=by, at=at)
    return held


@transaction.atomic
def end_professional(*, status: ProfessionalStatus, on: date, by: Actor, at: datetime) -> ProfessionalStatus:
    """End an accepted status before its time: it does not hold on `on` any more, or on any day if `on` is before it.

    Raises IllegalMove, and EvidenceError for a status that is over by itself.
    """
    with may_change(status.client, on=on, at=at):
        held = ProfessionalStatus.objects.select_for_update().get(pk=status.pk)
        check_move(EVIDENCE_MOVES, held.state, EvidenceState.ENDED)
        if on >= held.until:
            raise EvidenceError(f"the status ended by itself on {held.until}")
        held.state, held.ended_on = EvidenceState.ENDED, max(on, held.since)
        held.ended_at, held.ended_by = at, key_of(by)
        held.save()
    _record("end_professional", held, {"on": held.ended_on}, by=by, at=at)
    return held


def _reviewed(status: ProfessionalStatus, state: EvidenceState, *, by: Actor, at: datetime) -> ProfessionalStatus:
    """Move submitted evidence by its table, in the hands of a second person."""
    held = ProfessionalStatus.objects.select_for_update().select_related("client").get(pk=status.pk)
    check_move(EVIDENCE_MOVES, held.state, state)
    if by.user_id is None:
        raise PersonNeeded("a person has to review the papers")
    held.state, held.reviewed_by, held.reviewed_at = state, second_person(by, held.submitted_by), at
    held.save()
    return held


@contextmanager
def _told_apart() -> Iterator[None]:
    """Raise AlreadyProfessional for what the database refuses because of other evidence."""
    try:
        yield
    except IntegrityError as error:
        if isinstance(error.__cause__, ExclusionViolation | UniqueViolation):
            raise AlreadyProfessional("there is other evidence for that time") from error
        raise


def _record(action: str, status: ProfessionalStatus, details: dict[str, Any], *, by: Actor, at: datetime) -> None:
    told = {"evidence": status.public_id, "papers": len(status.evidence), **details}
    record_about(status.client, action=action, details=told, by=by, at=at)
