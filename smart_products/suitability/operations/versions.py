"""Publishing questionnaires and matching rules: one person drafts, another one publishes.

Owns `QuestionnaireVersion` and `MatchingRules`. A content that breaks a rule is never stored, and one that promises or
lures, by the catalogue's lint, never published. What is published holds
from a day on that has not begun, so that no day is ever ruled by two versions; the first of its kind may begin
on any day. Never changes a content.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Manager, Max

from core.actor import Actor
from core.audit import record
from smart_products.catalogue.lint import Search
from smart_products.catalogue.operations import BannedWords
from smart_products.catalogue.queries import lint_lists
from smart_products.suitability.models import MatchingRules, QuestionnaireVersion, Version
from smart_products.suitability.operations.people import key_of, second_person
from smart_products.suitability.queries.versions import checked
from smart_products.suitability.rules import read_questionnaire, read_rules, texts
from smart_products.suitability.states import VERSION_MOVES, VersionState, check_move

V = TypeVar("V", bound=Version)


class TooEarly(ValueError):
    """A version is in force already: the next can begin tomorrow at the earliest."""


@transaction.atomic
def draft_questionnaire(*, content: Mapping[str, Any], by: Actor, at: datetime) -> QuestionnaireVersion:
    """Keep a content as the draft of a questionnaire. Raises ContentError naming every fault."""
    return _draft(QuestionnaireVersion.objects, read_questionnaire(content).digest, content, by=by, at=at)


@transaction.atomic
def draft_rules(*, content: Mapping[str, Any], by: Actor, at: datetime) -> MatchingRules:
    """Keep a content as the draft of matching rules. Raises ContentError naming every fault."""
    return _draft(MatchingRules.objects, read_rules(content).digest, content, by=by, at=at)


@transaction.atomic
def publish_questionnaire(
    *, version: QuestionnaireVersion, valid_from: date, on: date, by: Actor, at: datetime
) -> QuestionnaireVersion:
    """Publish a draft from a day on; `on` is today.

    Raises TwoPeopleNeeded, TooEarly, BannedWords and IllegalMove.
    """
    return _publish(QuestionnaireVersion.objects, version, valid_from, on, by=by, at=at)


@transaction.atomic
def publish_rules(*, version: MatchingRules, valid_from: date, on: date, by: Actor, at: datetime) -> MatchingRules:
    """Publish a draft from a day on; `on` is today.

    Raises TwoPeopleNeeded, TooEarly, BannedWords and IllegalMove.
    """
    return _publish(MatchingRules.objects, version, valid_from, on, by=by, at=at)


@transaction.atomic
def discard_questionnaire(*, version: QuestionnaireVersion, by: Actor, at: datetime) -> QuestionnaireVersion:
    """Discard a draft. Raises IllegalMove."""
    return _discard(QuestionnaireVersion.objects, version, by=by, at=at)


@transaction.atomic
def discard_rules(*, version: MatchingRules, by: Actor, at: datetime) -> MatchingRules:
    """Discard a draft. Raises IllegalMove."""
    return _discard(MatchingRules.objects, version, by=by, at=at)


def _draft(versions: Manager[V], digest: str, content: Mapping[str, Any], *, by: Actor, at: datetime) -> V:
    """Keep a content under the next number of its kind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"number {versions.model.kind}"])
    number = (versions.aggregate(last=Max("number"))["last"] or 0) + 1
    made = versions.create(number=number, content=content, digest=digest, drafted_at=at, drafted_by=key_of(by))
    _record("draft", made, {}, by=by, at=at)
    return made


def _publish(versions: Manager[V], version: V, valid_from: date, on: date, *, by: Actor, at: datetime) -> V:
    """Publish a draft in the hands of a second person."""
    held = checked(versions.select_for_update().get(pk=version.pk))
    check_move(VERSION_MOVES, held.state, VersionState.PUBLISHED)
    held.published_by, held.published_at = second_person(by, held.drafted_by), at
    if valid_from <= on and versions.filter(state=VersionState.PUBLISHED).exists():
        raise TooEarly(f"{valid_from} has begun already")
    search = Search(*lint_lists())
    if found := [finding for path, text in texts(held.content) for finding in search.find(text, path)]:
        raise BannedWords(found)
    held.state, held.valid_from = VersionState.PUBLISHED, valid_from
    held.save()
    _record("publish", held, {"valid_from": valid_from}, by=by, at=at)
    return held


def _discard(versions: Manager[V], version: V, *, by: Actor, at: datetime) -> V:
    """Discard a draft."""
    held = versions.select_for_update().get(pk=version.pk)
    check_move(VERSION_MOVES, held.state, VersionState.DISCARDED)
    held.state, held.discarded_at, held.discarded_by = VersionState.DISCARDED, at, key_of(by)
    held.save()
    _record("discard", held, {}, by=by, at=at)
    return held


def _record(verb: str, version: Version, details: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Write the audit row of a step."""
    action, key, told = f"{verb}_{version.kind}", str(version.number), {"digest": version.digest, **details}
    record(action=action, subject_kind=version.kind, subject_key=key, details=told, by=by, at=at)
