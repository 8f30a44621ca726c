"""A person decides between a contract signed here and what a feed says of the same subscription.

Never changes a row of source `here` but by ending its contract, like any other end.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.concerns import record_about
from core.actor import Actor
from smart_products.signing.models import AsideChoice, SetAside
from smart_products.signing.operations.life import terminate
from smart_products.signing.operations.moving import LifeError
from smart_products.signing.operations.readmitting import overlaps, take_in
from smart_products.signing.states import IN_FORCE

ELSEWHERE = "broker.elsewhere"


class AlreadyDecided(LifeError):
    """Somebody has decided, or the two no longer overlap."""


class CanNotTake(LifeError):
    """Theirs can not stand: ours had ended before, or something else overlaps it."""


@transaction.atomic
def decide_aside(*, aside: SetAside, choice: AsideChoice, by: Actor, at: datetime) -> SetAside:
    """Keep ours, or take theirs: ours then ends on the day theirs starts, for the reason that another stands instead.

    Raises AlreadyDecided and CanNotTake.
    """
    row = SetAside.objects.select_for_update(of=("self",)).select_related("contract", "client__outlet").get(pk=aside.pk)
    if row.choice or choice == AsideChoice.CLEARED:
        raise AlreadyDecided(str(row))
    row.choice, row.decided_at, row.decided_by = choice, at, by.name
    row.save()
    if choice == AsideChoice.TOOK_THEIRS:
        if row.contract.state not in IN_FORCE:
            raise CanNotTake(f"contract {row.contract.number} has ended")
        terminate(contract=row.contract, reason=ELSEWHERE, on=row.start, by=by, at=at)
        if overlaps(row):
            raise CanNotTake(f"{row} overlaps another subscription")
        take_in(row)
    details = {"choice": choice, "contract": row.contract.number}
    record_about(row.client, action="decide", subject=("set_aside", str(row)), details=details, by=by, at=at)
    return row
