"""Whether a product matches a client: a total function of standing, product, rules and day.

Owns the laws that stand outside the data, so that no version of the rules can switch them off: the protected lowest
class never goes above its level; an ordinary investor without a valid class is refused; a product that is not graded
is refused. All else is the matrix's. The same inputs give the same verdict for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from accounts.rules import InvestorClass
from smart_products.catalogue.rules import RegulatoryClass
from smart_products.catalogue.terms import Text
from smart_products.suitability.rules.matching import LEVELS, OUTCOMES, UNASSESSED, Outcome, Reason, Rules
from smart_products.suitability.rules.questionnaire import CLASSES

LOWEST_LEVEL = LEVELS[0]
"""The level of the protected lowest class: it never goes above."""

Source = Literal["here", "feed"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a client is on a day: class (None: there is none), investor class, and until when the class holds.

    `expires_on` is the last day on which it holds. `protected` outlives it, until a later assessment says otherwise.
    `declined`: the client refused to give the information after what was known before.
    """

    risk_class: str | None
    protected: bool
    investor_class: str
    assessed_on: date | None
    expires_on: date | None
    source: Source | None
    declined: bool = False

    def valid_class(self, on: date) -> str | None:
        """Return the class if it holds on a day."""
        if self.declined or self.risk_class not in CLASSES or self.assessed_on is None or self.expires_on is None:
            return None
        return self.risk_class if self.assessed_on <= on <= self.expires_on else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome with its reasons (codes of `Reason`), and what an ordinary investor of high risk must be given."""

    outcome: str
    reasons: tuple[str, ...]
    thinking_hours: int = 0
    follow_up: bool = False

    def words(self, rules: Rules) -> tuple[Text, ...]:
        """Return the reasons in the words of the rules by which they were found."""
        return tuple(rules.words[reason] for reason in self.reasons)


def judge(standing: Standing, risk_level: str, regulatory_class: str, rules: Rules, on: date) -> Verdict:
    """Return the verdict on a client of that standing for a product of that level and class, on a day."""
    if risk_level not in LEVELS or regulatory_class not in RegulatoryClass.values:
        return _refused(Reason.NOT_GRADED)
    if standing.protected and risk_level != LOWEST_LEVEL:
        return _refused(Reason.PROTECTED)
    held = standing.valid_class(on)
    if standing.investor_class == InvestorClass.PROFESSIONAL:
        return _professional(held, risk_level, rules)
    if held is None:
        return _refused(_without_class(standing, on))
    return _ordinary(rules.ordinary[held][risk_level], risk_level, regulatory_class, rules)


def _refused(*reasons: Reason) -> Verdict:
    return Verdict(Outcome.REFUSED.value, tuple(reason.value for reason in reasons))


def _without_class(standing: Standing, on: date) -> Reason:
    """Return why there is no valid class on a day."""
    if standing.declined:
        return Reason.DECLINED
    over = standing.risk_class in CLASSES and standing.expires_on is not None and standing.expires_on < on
    return Reason.EXPIRED if over else Reason.NO_ASSESSMENT


def _professional(held: str | None, risk_level: str, rules: Rules) -> Verdict:
    outcome = rules.professional[held or UNASSESSED][risk_level]
    above = [] if outcome == Outcome.FIT else [Reason.ABOVE_CLASS if held else Reason.NO_ASSESSMENT]
    return Verdict(outcome, tuple(reason.value for reason in [Reason.PROFESSIONAL, *above]))


def _ordinary(by_matrix: str, risk_level: str, regulatory_class: str, rules: Rules) -> Verdict:
    """Return the verdict of an ordinary investor, from what the matrix says."""
    if by_matrix == Outcome.FIT:
        outcome, reasons = by_matrix, [Reason.FITS]
    elif regulatory_class == RegulatoryClass.ADVICE:
        outcome = max(by_matrix, rules.advice_above, key=OUTCOMES.index)
        reasons = [Reason.ABOVE_CLASS, Reason.NOT_RECOMMENDED]
    else:
        outcome, reasons = by_matrix, [Reason.ABOVE_CLASS]
    high = rules.high_risk
    if outcome == Outcome.REFUSED or risk_level < high.level:
        return Verdict(outcome, tuple(reason.value for reason in reasons))
    reasons += [Reason.THINKING_TIME] * (high.thinking_hours > 0) + [Reason.FOLLOW_UP] * high.follow_up
    return Verdict(outcome, tuple(reason.value for reason in reasons), high.thinking_hours, high.follow_up)
