"""The states of a version of terms, each in words, and the one table of allowed moves.

Pure: the operations move a version inside a row lock and ask this table; a trigger of the database holds the same
table, so that no other path can leave it.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TermsState(models.TextChoices):
    """Where a version of terms stands."""

    DRAFT = "draft", _("draft")
    PROPOSED = "proposed", _("waits for a colleague")
    PUBLISHED = "published", _("published")
    SUPERSEDED = "superseded", _("followed by another version")
    RETIRED = "retired", _("retired")
    DISCARDED = "discarded", _("discarded")


MOVES: dict[TermsState, frozenset[TermsState]] = {
    TermsState.DRAFT: frozenset({TermsState.PROPOSED, TermsState.DISCARDED}),
    TermsState.PROPOSED: frozenset({TermsState.DRAFT, TermsState.PUBLISHED, TermsState.DISCARDED}),
    TermsState.PUBLISHED: frozenset({TermsState.SUPERSEDED, TermsState.RETIRED}),
    TermsState.SUPERSEDED: frozenset({TermsState.RETIRED}),
    TermsState.RETIRED: frozenset(),
    TermsState.DISCARDED: frozenset(),
}
"""A proposed version is published by a colleague, goes back to its author, or is discarded; what was published is only
followed or retired. A version that is followed from a later day on can still be retired before that day."""

OPEN = (TermsState.DRAFT, TermsState.PROPOSED)
"""Not published yet; a product has at most one such version."""

OFFERED = (TermsState.PUBLISHED, TermsState.SUPERSEDED, TermsState.RETIRED)
"""Published at some time: its days say when it was in force."""


class IllegalMove(ValueError):
    """The table does not allow this change of state."""

    def __init__(self, old: TermsState, new: TermsState) -> None:
        self.old, self.new = old, new
        super().__init__(f"a version of terms can not go from {old} to {new}")


def check_move(old: TermsState, new: TermsState) -> None:
    """Raise IllegalMove unless the table allows `old` to become `new`."""
    if new not in MOVES[old]:
        raise IllegalMove(old, new)
