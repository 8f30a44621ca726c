"""Reads of what is published: the questionnaire and the matching rules in force on a day, and every version.

A content is never handed out without its digest being checked. Never writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Manager

from core.reading import remembered
from smart_products.suitability.models import MatchingRules, QuestionnaireVersion, Version
from smart_products.suitability.rules import Questionnaire, Rules, digest_of, read_questionnaire, read_rules
from smart_products.suitability.states import VersionState

V = TypeVar("V", bound=Version)


class NothingPublished(LookupError):
    """Nothing of the kind is in force on the day: two people have to publish it first."""

    def __init__(self, kind: str, on: date) -> None:
        self.kind = kind
        self.on = on
        super().__init__(f"no {kind} in force on {on}")


class ContentAltered(RuntimeError):
    """A content is not the one that was published: its digest differs."""

    def __init__(self, kind: str, number: int) -> None:
        super().__init__(f"the content of {kind} {number} does not bear its digest")


class NoSuchVersion(LookupError):
    """There is no version of that number."""


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version: who wrote and who published it, and from when it is in force (None: it is not published)."""

    number: int
    state: str
    digest: str
    valid_from: date | None
    drafted_by: str
    drafted_at: datetime
    published_by: str | None
    published_at: datetime | None


@remembered
def current_questionnaire(on: date) -> Questionnaire:
    """Return the questionnaire in force on a day. Raises NothingPublished and ContentAltered."""
    return read_questionnaire(checked(questionnaire_version(on)).content)


@remembered
def matching_rules(on: date) -> Rules:
    """Return the matching rules in force on a day. Raises NothingPublished and ContentAltered."""
    return read_rules(checked(rules_version(on)).content)


def questionnaire_version(on: date) -> QuestionnaireVersion:
    """Return the row of the questionnaire in force on a day. Raises NothingPublished."""
    return _in_force(QuestionnaireVersion.objects, on)


def rules_version(on: date) -> MatchingRules:
    """Return the row of the matching rules in force on a day. Raises NothingPublished."""
    return _in_force(MatchingRules.objects, on)


def _in_force(versions: Manager[V], on: date) -> V:
    """Return the version in force on a day; of two from one day on the one published later."""
    published = versions.filter(state=VersionState.PUBLISHED, valid_from__lte=on)
    found = published.order_by("-valid_from", "-published_at", "-number").first()
    if found is None:
        raise NothingPublished(versions.model.kind, on)
    return found


def checked(version: V) -> V:
    """Return the version if its content bears its digest. Raises ContentAltered."""
    if digest_of(version.content) != version.digest:
        raise ContentAltered(version.kind, version.number)
    return version


def questionnaire_numbered(number: int) -> QuestionnaireVersion:
    """Return a version of the questionnaire by its number. Raises NoSuchVersion."""
    return _numbered(QuestionnaireVersion.objects, number)


def rules_numbered(number: int) -> MatchingRules:
    """Return a version of the matching rules by its number. Raises NoSuchVersion."""
    return _numbered(MatchingRules.objects, number)


def _numbered(versions: Manager[V], number: int) -> V:
    found = versions.filter(number=number).first()
    if found is None:
        raise NoSuchVersion(f"no version {number}")
    return found


def questionnaires() -> list[VersionView]:
    """Return all versions of the questionnaire, the newest first."""
    return [_view(version) for version in QuestionnaireVersion.objects.order_by("-number")]


def rule_versions() -> list[VersionView]:
    """Return all versions of the matching rules, the newest first."""
    return [_view(version) for version in MatchingRules.objects.order_by("-number")]


def _view(version: Version) -> VersionView:
    return VersionView(**{name: getattr(version, name) for name in VersionView.__slots__})
