"""The outbox: what happened, written in the transaction in which it happened, for others to absorb later.

Owns the writing of `OutboxEvent`, `OutboxPlace` and `OutboxReceipt`. An event is delivered at least once and absorbed
once by each handler: the receipt is in the transaction of the handler's work. Events of one subject are absorbed in
their order, and others read them in it.
Never knows what a kind means or who handles it: the face that dispatches brings the handlers.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef

from core.actor import Actor
from core.audit import record, require_transaction
from core.messages import send_after_commit
from core.models import OutboxEvent, OutboxPlace, OutboxReceipt

DISPATCH = "tasks.outbox.dispatch"
"""The task that sees to what is open; a beat sends it too, for messages that were lost."""

SCHEMA_VERSION = 1

UNSORTED = ""
"""The handler of an event's first receipt: nobody yet."""

ATTEMPTS = 8
"""After this many failures a receipt is parked and waits for a person."""

FIRST_WAIT = timedelta(seconds=30)
"""How long to wait after the first failure; each further wait is twice as long."""

AT_ONCE = 500
SORTING = 0x6F7574626F78
"""The lock of whoever sorts."""
LONGEST_ERROR = 4_000

Work = Callable[[OutboxEvent, Actor, datetime], None]
"""What a handler does with an event; it may be asked again after a crash, never after it succeeded."""

Handlers = Mapping[str, Mapping[str, Work]]
"""The handlers of each kind by name. A kind that nobody wants has none; one that is not there is a mistake."""

log = logging.getLogger(__name__)


class NothingToRelease(LookupError):
    """There is no parked receipt of that number."""


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened: its kind, the subject's kind and the key a person knows it by, the business date, particulars.

    The payload holds codes, ids and amounts, never a person's name, number or code of proof. `place` is the path of
    the unit that it concerns as it is then; empty where it concerns the house, which those at its top alone read.
    """

    kind: str
    subject_kind: str
    subject_key: str
    business_date: date
    payload: Mapping[str, Any]
    place: str = ""


def emit(*, at: datetime, **what: Any) -> OutboxEvent:
    """Add one event: what `Happening` names. Raises as `emit_all` does."""
    return emit_all(happenings=[Happening(**what)], at=at)[0]


def emit_all(*, happenings: Iterable[Happening], at: datetime) -> list[OutboxEvent]:
    """Add events to the outbox in the caller's transaction, in their order, and have them dispatched after commit.

    Raises NoTransaction outside a transaction.
    """
    require_transaction(at)
    events = OutboxEvent.objects.bulk_create(
        OutboxEvent(
            kind=one.kind,
            subject_kind=one.subject_kind,
            subject_key=one.subject_key,
            place=one.place,
            business_date=one.business_date,
            at=at,
            schema_version=SCHEMA_VERSION,
            payload=dict(one.payload),
        )
        for one in happenings
    )
    OutboxReceipt.objects.bulk_create(OutboxReceipt(event=event, handler=UNSORTED, due_at=at) for event in events)
    if events:
        send_after_commit(DISPATCH)
    return events


@transaction.atomic
def sort_out(*, handlers: Handlers, by: Actor, at: datetime) -> int:
    """Give each event that nobody has looked at yet its place in the log, and a receipt for each of its handlers.

    Returns how many events. One sorts at a time, in the order of their numbers: an event of a subject is written under
    its lock, so that the number is higher and the commit later than those of the event before it. (The order of
    transactions would not do: one that began earlier may write later.) An event of a kind that `handlers` does not
    name is parked, and listed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SORTING])
    fresh = OutboxReceipt.objects.filter(handler=UNSORTED, absorbed_at=None, parked_at=None).select_related("event")
    taken = list(fresh.select_for_update(of=("self",)).order_by("event_id")[:AT_ONCE])
    _place([receipt.event for receipt in taken])
    for receipt in taken:
        names = handlers.get(receipt.event.kind)
        if names is None:
            receipt.parked_at, receipt.error = at, f"nobody knows the kind {receipt.event.kind}"
        else:
            receipt.absorbed_at = at
            OutboxReceipt.objects.bulk_create(
                OutboxReceipt(event=receipt.event, handler=name, due_at=at) for name in sorted(names)
            )
    OutboxReceipt.objects.bulk_update(taken, ["absorbed_at", "parked_at", "error"])
    return len(taken)


def _place(events: Sequence[OutboxEvent]) -> None:
    """Put events at the end of the log; one that was parked and is sorted again has its place already."""
    placed = set(OutboxPlace.objects.filter(event__in=events).values_list("event", flat=True))
    last = OutboxPlace.objects.aggregate(last=Max("position"))["last"] or 0
    new = [event for event in events if event.pk not in placed]
    OutboxPlace.objects.bulk_create(
        OutboxPlace(position=position, event=event) for position, event in enumerate(new, last + 1)
    )


@transaction.atomic
def absorb_next(*, handlers: Handlers, by: Actor, at: datetime) -> bool:
    """Have the next event absorbed by the handler it waits for; False when nothing is due.

    The handler's work and the receipt are one transaction. What it raises undoes its work alone: the receipt is due
    again later, and parked after `ATTEMPTS` times. An event waits for those of its subject before it.
    """
    receipt = _next(at)
    if receipt is None:
        return False
    event = receipt.event
    try:
        with transaction.atomic():
            handlers[event.kind][receipt.handler](event, by, at)
            connection.check_constraints()
    except Exception:
        log.exception("%s could not absorb event %s (%s)", receipt.handler, event.pk, event)
        receipt.attempts += 1
        receipt.error = traceback.format_exc()[-LONGEST_ERROR:]
        receipt.due_at = at + FIRST_WAIT * 2 ** (receipt.attempts - 1)
        receipt.parked_at = at if receipt.attempts >= ATTEMPTS else None
    else:
        receipt.absorbed_at, receipt.error = at, ""
    receipt.save()
    return True


@transaction.atomic
def release(*, receipt_id: int, by: Actor, at: datetime) -> OutboxReceipt:
    """Have a parked receipt tried again, with a fresh count. Raises NothingToRelease."""
    parked = OutboxReceipt.objects.select_for_update().filter(pk=receipt_id, parked_at__isnull=False)
    receipt = parked.first()
    if receipt is None:
        raise NothingToRelease(f"there is no parked receipt {receipt_id}")
    receipt.parked_at, receipt.attempts, receipt.due_at = None, 0, at
    receipt.save()
    details = {"handler": receipt.handler, "event": receipt.event_id}
    record(action="release", subject_kind="receipt", subject_key=str(receipt.pk), details=details, by=by, at=at)
    send_after_commit(DISPATCH)
    return receipt


def _next(at: datetime) -> OutboxReceipt | None:
    """Return the first receipt that is due, locked; one that another dispatcher holds is passed over."""
    before = OutboxReceipt.objects.filter(
        event__subject_kind=OuterRef("event__subject_kind"),
        event__subject_key=OuterRef("event__subject_key"),
        event__lt=OuterRef("event"),
        handler__in=[UNSORTED, OuterRef("handler")],
        absorbed_at=None,
    )
    due = OutboxReceipt.objects.filter(~Exists(before), absorbed_at=None, parked_at=None, due_at__lte=at)
    ready = due.exclude(handler=UNSORTED).select_related("event").order_by("event_id", "pk")
    return ready.select_for_update(skip_locked=True, of=("self",)).first()
