"""A questionnaire as data, and the one way to read it.

Content of schema 1: title, opening words, questions with options and points, bands of points for C1 to C5, caps
(answers that hold the class down) and protections (answers that make a client one of the protected lowest class).
Never scores: scoring.py does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from accounts.rules import RiskClass
from smart_products.catalogue.terms import Text
from smart_products.suitability.rules.content import Reading, Rule, digest_of, joined

SCHEMA = 1
MOST_POINTS = 1_000
CLASSES: tuple[str, ...] = tuple(RiskClass.values)
LOWEST = CLASSES[0]

When = Mapping[str, frozenset[str]]
"""Question and options: fulfilled when of every question named at least one of the options is chosen."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen. `alone`: with it no other may be."""

    code: str
    text: Text
    points: int
    alone: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its options. Of several chosen options the points add up, to `most` at the most."""

    code: str
    text: Text
    several: bool
    most: int
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Cap:
    """Answers that allow no class above `risk_class`, whatever the points."""

    code: str
    when: When
    risk_class: str
    text: Text


@dataclass(frozen=True, slots=True)
class Protection:
    """Answers that make the client one of the protected lowest class, whatever the points."""

    code: str
    when: When
    text: Text


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A questionnaire that keeps every rule; `bands` gives for each class, ascending, the points it starts at."""

    title: Text
    opening: Text
    refusal: Text
    questions: tuple[Question, ...]
    bands: tuple[tuple[str, int], ...]
    caps: tuple[Cap, ...]
    protections: tuple[Protection, ...]
    digest: str


def read_questionnaire(content: Any) -> Questionnaire:
    """Return the questionnaire a content describes. Raises ContentError with every fault."""
    reading = Reading()
    needed = ("schema", "title", "opening", "refusal", "questions", "bands", "caps", "protections")
    told = reading.mapping(content, "", needed)
    if told["schema"] != SCHEMA:
        reading.fault("schema", Rule.SCHEMA)
    questions = _questions(reading, told["questions"])
    read = Questionnaire(
        title=reading.text(told["title"], "title"),
        opening=reading.text(told["opening"], "opening"),
        refusal=reading.text(told["refusal"], "refusal"),
        questions=questions,
        bands=_bands(reading, told["bands"], sum(question.most for question in questions)),
        caps=_caps(reading, told["caps"], questions),
        protections=_protections(reading, told["protections"], questions),
        digest="",
    )
    reading.close()
    return replace(read, digest=digest_of(content))


def _questions(reading: Reading, value: Any) -> tuple[Question, ...]:
    found: list[Question] = []
    for path, one in reading.rows(value, "questions"):
        told = reading.mapping(one, path, ("code", "text", "several", "options"), ("most",))
        options = _options(reading, told["options"], joined(path, "options"))
        several = reading.flag(told["several"], joined(path, "several"))
        found.append(
            Question(
                code=reading.code(told["code"], joined(path, "code"), {question.code for question in found}),
                text=reading.text(told["text"], joined(path, "text")),
                several=several,
                most=_most(reading, told["most"], joined(path, "most"), several=several, options=options),
                options=options,
            )
        )
    return tuple(found)


def _most(reading: Reading, value: Any, path: str, *, several: bool, options: tuple[Option, ...]) -> int:
    """Return the most points of a question: said for several options, the best option's for one."""
    best = max((option.points for option in options), default=0)
    if several:
        if value is None:
            reading.fault(path, Rule.MISSING)
        return reading.whole(0 if value is None else value, path, 0, sum(option.points for option in options))
    if value is not None:
        reading.fault(path, Rule.UNKNOWN)
    return best


def _options(reading: Reading, value: Any, path: str) -> tuple[Option, ...]:
    found: list[Option] = []
    rows = reading.rows(value, path)
    if len(rows) == 1:
        reading.fault(path, Rule.TWO_OPTIONS)
    for at, one in rows:
        told = reading.mapping(one, at, ("code", "text", "points"), ("alone",))
        found.append(
            Option(
                code=reading.code(told["code"], joined(at, "code"), {option.code for option in found}),
                text=reading.text(told["text"], joined(at, "text")),
                points=reading.whole(told["points"], joined(at, "points"), 0, MOST_POINTS),
                alone=told["alone"] is not None and reading.flag(told["alone"], joined(at, "alone")),
            )
        )
    return tuple(found)


def _bands(reading: Reading, value: Any, most: int) -> tuple[tuple[str, int], ...]:
    found: list[tuple[str, int]] = []
    for path, one in reading.rows(value, "bands"):
        told = reading.mapping(one, path, ("class", "from"))
        start = reading.whole(told["from"], joined(path, "from"), 0, MOST_POINTS * MOST_POINTS)
        found.append((reading.choice(told["class"], joined(path, "class"), CLASSES), start))
        if start > most:
            reading.fault(joined(path, "from"), Rule.OUT_OF_REACH)
    starts = [start for _, start in found]
    ascending = all(one < other for one, other in pairwise(starts))
    if found and (tuple(name for name, _ in found) != CLASSES or starts[0] != 0 or not ascending):
        reading.fault("bands", Rule.BANDS)
    return tuple(found)


def _caps(reading: Reading, value: Any, questions: tuple[Question, ...]) -> tuple[Cap, ...]:
    found: list[Cap] = []
    for path, one in reading.rows(value, "caps") if value != [] else []:
        told = reading.mapping(one, path, ("code", "when", "class", "text"))
        found.append(
            Cap(
                code=reading.code(told["code"], joined(path, "code"), {cap.code for cap in found}),
                when=_when(reading, told["when"], joined(path, "when"), questions),
                risk_class=reading.choice(told["class"], joined(path, "class"), CLASSES),
                text=reading.text(told["text"], joined(path, "text")),
            )
        )
    return tuple(found)


def _protections(reading: Reading, value: Any, questions: tuple[Question, ...]) -> tuple[Protection, ...]:
    if not isinstance(value, list) or not value:
        reading.fault("protections", Rule.NOBODY_PROTECTED)
        return ()
    found: list[Protection] = []
    for path, one in reading.rows(value, "protections"):
        told = reading.mapping(one, path, ("code", "when", "text"))
        found.append(
            Protection(
                code=reading.code(told["code"], joined(path, "code"), {known.code for known in found}),
                when=_when(reading, told["when"], joined(path, "when"), questions),
                text=reading.text(told["text"], joined(path, "text")),
            )
        )
    return tuple(found)


def _when(reading: Reading, value: Any, path: str, questions: tuple[Question, ...]) -> When:
    """Return the answers that a cap or protection asks for; at least one question, and each must be there."""
    known = {question.code: {option.code for option in question.options} for question in questions}
    if not isinstance(value, Mapping) or not value:
        reading.fault(path, Rule.MAPPING)
        return {}
    found: dict[str, frozenset[str]] = {}
    for question, options in value.items():
        at = joined(path, str(question))
        if question not in known:
            reading.fault(at, Rule.NO_SUCH_QUESTION)
            continue
        rows = reading.rows(options, at)
        for place, option in rows:
            if not isinstance(option, str) or option not in known[question]:
                reading.fault(place, Rule.NO_SUCH_OPTION)
        found[question] = frozenset(str(option) for _, option in rows)
    return found
