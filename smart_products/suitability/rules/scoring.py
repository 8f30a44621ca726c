"""From answers to a risk class: whole points, nothing else.

Owns which answers are complete and possible, and what they come to. Points lead to a band, caps hold the class down,
protections put the client in the protected lowest class. The same answers to the same content always score the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from smart_products.suitability.rules.questionnaire import CLASSES, LOWEST, Question, Questionnaire, When

Answers = Mapping[str, Sequence[str]]
"""Codes of questions, and of each the codes of the options chosen (one, or several where that is allowed)."""


class AnswersMissing(ValueError):
    """Questions stand unanswered: there is no class without them."""

    def __init__(self, questions: Sequence[str]) -> None:
        self.questions = tuple(questions)
        super().__init__(f"unanswered: {', '.join(questions)}")


class ImpossibleAnswers(ValueError):
    """An answer names no question or option, or chooses what can not be chosen together."""

    def __init__(self, questions: Sequence[str]) -> None:
        self.questions = tuple(questions)
        super().__init__(f"impossible answers: {', '.join(questions)}")


@dataclass(frozen=True, slots=True)
class Score:
    """What answers come to: points in all and by question, the class, and what held it down or protects."""

    points: int
    risk_class: str
    protected: bool
    by_question: tuple[tuple[str, int], ...]
    capped_by: tuple[str, ...]
    protected_by: tuple[str, ...]


def missing(questionnaire: Questionnaire, answers: Answers) -> tuple[str, ...]:
    """Return the codes of the questions without an answer, in their order."""
    return tuple(question.code for question in questionnaire.questions if not answers.get(question.code))


def impossible(questionnaire: Questionnaire, answers: Answers) -> tuple[str, ...]:
    """Return the codes of questions that are unknown or whose answer can not be given; none answered is possible."""
    questions = {question.code: question for question in questionnaire.questions}
    return tuple(code for code, chosen in answers.items() if code not in questions or _wrong(questions[code], chosen))


def _wrong(question: Question, chosen: Sequence[str]) -> bool:
    options = {option.code: option for option in question.options}
    if len(set(chosen)) != len(chosen) or not options.keys() >= set(chosen):
        return True
    return len(chosen) > 1 and (not question.several or any(options[code].alone for code in chosen))


def score(questionnaire: Questionnaire, answers: Answers) -> Score:
    """Return what the answers come to. Raises ImpossibleAnswers and AnswersMissing."""
    if wrong := impossible(questionnaire, answers):
        raise ImpossibleAnswers(wrong)
    if unanswered := missing(questionnaire, answers):
        raise AnswersMissing(unanswered)
    by_question = tuple((question.code, _points(question, answers)) for question in questionnaire.questions)
    points = sum(had for _, had in by_question)
    protected_by = tuple(one.code for one in questionnaire.protections if _fulfilled(one.when, answers))
    by_points = max(name for name, start in questionnaire.bands if start <= points)
    caps = [cap for cap in questionnaire.caps if _fulfilled(cap.when, answers) and cap.risk_class < by_points]
    return Score(
        points=points,
        risk_class=LOWEST if protected_by else min([by_points, *(cap.risk_class for cap in caps)], key=CLASSES.index),
        protected=bool(protected_by),
        by_question=by_question,
        capped_by=tuple(cap.code for cap in caps),
        protected_by=protected_by,
    )


def _points(question: Question, answers: Answers) -> int:
    """Return the points of the options chosen, held to the most that the question gives."""
    chosen = answers[question.code]
    return min(question.most, sum(option.points for option in question.options if option.code in chosen))


def _fulfilled(when: When, answers: Answers) -> bool:
    """Tell whether of every question named at least one of the options is chosen."""
    return all(options & set(answers[question]) for question, options in when.items())
