"""The words of a move of contracts to another version of terms: its states, what became of a contract, and why not.

Pure. `expected` says of one contract what a run will come to; dry run and run ask the same function, so that they can
not differ but by what happened in between.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from smart_products.signing.consent import Consent
from smart_products.signing.states import IN_FORCE, ContractState


class TermsMoveState(models.TextChoices):
    """Where a move of contracts stands."""

    PLANNED = "planned", _("planned; waits for a colleague")
    CONFIRMED = "confirmed", _("confirmed; not begun")
    RUNNING = "running", _("begun; clients are moved, told or asked")
    FINISHED = "finished", _("finished")
    CANCELLED = "cancelled", _("cancelled; what had not moved stays as it was")


OPEN_MOVES = frozenset({TermsMoveState.PLANNED, TermsMoveState.CONFIRMED, TermsMoveState.RUNNING})


class Outcome(models.TextChoices):
    """What became of a contract."""

    WAITING = "waiting", _("not looked at yet")
    MOVED = "moved", _("the new terms apply")
    TOLD_WAITING = "told_waiting", _("told; the new terms apply from the day named")
    ASKED_TO_SIGN = "asked_to_sign", _("asked to sign the new terms")
    SIGNED_AGAIN = "signed_again", _("the new terms were signed")
    DECLINED = "declined", _("left instead, or was ended as no signature came")
    KEPT = "kept", _("the old terms stay")


UNSETTLED = frozenset({Outcome.WAITING, Outcome.TOLD_WAITING, Outcome.ASKED_TO_SIGN})
"""What a row may still become something else from."""


class Kept(models.TextChoices):
    """Why the old terms stay."""

    ENDED = "ended", _("the contract ended")
    PAUSED = "paused", _("the client paused it")
    SUSPENDED = "suspended", _("it is suspended")
    RENEWING = "renewing", _("the client is being asked about another term")
    REMATCHING = "rematching", _("the client is being asked to confirm that it still fits")
    REFUSED = "refused", _("the new terms do not fit the client")
    OTHER_TERMS = "other_terms", _("other terms apply to it by now")
    UNSIGNED = "unsigned", _("the new terms were not signed in time")
    CANCELLED = "cancelled", _("the move was cancelled")


class AfterDue(models.TextChoices):
    """What happens to a contract whose client did not sign the new terms in time."""

    KEEP = "keep", _("the old terms stay")
    END = "end", _("the contract ends")


@dataclass(frozen=True, slots=True)
class Expected:
    """What a run comes to for a contract; `kept` says why, where the old terms stay."""

    outcome: Outcome
    kept: Kept | None = None

    @property
    def key(self) -> str:
        """Return the name by which it is counted: `moved`, `kept.paused`."""
        return f"{self.outcome}.{self.kept}" if self.kept else str(self.outcome)


FIRST: dict[Consent, Outcome] = {
    Consent.SILENT: Outcome.MOVED,
    Consent.NOTICE: Outcome.TOLD_WAITING,
    Consent.SIGN_AGAIN: Outcome.ASKED_TO_SIGN,
}
_RESTS = {
    ContractState.PAUSED: Kept.PAUSED,
    ContractState.SUSPENDED: Kept.SUSPENDED,
    ContractState.RENEWING: Kept.RENEWING,
}


def expected(state: str, consent: Consent, *, asked: bool, refused: bool) -> Expected:
    """Return what a run comes to for a contract on the old terms in this state.

    `asked` tells that its client has been asked to confirm the match, `refused` that the new terms are not for him.
    """
    now = ContractState(state)
    if now not in IN_FORCE:
        return Expected(Outcome.KEPT, Kept.ENDED)
    if now in _RESTS:
        return Expected(Outcome.KEPT, _RESTS[now])
    if refused:
        return Expected(Outcome.KEPT, Kept.REFUSED)
    if asked:
        return Expected(Outcome.KEPT, Kept.REMATCHING)
    return Expected(FIRST[consent])
