"""Taking an assessment, and declining to give the information.

Owns `Assessment`. What a client answers is scored at once and kept for ever; how often it may be taken is data, so
that nobody tries until the class is high enough. A refusal is kept as well: it ends what was known before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from accounts.concerns import record_about
from accounts.models import Client
from core.actor import Actor
from smart_products.suitability.models import Assessment, QuestionnaireVersion
from smart_products.suitability.operations.standing import may_change
from smart_products.suitability.queries.versions import checked, questionnaire_version, rules_version
from smart_products.suitability.rules import (
    Answers,
    ImpossibleAnswers,
    Questionnaire,
    Rules,
    add_months,
    impossible,
    read_questionnaire,
    read_rules,
    score,
)


class QuestionnaireReplaced(ValueError):
    """The questionnaire answered is not the one in force on the day: the client has to see the new one."""


class AssessedLater(ValueError):
    """The client was assessed on a later day already."""


class TooManyAssessments(ValueError):
    """The client has taken the test as often as is allowed; `again_on` is the first day on which it can be taken."""

    def __init__(self, again_on: date) -> None:
        self.again_on = again_on
        super().__init__(f"the test can be taken again on {again_on}")


@transaction.atomic
def assess(
    *,
    client: Client,
    questionnaire: Questionnaire,
    answers: Answers,
    on: date,
    public_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Assessment:
    """Score the answers of a client on a day and keep them; they count from that day on.

    A `public_id` drawn before makes a repeated call return what the first one made. Raises AnswersMissing,
    ImpossibleAnswers, QuestionnaireReplaced, TooManyAssessments and AssessedLater; then nothing is kept.
    """
    with may_change(client, on=on, at=at):
        if (made := _made(client, public_id)) is not None:
            return made
        version = _version_answered(questionnaire, on)
        scored = score(read_questionnaire(version.content), answers)
        ruled_by = checked(rules_version(on))
        rules = read_rules(ruled_by.content)
        _refuse_too_many(_days_of(client, on), rules, on)
        made = Assessment.objects.create(
            public_id=public_id or uuid4(),
            client=client,
            questionnaire=version,
            rules=ruled_by,
            answers=_kept(answers),
            declined=False,
            points=scored.points,
            risk_class=scored.risk_class,
            protected=scored.protected,
            assessed_on=on,
            expires_on=add_months(on, rules.validity_months),
            at=at,
        )
        _record("assess", made, by=by, at=at)
    return made


@transaction.atomic
def decline_assessment(
    *,
    client: Client,
    questionnaire: Questionnaire,
    answers: Answers,
    on: date,
    public_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Assessment:
    """Keep that a client, told the consequence, refuses to give the information; nothing counts from then on.

    `answers` are those given before. A later assessment, here or by the feed, counts again. Raises ImpossibleAnswers,
    QuestionnaireReplaced and AssessedLater.
    """
    with may_change(client, on=on, at=at):
        if (made := _made(client, public_id)) is not None:
            return made
        version = _version_answered(questionnaire, on)
        if wrong := impossible(read_questionnaire(version.content), answers):
            raise ImpossibleAnswers(wrong)
        _days_of(client, on)
        made = Assessment.objects.create(
            public_id=public_id or uuid4(),
            client=client,
            questionnaire=version,
            rules=rules_version(on),
            answers=_kept(answers),
            declined=True,
            assessed_on=on,
            at=at,
        )
        _record("decline_assessment", made, by=by, at=at)
    return made


def _made(client: Client, public_id: UUID | None) -> Assessment | None:
    """Return what an earlier call with the same id made."""
    return Assessment.objects.filter(client=client, public_id=public_id).first() if public_id else None


def _version_answered(questionnaire: Questionnaire, on: date) -> QuestionnaireVersion:
    """Return the version in force, if it is the one answered."""
    version = checked(questionnaire_version(on))
    if version.digest != questionnaire.digest:
        raise QuestionnaireReplaced(f"another questionnaire is in force on {on}")
    return version


def _days_of(client: Client, on: date) -> list[date]:
    """Return the days of the client's scored assessments, ascending. Raises AssessedLater."""
    taken = list(
        Assessment.objects.filter(client=client).order_by("assessed_on").values_list("assessed_on", "declined")
    )
    if taken and taken[-1][0] > on:
        raise AssessedLater(f"there is an assessment of {taken[-1][0]}")
    return [day for day, declined in taken if not declined]


def _refuse_too_many(days: Sequence[date], rules: Rules, on: date) -> None:
    """Raise TooManyAssessments when one more on a day is too many for the day or for twelve months."""
    year = [day for day in days if add_months(day, 12) > on]
    if len(year) >= rules.most_a_year:
        raise TooManyAssessments(add_months(year[-rules.most_a_year], 12))
    if days.count(on) >= rules.most_a_day:
        raise TooManyAssessments(on + timedelta(days=1))


def _kept(answers: Answers) -> dict[str, Any]:
    return {question: list(chosen) for question, chosen in answers.items()}


def _record(action: str, made: Assessment, *, by: Actor, at: datetime) -> None:
    """Write the audit row: which test, never what was answered or what it came to."""
    details = {"assessment": made.public_id, "questionnaire": made.questionnaire.number, "on": made.assessed_on}
    record_about(made.client, action=action, details=details, by=by, at=at)
