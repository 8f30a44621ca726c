"""What a move to other terms does to one contract that is held under lock: moved, told, asked, put back, settled.

Each writes the row of the move, an audit row, and the event by which the client is told, in the caller's transaction.
Never decides which contracts, or when: `terms_moves.py` does. What was signed stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.actor import Actor
from smart_products.signing.models import AppliedTerms, Contract, TermsMove, TermsMoveRow
from smart_products.signing.operations.life import terminate
from smart_products.signing.operations.moving import note, tell
from smart_products.signing.queries import agreed_in
from smart_products.signing.states import IN_FORCE
from smart_products.signing.terms_moves import AfterDue, Expected, Kept, Outcome

UNSIGNED_TERMS = "broker.terms"
"""The leaf of the tree of reasons for a contract whose client did not sign other terms in time."""
BY_CLIENTS = "client."


@dataclass(frozen=True, slots=True)
class Turn:
    """One contract's turn in a move: its row, the contract as it stands under lock, and when, by whom."""

    move: TermsMove
    row: TermsMoveRow
    contract: Contract
    on: date
    by: Actor
    at: datetime


def begin(turn: Turn, expected: Expected) -> None:
    """Do with a contract that nothing has been done with what was expected of it."""
    if expected.kept is not None:
        _settle(turn, Outcome.KEPT, expected.kept)
    elif expected.outcome == Outcome.MOVED:
        _apply(turn)
    else:
        _ask(turn, expected.outcome)


def end_notice(turn: Turn, expected: Expected) -> None:
    """End the waiting of a client who was told: the new terms apply, he left, or something stands against it now."""
    if turn.contract.state not in IN_FORCE:
        _ended(turn)
    elif expected.kept is not None:
        put_back(turn, expected.kept)
    else:
        _apply(turn)


def end_asking(turn: Turn) -> None:
    """End the waiting of a client who was asked: he signed, left, or did neither in time."""
    if turn.contract.state not in IN_FORCE:
        _ended(turn)
    elif turn.move.after_due == AfterDue.KEEP:
        put_back(turn, Kept.UNSIGNED)
    else:
        terminate(contract=turn.contract, reason=UNSIGNED_TERMS, on=turn.on, by=turn.by, at=turn.at)
        _settle(turn, Outcome.DECLINED)


def put_back(turn: Turn, kept: Kept) -> None:
    """Let a contract keep its terms, and tell its client where he had been told or asked."""
    if turn.row.told_at is not None and turn.contract.state in IN_FORCE:
        tell("terms_kept", turn.contract, on=turn.on, by=turn.by, at=turn.at, move=str(turn.move.public_id))
    _settle(turn, Outcome.KEPT, kept)


def _apply(turn: Turn) -> None:
    """Let the new terms apply from the day; what was signed stays beside them."""
    agreed = agreed_in(turn.move.after)
    AppliedTerms.objects.create(
        contract=turn.contract, row=turn.row, since=turn.on, at=turn.at,
        terms_public_id=agreed.public_id, terms_digest=agreed.digest, agreed=agreed.values(),
    )  # fmt: skip
    turn.contract.other_terms_since = turn.on
    turn.contract.save()
    what = {"move": str(turn.move.public_id), "terms": agreed.digest}
    if turn.row.told_at is None:
        note("terms_moved", turn.contract, by=turn.by, at=turn.at, on=turn.on, **what)
    else:
        tell("terms_moved", turn.contract, on=turn.on, by=turn.by, at=turn.at, **what)
    _settle(turn, Outcome.MOVED)


def _ask(turn: Turn, outcome: Outcome) -> None:
    """Tell a client that other terms will apply, or ask him to sign them, with the day on which waiting ends."""
    kind = "terms_told" if outcome == Outcome.TOLD_WAITING else "terms_to_sign"
    turn.row.told_at, turn.row.due_on = turn.at, turn.on + timedelta(days=turn.move.days)
    tell(
        kind, turn.contract, on=turn.on, by=turn.by, at=turn.at,
        until=turn.row.due_on, move=str(turn.move.public_id), terms=turn.move.after.digest,
    )  # fmt: skip
    turn.row.outcome = outcome
    turn.row.save()


def _ended(turn: Turn) -> None:
    """Say of a contract that has ended whether its client signed again, left, or it ended by something else."""
    leaf = turn.contract.end_reason
    if turn.contract.followers.filter(state__in=IN_FORCE).exists():
        _settle(turn, Outcome.SIGNED_AGAIN)
    elif leaf is not None and leaf.code.startswith(BY_CLIENTS):
        _settle(turn, Outcome.DECLINED)
    else:
        _settle(turn, Outcome.KEPT, Kept.ENDED)


def _settle(turn: Turn, outcome: Outcome, kept: Kept | None = None) -> None:
    turn.row.outcome, turn.row.kept, turn.row.settled_at = outcome, kept or "", turn.at
    turn.row.save()
