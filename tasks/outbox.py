"""Who absorbs which event of the outbox, and the tasks that see to what is open.

Owns the whole list of handlers on one screen. A handler makes one call into the domain and may be asked again after a
crash; its work and its receipt are one transaction (core.outbox). A task carries no data: a lost message loses nothing.
"""

from __future__ import annotations

from datetime import datetime

from celery import shared_task

from accounts.operations import deliver_next
from accounts.operations.notices import SEND, absorb
from accounts.operations.pushing import take_over
from core import clock, outbox
from core.actor import Actor, system
from core.models import OutboxEvent
from core.outbox import DISPATCH, Handlers
from smart_products.signing.models import Contract
from smart_products.signing.operations import end_orphaned, rematch
from tasks.senders import hand, senders


def notify(event: OutboxEvent, by: Actor, at: datetime) -> None:
    """Tell the client."""
    absorb(event=event, channels=senders(), by=by, at=at)


def end_contracts(event: OutboxEvent, by: Actor, at: datetime) -> None:
    """End the contracts over a product that is retired, on its day; the nightly job ends those of a later one."""
    end_orphaned(on=at.astimezone(clock.SHANGHAI).date(), by=by, at=at)


def match_client(event: OutboxEvent, by: Actor, at: datetime) -> None:
    """Match the contracts of a client whose class changed again."""
    theirs = Contract.objects.filter(client__public_id=event.payload["client"])
    rematch(contracts=theirs, on=at.astimezone(clock.SHANGHAI).date(), by=by, at=at)


def match_product(event: OutboxEvent, by: Actor, at: datetime) -> None:
    """Match the contracts over a product that was graded anew again; the nightly job does so for a later day."""
    theirs = Contract.objects.filter(product__public_id=event.payload["product"])
    rematch(contracts=theirs, on=at.astimezone(clock.SHANGHAI).date(), by=by, at=at)


NOTICES = {"notices": notify}
HANDLERS: Handlers = {
    **dict.fromkeys(("signed", "withdrawn", "paused", "resumed", "suspended", "released", "renewed"), NOTICES),
    **dict.fromkeys(("terminated", "expired", "expiring", "cooling_off_ended", "rematched"), NOTICES),
    **dict.fromkeys(("terms_told", "terms_to_sign", "terms_moved", "terms_kept"), NOTICES),
    "code_requested": NOTICES,
    "delivered": {},
    "published": {},
    "restated": {},
    "product_retired": {"contracts": end_contracts},
    "terms_published": {},
    "product_regraded": {"rematch": match_product},
    "risk_class_changed": {"rematch": match_client},
}


def dispatch_all() -> int:
    """Have everything that is due absorbed; return how many receipts were seen to."""
    by, count = system("outbox"), 0
    while outbox.sort_out(handlers=HANDLERS, by=by, at=clock.now()):
        pass
    take_over(by=by, at=clock.now())
    while outbox.absorb_next(handlers=HANDLERS, by=by, at=clock.now()):
        count += 1
    return count


@shared_task(name=DISPATCH)
def dispatch() -> None:
    """See to what is open in the outbox."""
    dispatch_all()


@shared_task(name=SEND)
def send() -> None:
    """Send the notices that wait."""
    while deliver_next(hand=hand, by=system("notices"), at=clock.now()):
        pass
