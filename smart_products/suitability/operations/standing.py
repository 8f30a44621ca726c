"""What every change of a client's standing shares: the client's lock, and the event when the standing is another.

Owns the event `risk_class_changed`. Assessments, evidence and decisions of one client happen one after another, so
that limits hold and a decision sees what was there. Never writes a row of suitability itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from accounts.concerns import concern_of
from accounts.models import Client
from core.outbox import emit
from smart_products.suitability.queries.standings import standing_of
from smart_products.suitability.rules import Standing, plain_standing


@contextmanager
def locked(client: Client) -> Iterator[None]:
    """Hold the client's row until the transaction ends; readers and references are not kept waiting."""
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client.pk)
    yield


@contextmanager
def may_change(client: Client, *, on: date, at: datetime) -> Iterator[None]:
    """Lock the client, and tell the outbox when class, protection or investor class are others afterwards."""
    with locked(client):
        before = standing_of(client, on)
        yield
        after = standing_of(client, on)
        if _told(before, on) != _told(after, on):
            payload = {
                "client": str(client.public_id),
                "before": plain_standing(before),
                "after": plain_standing(after),
            }
            emit(
                kind="risk_class_changed",
                subject_kind="client",
                subject_key=client.code,
                place=concern_of(client).place,
                business_date=on,
                payload=payload,
                at=at,
            )


def _told(standing: Standing, on: date) -> tuple[str | None, bool, str]:
    return standing.valid_class(on), standing.protected, standing.investor_class
