"""The page of health: the checks in words with the mark of their state, and one sentence for all of them.

Takes what was found. Never judges: states come with the checks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smart_products.health.rules import Check, State, worst
from smart_products.health.words import said, state_words

MARKS = {State.GOOD: "accepted", State.LOOK: "failed", State.ACT: "rejected"}
PLACES = {
    "calendar": "backoffice:calendar",
    "feed": "backoffice:feeds",
    "close": "backoffice:jobs",
    "queue": "backoffice:jobs",
}
"""Where more stands about a check."""


@dataclass(frozen=True, slots=True)
class Line:
    """A check as it is drawn."""

    mark: str
    state: str
    title: str
    found: str
    todo: str
    address: str


@dataclass(frozen=True, slots=True)
class HealthPage:
    """Everything the template draws: the gravest state and a sentence for all, then the checks."""

    mark: str
    state: str
    sentence: str
    lines: tuple[Line, ...]


def page(checks: Sequence[Check]) -> HealthPage:
    """Return the page for some checks, in their order."""
    state = worst(one.state for one in checks)
    return HealthPage(MARKS[state], state_words(state), _sentence(checks), tuple(_line(one) for one in checks))


def _line(check: Check) -> Line:
    words, place = said(check), PLACES.get(check.code, "")
    address = reverse(place) if place else ""
    return Line(MARKS[check.state], state_words(check.state), words.title, words.found, words.todo, address)


def _sentence(checks: Sequence[Check]) -> str:
    act = sum(one.state is State.ACT for one in checks)
    look = sum(one.state is State.LOOK for one in checks)
    if act:
        text = ngettext("%(count)s thing to act on.", "%(count)s things to act on.", act)
        return text % {"count": act}
    if look:
        return ngettext("%(count)s thing to look at.", "%(count)s things to look at.", look) % {"count": look}
    return _("All is well.")
