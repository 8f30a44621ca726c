"""The steps of a signing in the order of the law, and what is kept of each.

Pure: consent to sign electronically, suitability, risk disclosure, special warning where the decision asks for one,
agreement, signature. No step can be skipped, taken out of order, or done by somebody else for the client.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from smart_products.signing.states import MatchOutcome

LOGIN_LASTS = timedelta(minutes=10)
"""How long before the signature a strong login may lie."""


class Step(models.TextChoices):
    """A step of a signing; those that are papers have the kind of their paper as code."""

    ESIGN_CONSENT = "esign_consent", _("consent to sign electronically")
    SUITABILITY = "suitability", _("suitability")
    RISK_DISCLOSURE = "risk_disclosure", _("risk disclosure")
    SPECIAL_WARNING = "special_warning", _("special risk warning")
    AGREEMENT = "agreement", _("agreement")
    SIGNATURE = "signature", _("signature")


PAPERS = frozenset({Step.ESIGN_CONSENT, Step.RISK_DISCLOSURE, Step.SPECIAL_WARNING, Step.AGREEMENT})


@dataclass(frozen=True, slots=True)
class Trace:
    """Where an act came from: a digest of the session, the device as it names itself, and the address."""

    session: str
    device: str
    address: str


@dataclass(frozen=True, slots=True)
class Identification:
    """The last strong login before the signature: the methods that really ran, and when."""

    methods: tuple[str, ...]
    at: datetime


class StepError(ValueError):
    """A step can not be taken now."""


class OutOfOrder(StepError):
    """Another step comes first, or this one is done; `next_step` names it."""

    def __init__(self, step: Step, next_step: Step | None) -> None:
        self.step, self.next_step = step, next_step
        super().__init__(f"the step {step} is not the next: {next_step or 'all are done'}")


class ReadLonger(StepError):
    """The paper was open for less than its shortest time; `seconds` are missing."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"{seconds} more seconds of reading")


class NotAcknowledged(StepError):
    """A sentence that has to be acknowledged was not; nothing is ticked beforehand."""


class OtherPaper(StepError):
    """What is acknowledged is not the paper that was shown."""


def steps(outcome: str) -> tuple[Step, ...]:
    """Return the steps of a signing, given what the decision said (empty: not decided yet)."""
    return tuple(step for step in Step if step != Step.SPECIAL_WARNING or outcome == MatchOutcome.WARNING)


def next_step(done: Collection[str], outcome: str) -> Step | None:
    """Return the first step that is not done; None after the signature."""
    return next((step for step in steps(outcome) if step not in done), None)
