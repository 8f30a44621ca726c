"""What a client is on a day, from what the feed, our own assessments and accepted evidence say.

Owns which assessment counts: the later one, on a tie the stricter; the feed's only with its day. Takes plain values
and knows no table, so that a decision can be worked out again from what it kept. Never writes, never reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.rules import InvestorClass
from smart_products.suitability.rules.days import add_months
from smart_products.suitability.rules.judging import Source, Standing
from smart_products.suitability.rules.matching import Rules
from smart_products.suitability.rules.questionnaire import CLASSES, LOWEST

_Found = tuple[date, bool, int, str, date, Source]
"""Day, not protected, place of the class, class, last day, source: of two the one to count can be compared."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a client on a day, none of it later than that day.

    `feed_*` as the feed's version of the day says; `own_*` the last scored assessment here; `declined_on` the day of
    a refusal to give the information, where that is the last word here; `professional`: accepted evidence is in force.
    """

    feed_class: str
    feed_assessed_on: date | None
    feed_investor_class: str
    own_class: str
    own_protected: bool
    own_assessed_on: date | None
    own_expires_on: date | None
    declined_on: date | None
    professional: bool

    def plain(self) -> dict[str, Any]:
        """Return the facts as JSON values."""
        return {
            name: value.isoformat() if isinstance(value := getattr(self, name), date) else value
            for name in self.__slots__
        }

    @classmethod
    def from_plain(cls, values: dict[str, Any]) -> Facts:
        """Return the facts that `plain` gave."""
        days = {name: value and date.fromisoformat(value) for name, value in values.items() if name.endswith("_on")}
        return cls(**{**values, **days})


def stand(facts: Facts, rules: Rules, on: date) -> Standing:
    """Return the standing on a day."""
    counted = _latest(facts, rules, on)
    declined = facts.declined_on is not None and (counted is None or counted[0] <= facts.declined_on)
    by_feed = rules.feed_professional_counts and facts.feed_investor_class == InvestorClass.PROFESSIONAL
    investor = InvestorClass.PROFESSIONAL if facts.professional or by_feed else InvestorClass.ORDINARY
    if counted is None:
        return Standing(None, False, investor.value, None, None, None, declined)
    assessed_on, unprotected, _, risk_class, expires_on, source = counted
    return Standing(risk_class, not unprotected, investor.value, assessed_on, expires_on, source, declined)


def _latest(facts: Facts, rules: Rules, on: date) -> _Found | None:
    """Return the assessment that counts: the later, of two on one day the stricter."""
    found: list[_Found] = []
    if facts.own_class in CLASSES and facts.own_assessed_on is not None and facts.own_expires_on is not None:
        days = facts.own_assessed_on, facts.own_expires_on
        found.append(_found(facts.own_class, days, "here", protected=facts.own_protected))
    if facts.feed_class in CLASSES and facts.feed_assessed_on is not None:
        days = facts.feed_assessed_on, add_months(facts.feed_assessed_on, rules.validity_months)
        protected = rules.feed_lowest_is_protected and facts.feed_class == LOWEST
        found.append(_found(facts.feed_class, days, "feed", protected=protected))
    possible = [one for one in found if one[0] <= on]
    if not possible:
        return None
    last = max(one[0] for one in possible)
    return min(one for one in possible if one[0] == last)


def _found(risk_class: str, days: tuple[date, date], source: Source, *, protected: bool) -> _Found:
    return days[0], not protected, CLASSES.index(risk_class), risk_class, days[1], source
