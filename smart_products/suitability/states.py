"""The states of what staff publish and review in suitability: each in words, with the one table of allowed moves.

Pure. Operations move a row inside a row lock and ask these tables; the triggers of the first migration hold the same
moves. Holds no model and reads no clock.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class VersionState(models.TextChoices):
    """Where a version of a questionnaire or of the matching rules stands."""

    DRAFT = "draft", _("draft, waits for a second person")
    PUBLISHED = "published", _("published")
    DISCARDED = "discarded", _("discarded")


class EvidenceState(models.TextChoices):
    """Where the evidence of a professional investor stands."""

    SUBMITTED = "submitted", _("submitted, waits for a second person")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    ENDED = "ended", _("ended before its time")


VERSION_MOVES: Mapping[str, frozenset[str]] = {
    VersionState.DRAFT: frozenset({VersionState.PUBLISHED, VersionState.DISCARDED}),
    VersionState.PUBLISHED: frozenset(),
    VersionState.DISCARDED: frozenset(),
}
EVIDENCE_MOVES: Mapping[str, frozenset[str]] = {
    EvidenceState.SUBMITTED: frozenset({EvidenceState.ACCEPTED, EvidenceState.REFUSED}),
    EvidenceState.ACCEPTED: frozenset({EvidenceState.ENDED}),
    EvidenceState.REFUSED: frozenset(),
    EvidenceState.ENDED: frozenset(),
}


class IllegalMove(ValueError):
    """The table does not allow this change of state."""


def check_move(moves: Mapping[str, frozenset[str]], old: str, new: str) -> None:
    """Raise IllegalMove unless the table allows `old` to become `new`."""
    if new not in moves[old]:
        raise IllegalMove(f"{old} can not become {new}")
