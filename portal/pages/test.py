"""The suitability test as a client meets it: one question a screen, progress, what the answers came to.

Turns the questionnaire in force into words of one language. Never scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from screens import formats
from smart_products.suitability.rules import LEVELS, Question, Questionnaire, Rules, Standing, judge

SOON = timedelta(days=60)
"""So long before a class ends the client is reminded."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer on offer."""

    code: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Screen:
    """One question on its screen."""

    number: int
    total: int
    code: str
    text: str
    several: bool
    choices: tuple[Choice, ...]
    answered: int


def screen(asked: Questionnaire, number: int, answers: Mapping[str, Sequence[str]], language: str) -> Screen:
    """Return the question with this number, from 1, with what was chosen before."""
    question = asked.questions[number - 1]
    return Screen(
        number, len(asked.questions), question.code, question.text.in_language(language), question.several,
        _choices(question, answers.get(question.code, ()), language), len(answers),
    )  # fmt: skip


def _choices(question: Question, chosen: Sequence[str], language: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(option.code, option.text.in_language(language), option.code in chosen) for option in question.options
    )


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answer, as it is looked over before the end."""

    number: int
    text: str
    answer: str


def overview(asked: Questionnaire, answers: Mapping[str, Sequence[str]], language: str) -> tuple[Answered, ...]:
    """Return all questions with what was answered; an unanswered one has no answer."""
    mark = "；" if formats.is_chinese(language) else "; "
    return tuple(
        Answered(
            number,
            question.text.in_language(language),
            mark.join(
                choice.text for choice in _choices(question, answers.get(question.code, ()), language) if choice.chosen
            ),
        )
        for number, question in enumerate(asked.questions, 1)
    )


@dataclass(frozen=True, slots=True)
class Result:
    """What a client is on a day, in words."""

    risk_class: str
    words: str
    assessed_on: str
    expires_on: str
    source: str
    levels: str
    """The levels of products that fit."""
    renew: bool
    """Whether it is time to take the test, or to take it again."""


def result(standing: Standing, rules: Rules, on: date) -> Result:
    """Return the standing of a client in words."""
    held = standing.valid_class(on)
    fitting = [level for level in LEVELS if held and judge(standing, level, "tool", rules, on).outcome == "fit"]
    names = {"C1": _("Careful"), "C2": _("Steady"), "C3": _("Balanced"), "C4": _("Enterprising"), "C5": _("Bold")}
    ends = standing.expires_on
    return Result(
        risk_class=held or "",
        words=names.get(held or "", ""),
        assessed_on=standing.assessed_on.isoformat() if standing.assessed_on and not standing.declined else "",
        expires_on=ends.isoformat() if ends is not None and not standing.declined else "",
        source=_("told by the broker's books") if standing.source == "feed" else "",
        levels=f"{fitting[0]}–{fitting[-1]}" if len(fitting) > 1 else "".join(fitting),
        renew=held is None or ends is None or ends - SOON <= on,
    )
