"""Matching rules as data, and the one way to read them.

Content of schema 1: how long an assessment holds, how often it may be taken, what counts of professional investors,
the matrix of outcomes by investor, class and level, high-risk levels, and the words of every reason. What no data can
switch off stands in judging.py. Never judges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.rules import InvestorClass
from smart_products.catalogue.rules import RiskLevel
from smart_products.catalogue.terms import Text
from smart_products.suitability.rules.content import Reading, Rule, digest_of, joined
from smart_products.suitability.rules.questionnaire import CLASSES

SCHEMA = 1
LEVELS: tuple[str, ...] = tuple(RiskLevel.values)
UNASSESSED = "none"
"""The row of professional investors without a valid class; ordinary investors have no such row, and never will."""


class Outcome(models.TextChoices):
    """What a match comes to, from the best to the worst."""

    FIT = "fit", _("fits")
    WARNING = "warning", _("may go on after a special written warning")
    REFUSED = "refused", _("refused")


OUTCOMES: tuple[str, ...] = tuple(Outcome.values)


class Reason(models.TextChoices):
    """Why a match came out as it did; what a client reads are the words of the rules version."""

    FITS = "fits", _("the product's level lies within the client's class")
    PROFESSIONAL = "professional", _("professional investor")
    ABOVE_CLASS = "above_class", _("the product is riskier than the client's class allows for")
    NOT_RECOMMENDED = "not_recommended", _("advice that we do not recommend to this client")
    THINKING_TIME = "thinking_time", _("high risk: time to think before signing")
    FOLLOW_UP = "follow_up", _("high risk: a follow-up call after signing")
    PROTECTED = "protected", _("protected lowest class")
    NO_ASSESSMENT = "no_assessment", _("no suitability assessment")
    DECLINED = "declined", _("the client declined to give the information")
    EXPIRED = "expired", _("the assessment has expired")
    NOT_GRADED = "not_graded", _("the product has no valid risk level or regulatory class")


@dataclass(frozen=True, slots=True)
class HighRisk:
    """From which level on an ordinary investor needs time to think (hours) and perhaps a follow-up call."""

    level: str
    thinking_hours: int
    follow_up: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """Matching rules that keep every rule of content; `ordinary` and `professional` give outcomes by class and level.

    `advice_above` is the outcome for advice above the class of an ordinary investor, where it is worse than the matrix.
    """

    validity_months: int
    most_a_day: int
    most_a_year: int
    feed_lowest_is_protected: bool
    feed_professional_counts: bool
    professional_months: int
    ordinary: Mapping[str, Mapping[str, str]]
    professional: Mapping[str, Mapping[str, str]]
    advice_above: str
    high_risk: HighRisk
    words: Mapping[str, Text]
    digest: str


def read_rules(content: Any) -> Rules:
    """Return the matching rules a content describes. Raises ContentError with every fault."""
    reading = Reading()
    needed = ("schema", "validity_months", "retakes", "feed", "professional_months", "matrix", "advice_above")
    told = reading.mapping(content, "", (*needed, "high_risk", "words"))
    if told["schema"] != SCHEMA:
        reading.fault("schema", Rule.SCHEMA)
    retakes = reading.mapping(told["retakes"], "retakes", ("a_day", "a_year"))
    feed = reading.mapping(told["feed"], "feed", ("lowest_is_protected", "professional_counts"))
    matrix = reading.mapping(told["matrix"], "matrix", InvestorClass.values)
    read = Rules(
        validity_months=reading.whole(told["validity_months"], "validity_months", 1, 36),
        most_a_day=reading.whole(retakes["a_day"], "retakes.a_day", 1, 10),
        most_a_year=reading.whole(retakes["a_year"], "retakes.a_year", 1, 50),
        feed_lowest_is_protected=reading.flag(feed["lowest_is_protected"], "feed.lowest_is_protected"),
        feed_professional_counts=reading.flag(feed["professional_counts"], "feed.professional_counts"),
        professional_months=reading.whole(told["professional_months"], "professional_months", 1, 36),
        ordinary=_matrix(reading, matrix["ordinary"], "matrix.ordinary", CLASSES),
        professional=_matrix(reading, matrix["professional"], "matrix.professional", (UNASSESSED, *CLASSES)),
        advice_above=reading.choice(told["advice_above"], "advice_above", OUTCOMES[1:]),
        high_risk=_high_risk(reading, told["high_risk"]),
        words=_words(reading, told["words"]),
        digest="",
    )
    if read.most_a_year < read.most_a_day:
        reading.fault("retakes.a_year", Rule.YEAR_BELOW_DAY)
    _compare_investors(reading, read)
    reading.close()
    return replace(read, digest=digest_of(content))


def _matrix(reading: Reading, value: Any, path: str, classes: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Return the outcomes by class and level; no class is treated worse than a lower one, no level better."""
    told = reading.mapping(value, path, classes)
    found: dict[str, dict[str, str]] = {}
    for name in classes:
        at = joined(path, name)
        row = reading.mapping(told[name], at, LEVELS)
        found[name] = {level: reading.choice(row[level], joined(at, level), OUTCOMES) for level in LEVELS}
    for lower, higher in pairwise(classes):
        for level in LEVELS:
            if worse(found[higher][level], found[lower][level]):
                reading.fault(joined(joined(path, higher), level), Rule.CLASS_WORSE)
    for name in classes:
        for safer, riskier in pairwise(LEVELS):
            if worse(found[name][safer], found[name][riskier]):
                reading.fault(joined(joined(path, name), riskier), Rule.LEVEL_BETTER)
    return found


def _compare_investors(reading: Reading, read: Rules) -> None:
    for name in CLASSES:
        for level in LEVELS:
            if worse(read.professional[name][level], read.ordinary[name][level]):
                reading.fault(f"matrix.professional.{name}.{level}", Rule.PROFESSIONAL_WORSE)


def _high_risk(reading: Reading, value: Any) -> HighRisk:
    told = reading.mapping(value, "high_risk", ("from", "thinking_hours", "follow_up"))
    return HighRisk(
        level=reading.choice(told["from"], "high_risk.from", LEVELS),
        thinking_hours=reading.whole(told["thinking_hours"], "high_risk.thinking_hours", 0, 720),
        follow_up=reading.flag(told["follow_up"], "high_risk.follow_up"),
    )


def _words(reading: Reading, value: Any) -> dict[str, Text]:
    told = reading.mapping(value, "words", Reason.values)
    return {reason: reading.text(told[reason], joined("words", reason)) for reason in Reason.values}


def worse(one: str, other: str) -> bool:
    """Tell whether an outcome is worse than another."""
    return OUTCOMES.index(one) > OUTCOMES.index(other)
