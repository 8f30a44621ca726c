"""Suitability of the client who asks: how he stands, the questions in force, and the test he takes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import Http404, HttpResponse
from pydantic import Field
from rest_framework.request import Request

from api.own import Own, language
from api.resource import answered, says
from api.v1.signings import Asked
from core import clock
from screens.plain.shape import Shape
from screens.plain.suitability import Standing, standing
from smart_products.suitability.operations import QuestionnaireReplaced, assess, decline_assessment
from smart_products.suitability.queries import NothingPublished, current_questionnaire, standing_of
from smart_products.suitability.rules import Questionnaire

TAG = "suitability"
Code = Annotated[str, Field(max_length=64)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="`digest` of the questions that were answered.")]


class Choice(Shape):
    """An answer on offer."""

    code: str
    text: str
    alone: bool = Field(description="Whether it excludes every other answer.")


class Question(Shape):
    """A question; `several` answers may be chosen, or one."""

    code: str
    text: str
    several: bool
    choices: list[Choice]


class Questions(Shape):
    """The questionnaire in force, in the language asked for."""

    digest: str
    title: str
    opening: str
    refusal: str = Field(description="What it means to give no information.")
    questions: list[Question]


class Answers(Asked):
    """The answers of a client, by code of the question."""

    questionnaire: Digest
    answers: dict[Code, Annotated[list[Code], Field(max_length=50)]] = Field(max_length=100)


class Refusal(Asked):
    """That the client, told the consequence, gives no information."""

    questionnaire: Digest


class Assessed(Shape):
    """A test that counts from its day on."""

    risk_class: str | None
    assessed_on: date
    expires_on: date | None
    declined: bool


class Mine(Own):
    """How the client stands."""

    @says("suitability_read", Standing, tag=TAG)
    def get(self, request: Request) -> HttpResponse:
        """Read how the client stands today for matching."""
        today = clock.shanghai_today()
        try:
            return answered(request, standing(standing_of(self.reader(request).client, today), today))
        except NothingPublished as problem:
            raise Http404 from problem


class InForce(Own):
    """The questions."""

    @says("questionnaire_read", Questions, tag=TAG)
    def get(self, request: Request) -> HttpResponse:
        """Read the questionnaire in force."""
        found, spoken = _in_force(), language()
        told = Questions(
            digest=found.digest,
            title=found.title.in_language(spoken),
            opening=found.opening.in_language(spoken),
            refusal=found.refusal.in_language(spoken),
            questions=[
                Question(
                    code=one.code,
                    text=one.text.in_language(spoken),
                    several=one.several,
                    choices=[
                        Choice(code=each.code, text=each.text.in_language(spoken), alone=each.alone)
                        for each in one.options
                    ],
                )
                for one in found.questions
            ],
        )
        return answered(request, told)


class Assessments(Own):
    """The tests of the client."""

    @says("assessment_take", Assessed, body=Answers, status=201, tag=TAG)
    def post(self, request: Request) -> HttpResponse:
        """Let all answers count: they come to a class that holds from today."""
        asked = self.body(request, Answers)
        made = assess(
            client=self.reader(request).client, questionnaire=_answered(asked.questionnaire), answers=asked.answers,
            on=clock.shanghai_today(), by=self.actor(request), at=clock.now(),
        )  # fmt: skip
        return answered(request, Assessed.model_validate(made, from_attributes=True), status=201)


class Refusals(Own):
    """That the client gives no information."""

    @says("assessment_decline", Assessed, body=Refusal, status=201, tag=TAG)
    def post(self, request: Request) -> HttpResponse:
        """Keep that the client gives no information: no class holds from today, until a later test."""
        asked = self.body(request, Refusal)
        made = decline_assessment(
            client=self.reader(request).client, questionnaire=_answered(asked.questionnaire), answers={},
            on=clock.shanghai_today(), by=self.actor(request), at=clock.now(),
        )  # fmt: skip
        return answered(request, Assessed.model_validate(made, from_attributes=True), status=201)


def _in_force() -> Questionnaire:
    try:
        return current_questionnaire(clock.shanghai_today())
    except NothingPublished as problem:
        raise Http404 from problem


def _answered(digest: str) -> Questionnaire:
    """Return the questionnaire that was answered. Raises QuestionnaireReplaced where another is in force."""
    found = _in_force()
    if found.digest != digest:
        raise QuestionnaireReplaced(digest)
    return found
