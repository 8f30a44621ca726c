"""A signing as the client sees it: where it stands, the paper that lies open, the decision, and how the proof was made.

Turns what stands in rows into text of one language. Never decides what comes next: signing does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from smart_products.signing.steps import Step, steps

SHORT = 4
"""Groups of four digits that a fingerprint shows."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One step in the line of progress."""

    words: str
    done: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """The line of progress, and which step of how many this is."""

    marks: tuple[Mark, ...]
    number: int
    total: int


def short_words(step: Step) -> str:
    """Return a step in a word or two, for the line of progress."""
    return {
        Step.ESIGN_CONSENT: _("E-sign"),
        Step.SUITABILITY: _("Fit"),
        Step.RISK_DISCLOSURE: _("Risks"),
        Step.SPECIAL_WARNING: _("Warning"),
        Step.AGREEMENT: _("Contract"),
        Step.SIGNATURE: _("Sign now"),
    }[step]


def progress(done: Collection[str], outcome: str, current: Step) -> Progress:
    """Return where a signing stands."""
    every = steps(outcome)
    marks = tuple(Mark(short_words(step), step in done, step == current) for step in every)
    return Progress(marks, every.index(current) + 1, len(every))


def fingerprint(digest: str) -> str:
    """Return a digest short enough to be compared by eye: `9c41 e07b 52d8 … a6f3`."""
    groups = [digest[at : at + 4] for at in range(0, len(digest), 4)]
    return " ".join([*groups[: SHORT - 1], "…", groups[-1]])


def masked(contact: str) -> str:
    """Return a number or address to which a code is sent, readable for its owner alone; empty where there is none."""
    return f"{contact[:3]}****{contact[-4:]}" if len(contact) >= 8 else contact and "****"


def leaving_words(cooling_off_until: date | None, ended: bool) -> Sequence[str]:
    """Return how the client can think better of it."""
    if ended:
        return ()
    if cooling_off_until is not None:
        day = cooling_off_until.isoformat()
        return (
            _("The cooling-off period runs to %(day)s: until then you can withdraw, and get every fee back.")
            % {"day": day},
            _("After that you can still leave at any time."),
        )
    return (_("You can leave at any time."),)


def moment(at: datetime) -> str:
    """Return a time on the clock of Shanghai, to the second."""
    return at.strftime("%Y-%m-%d %H:%M:%S")
