"""Moves of contracts to other terms as they are drawn: the list, one with its counts and rows, a dry run, refusals.

Takes what signing answered and puts it into words. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from backoffice.pages.terms import words
from backoffice.pages.terms.refusals import CONFLICT, FORBIDDEN, UNPROCESSABLE, Refusal
from core.actor import TwoPeopleNeeded
from screens import formats
from smart_products.signing.consent import Cause, Consent, MilderConsent
from smart_products.signing.models import TermsMove, TermsMoveRow
from smart_products.signing.operations import MoveOpen, NotNow
from smart_products.signing.queries.terms_moves import NoSuchMove
from smart_products.signing.terms_moves import OPEN_MOVES, Kept, Outcome, TermsMoveState

REFUSED = (TwoPeopleNeeded, MilderConsent, NoSuchMove, MoveOpen, NotNow)
MARKS = {
    TermsMoveState.PLANNED: "superseded",
    TermsMoveState.CONFIRMED: "running",
    TermsMoveState.RUNNING: "running",
    TermsMoveState.FINISHED: "accepted",
    TermsMoveState.CANCELLED: "rejected",
}


@dataclass(frozen=True, slots=True)
class MoveLine:
    """A move in a list, and at the head of its page."""

    public_id: UUID
    product: str
    versions: str
    consent: str
    state: str
    mark: str
    acts: tuple[str, ...]
    """Who did what, and when."""
    planned: bool
    confirmed: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many contracts came to an outcome."""

    outcome: str
    words: str
    count: str


@dataclass(frozen=True, slots=True)
class RowLine:
    """A contract in a move."""

    number: str
    words: str
    told: str
    due: str
    settled: str


@dataclass(frozen=True, slots=True)
class CauseLine:
    """A part that differs, and what it asks for."""

    label: str
    consent: str


def line(move: TermsMove) -> MoveLine:
    """Return a move as a line."""
    done = (
        (_("planned by %(who)s, %(when)s"), move.planned_by, move.planned_at),
        (_("confirmed by %(who)s, %(when)s"), move.confirmed_by, move.confirmed_at),
        (_("cancelled by %(who)s, %(when)s"), move.cancelled_by, move.cancelled_at),
    )
    return MoveLine(
        public_id=move.public_id,
        product=move.product.code,
        versions=f"{move.before.number} → {move.after.number}",
        consent=str(Consent(move.consent).label),
        state=str(TermsMoveState(move.state).label),
        mark=MARKS[TermsMoveState(move.state)],
        acts=tuple(
            text % {"who": who.get_username(), "when": formats.moment(when)}
            for text, who, when in done
            if who is not None and when is not None
        ),
        planned=move.state == TermsMoveState.PLANNED,
        confirmed=move.state in {TermsMoveState.CONFIRMED, TermsMoveState.RUNNING},
        open=move.state in OPEN_MOVES,
    )


def counts(found: Mapping[str, int]) -> tuple[Count, ...]:
    """Return contracts by outcome, `kept.paused` among them."""
    return tuple(Count(key.partition(".")[0], outcome(*key.split(".")), formats.heads(n)) for key, n in found.items())


def outcome(name: str, kept: str = "") -> str:
    """Return the words for an outcome, and for the reason why the old terms stay."""
    said = str(Outcome(name).label)
    return f"{said}: {Kept(kept).label}" if kept else said


def rows(found: Iterable[TermsMoveRow]) -> tuple[RowLine, ...]:
    """Return the contracts of a move."""
    return tuple(
        RowLine(
            number=row.contract.number,
            words=outcome(row.outcome, row.kept),
            told=formats.moment(row.told_at) if row.told_at else "",
            due=row.due_on.isoformat() if row.due_on else "",
            settled=formats.moment(row.settled_at) if row.settled_at else "",
        )
        for row in found
    )


def causes(found: Iterable[Cause]) -> tuple[CauseLine, ...]:
    """Return what differs; a fee is named by its code."""
    return tuple(CauseLine(_label(one.path), str(Consent(one.consent).label)) for one in found)


def _label(path: str) -> str:
    head, _dot, code = path.partition(".")
    return f"{words.label('fees')} · {code}" if head == "fees" else words.label(path)


def refusal(problem: Exception) -> Refusal:
    """Return the words for what was refused."""
    state = TermsMoveState(problem.state).label if isinstance(problem, NotNow) else ""
    found: dict[type[Exception], tuple[str, str, int]] = {
        TwoPeopleNeeded: (
            _("Two people are needed."),
            _("Who planned a move can not confirm it: a colleague does."),
            FORBIDDEN,
        ),
        MilderConsent: (
            _("Nothing was planned."),
            _("The difference between the versions asks for more than that."),
            UNPROCESSABLE,
        ),
        NoSuchMove: (
            _("Nothing moves."),
            _("The later version has to be in force."),
            UNPROCESSABLE,
        ),
        MoveOpen: (_("Nothing was planned."), _("The product has a move that is not over."), CONFLICT),
        NotNow: (_("Somebody was faster."), _("The move now stands at: %(state)s.") % {"state": state}, CONFLICT),
    }
    return Refusal(*found[type(problem)])
