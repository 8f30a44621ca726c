"""Moves of contracts to another version of terms: planned by one person, confirmed by another, run in chunks.

Each chunk is a transaction under the lock of the move and of its contracts: after a kill at any point the next run goes
on where the last one stopped, and what is done is not done again. What has not moved can be taken back until it has.
Every contract in force on the old version has exactly one row, those signed meanwhile included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from core.actor import Actor, TwoPeopleNeeded, person_of
from core.audit import record
from core.queries import limit_days
from smart_products.catalogue.models import Product, TermsVersion
from smart_products.signing.consent import Consent, asked, chosen
from smart_products.signing.models import Contract, TermsMove, TermsMoveRow
from smart_products.signing.operations.moving import LifeError
from smart_products.signing.operations.new_terms import Turn, begin, end_asking, end_notice, put_back
from smart_products.signing.queries.terms_moves import (
    NoSuchMove,
    causes_of,
    counts_of,
    expectations,
    on_version,
    unsettled,
)
from smart_products.signing.states import IN_FORCE
from smart_products.signing.terms_moves import OPEN_MOVES, AfterDue, Expected, Kept, Outcome, TermsMoveState

CHUNK = 200
"""Contracts moved in one transaction."""

_M = TermsMoveState
GOING = frozenset({_M.CONFIRMED, _M.RUNNING})


class MoveOpen(LifeError):
    """The product has a move that is not over yet."""

    def __init__(self, move: TermsMove) -> None:
        self.move = move
        super().__init__(f"move {move.public_id} is {move.state}")


class NotNow(LifeError):
    """The move does not stand where this can be done."""

    def __init__(self, move: TermsMove) -> None:
        self.state = _M(move.state)
        super().__init__(f"move {move.public_id} is {move.state}")


@transaction.atomic
def plan_terms_move(
    *,
    before: TermsVersion,
    after: TermsVersion,
    wish: Consent | None = None,
    after_due: AfterDue = AfterDue.KEEP,
    on: date,
    by: Actor,
    at: datetime,
) -> TermsMove:
    """Plan to move every contract in force on a version to another: a row for each, and nothing else is touched.

    `wish` may ask for more of the clients than the difference needs. Raises PersonNeeded, MoveOpen, NoSuchMove (also
    when the later version is not in force on the day), and MilderConsent.
    """
    person = person_of(by)
    product = Product.objects.select_for_update().get(pk=after.product_id)
    standing = TermsMove.objects.filter(product=product, state__in=OPEN_MOVES).first()
    if standing is not None:
        raise MoveOpen(standing)
    needed = asked(causes_of(before, after, on))
    move = TermsMove.objects.create(
        product=product, before=before, after=after, needed=needed, consent=chosen(needed, wish),
        days=limit_days("terms_move_days"), after_due=after_due, planned_at=at, planned_by_id=person,
    )  # fmt: skip
    move.refresh_from_db()
    count = _add_rows(move)
    _record("plan_terms_move", move, by, at, contracts=count, consent=move.consent, needed=needed)
    return move


@transaction.atomic
def confirm_terms_move(*, move: TermsMove, by: Actor, at: datetime) -> TermsMove:
    """Confirm what a colleague planned: it may run from now on. Raises PersonNeeded, TwoPeopleNeeded and NotNow."""
    person, held = person_of(by), _locked(move)
    if held.state != _M.PLANNED:
        raise NotNow(held)
    if person == held.planned_by_id:
        raise TwoPeopleNeeded(f"{by.name} planned the move: a colleague confirms it")
    held.state, held.confirmed_at, held.confirmed_by_id = _M.CONFIRMED, at, person
    held.save()
    _record("confirm_terms_move", held, by, at)
    return held


def cancel_terms_move(*, move: TermsMove, later: bool = False, on: date, by: Actor, at: datetime) -> TermsMove:
    """Take a move back: who was told is told again, and keeps his terms; what has moved or was signed stays.

    With `later` nothing moves from now on, and telling is left to `run_terms_moves`: a page does not wait for it.
    Raises PersonNeeded, and NotNow once it is over.
    """
    _cancel(move, by, at)
    return TermsMove.objects.get(pk=move.pk) if later else _put_back(move, on, by, at)


def run_terms_move(
    *,
    move: TermsMove,
    on: date,
    by: Actor,
    at: datetime,
    chunk: int = CHUNK,
    progress: Callable[[int], None] | None = None,
) -> TermsMove:
    """Do what a confirmed move can do on a day: move, tell or ask whom it has not reached, settle whose time is over.

    `progress` hears how many contracts each chunk had. Run again it goes on where it stopped. Raises NotNow before it
    is confirmed or after it is over, and NoSuchMove when the new version is no longer in force.
    """
    _start(move, on, by, at)
    while done := _begin_chunk(move, chunk, on, by, at) or _end_chunk(move, chunk, on, by, at):
        if progress is not None:
            progress(done)
    return _finish(move, by, at)


def run_terms_moves(*, on: date, by: Actor, at: datetime) -> Mapping[str, str]:
    """Do what is to be done on a day for every move; return what stands against any, by the move's public id."""
    stopped: dict[str, str] = {}
    for move in list(TermsMove.objects.filter(state__in=sorted(GOING)).order_by("pk")):
        try:
            run_terms_move(move=move, on=on, by=by, at=at)
        except (NoSuchMove, NotNow) as problem:
            stopped[str(move.public_id)] = str(problem)
    left = TermsMoveRow.objects.filter(move=OuterRef("pk"), settled_at=None)
    for move in list(TermsMove.objects.filter(Exists(left), state=_M.CANCELLED).order_by("pk")):
        _put_back(move, on, by, at)
    return stopped


@transaction.atomic
def _cancel(move: TermsMove, by: Actor, at: datetime) -> None:
    person, held = person_of(by), _locked(move)
    if held.state == _M.CANCELLED:
        return
    if held.state not in OPEN_MOVES:
        raise NotNow(held)
    held.state, held.cancelled_at, held.cancelled_by_id = _M.CANCELLED, at, person
    held.save()
    _record("cancel_terms_move", held, by, at, **counts_of(held))


def _put_back(move: TermsMove, on: date, by: Actor, at: datetime) -> TermsMove:
    while _put_back_chunk(move, on, by, at):
        pass
    return TermsMove.objects.get(pk=move.pk)


@transaction.atomic
def _put_back_chunk(move: TermsMove, on: date, by: Actor, at: datetime) -> int:
    held = _locked(move)
    turns = list(_turns(held, unsettled(held), CHUNK, on, by, at))
    for turn in turns:
        if turn.contract.state in IN_FORCE or turn.row.told_at is None:
            put_back(turn, Kept.CANCELLED)
        else:
            end_asking(turn)
    return len(turns)


@transaction.atomic
def _start(move: TermsMove, on: date, by: Actor, at: datetime) -> None:
    held = _locked(move)
    if held.state not in GOING:
        raise NotNow(held)
    causes_of(held.before, held.after, on)
    _add_rows(held)
    if held.state == _M.CONFIRMED:
        held.state = _M.RUNNING
        held.save()
        _record("begin_terms_move", held, by, at)


@transaction.atomic
def _begin_chunk(move: TermsMove, chunk: int, on: date, by: Actor, at: datetime) -> int:
    """Take the next contracts that nothing was done with; return how many."""
    held = _going(move)
    turns = list(_turns(held, held.rows.filter(outcome=Outcome.WAITING), chunk, on, by, at))
    foreseen = _foreseen(held, turns, Consent(held.consent), on)
    for turn in turns:
        begin(turn, foreseen[turn.contract.pk])
    return len(turns)


@transaction.atomic
def _end_chunk(move: TermsMove, chunk: int, on: date, by: Actor, at: datetime) -> int:
    """Settle the next contracts whose waiting is over; return how many."""
    held = _going(move)
    over = Q(due_on__lte=on) | ~Q(contract__state__in=sorted(IN_FORCE))
    turns = list(_turns(held, unsettled(held).filter(over).exclude(outcome=Outcome.WAITING), chunk, on, by, at))
    foreseen = _foreseen(held, turns, Consent.SILENT, on)
    for turn in turns:
        if turn.row.outcome == Outcome.TOLD_WAITING:
            end_notice(turn, foreseen[turn.contract.pk])
        else:
            end_asking(turn)
    return len(turns)


@transaction.atomic
def _finish(move: TermsMove, by: Actor, at: datetime) -> TermsMove:
    """Take in whoever signed the old version meanwhile; a move without any such and with every row settled is over."""
    held = _locked(move)
    if held.state == _M.RUNNING and not _add_rows(held) and not unsettled(held).exists():
        held.state = _M.FINISHED
        held.save()
        _record("finish_terms_move", held, by, at, **counts_of(held))
    return held


def _turns(
    move: TermsMove, rows: QuerySet[TermsMoveRow], chunk: int, on: date, by: Actor, at: datetime
) -> Iterator[Turn]:
    """Yield the turns of the next rows, their contracts locked in one order."""
    chosen_rows = {row.contract_id: row for row in rows.order_by("contract")[:chunk]}
    locked = Contract.objects.select_for_update(of=("self",)).select_related("client", "product", "account")
    for contract in locked.filter(pk__in=chosen_rows).order_by("pk"):
        yield Turn(move, chosen_rows[contract.pk], contract, on, by, at)


def _foreseen(move: TermsMove, turns: list[Turn], consent: Consent, on: date) -> dict[int, Expected]:
    """Return what is to become of contracts under lock; one that other terms apply to by now keeps those."""
    held = Contract.objects.filter(pk__in=[turn.contract.pk for turn in turns])
    mine = frozenset(on_version(move.before).filter(pk__in=held).values_list("pk", flat=True))
    others = Expected(Outcome.KEPT, Kept.OTHER_TERMS)
    return {
        pk: one if pk in mine or one.kept == Kept.ENDED else others
        for pk, one in expectations(held, consent, on).items()
    }


def _add_rows(move: TermsMove) -> int:
    """Give a row to every contract in force on the old version that has none; return how many."""
    known = TermsMoveRow.objects.filter(move=move, contract=OuterRef("pk"))
    fresh = on_version(move.before).filter(~Exists(known)).order_by("pk").values_list("pk", flat=True)
    rows = [TermsMoveRow(move=move, contract_id=pk) for pk in fresh]
    TermsMoveRow.objects.bulk_create(rows, batch_size=5_000)
    return len(rows)


def _locked(move: TermsMove) -> TermsMove:
    rows = TermsMove.objects.select_for_update(of=("self",)).select_related("product", "before", "after")
    return rows.get(pk=move.pk)


def _going(move: TermsMove) -> TermsMove:
    """Return a move under lock that is running. Raises NotNow when somebody cancelled it."""
    held = _locked(move)
    if held.state != _M.RUNNING:
        raise NotNow(held)
    return held


def _record(action: str, move: TermsMove, by: Actor, at: datetime, **details: object) -> None:
    what = {"product": move.product.code, "before": move.before.number, "after": move.after.number, **details}
    record(action=action, subject_kind="terms_move", subject_key=str(move.public_id), details=what, by=by, at=at)
