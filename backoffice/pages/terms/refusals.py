"""Why an act on terms was refused, in words, with the status that the answer carries.

Owns the one table from the catalogue's errors to what a person reads.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from smart_products.catalogue.operations import (
    BannedWords,
    NothingOffered,
    PersonNeeded,
    TooEarly,
    TwoPeopleNeeded,
    VersionOpen,
)
from smart_products.catalogue.states import IllegalMove, TermsState
from smart_products.catalogue.strict import TermsError

FORBIDDEN, CONFLICT, UNPROCESSABLE = 403, 409, 422


class NoDay(ValueError):
    """What was posted as a day is none."""


class ChangedMeanwhile(ValueError):
    """Somebody else saved the draft after this form was opened."""


REFUSED = (
    ChangedMeanwhile,
    *(BannedWords, IllegalMove, NoDay, NothingOffered, PersonNeeded),
    *(TermsError, TooEarly, TwoPeopleNeeded, VersionOpen),
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused and why."""

    title: str
    text: str
    status: int


def of(problem: Exception) -> Refusal:
    """Return the words for an error of the catalogue."""
    found = next((words for kind, words in _words(problem).items() if isinstance(problem, kind)), None)
    return Refusal(*found) if found else Refusal(_("This was refused."), str(problem), FORBIDDEN)


def _words(problem: Exception) -> dict[type[Exception], tuple[str, str, int]]:
    """Return the table: the kind of error, a title, a text, and the status."""
    earliest = getattr(problem, "earliest", "")
    state = TermsState(problem.old).label if isinstance(problem, IllegalMove) else ""
    number = problem.version.number if isinstance(problem, VersionOpen) else 0
    faster, unsaved = _("Somebody was faster."), _("The draft was not saved.")
    return {
        TwoPeopleNeeded: (
            _("Two people are needed."),
            _("Who drafted or proposed a version can not publish it: a colleague does."),
            FORBIDDEN,
        ),
        BannedWords: (
            _("Banned phrases were found."),
            _("Nothing was published. They are listed below."),
            UNPROCESSABLE,
        ),
        TooEarly: (
            _("This day is too early."),
            _("It can hold from %(day)s at the earliest.") % {"day": earliest},
            UNPROCESSABLE,
        ),
        IllegalMove: (faster, _("The version now stands at: %(state)s.") % {"state": state}, CONFLICT),
        VersionOpen: (faster, _("Version %(number)s is open already.") % {"number": number}, CONFLICT),
        ChangedMeanwhile: (
            unsaved,
            _("Somebody saved this draft after you opened it. What you typed stands below; open it anew for theirs."),
            CONFLICT,
        ),
        NothingOffered: (
            _("Nothing was retired."),
            _("No terms are in force after this day, or the day is over."),
            UNPROCESSABLE,
        ),
        NoDay: (_("The day is missing."), _("Give it as year-month-day."), UNPROCESSABLE),
        TermsError: (unsaved, _("Some fields need another look."), UNPROCESSABLE),
    }
