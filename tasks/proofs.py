"""What the jobs of proof do when their turn has come: the daily head of the chain of evidence, and later stamps.

Apart from the other chores, because what seals takes a second to import. Never moves the state of a run (attempts.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings

from core import clock
from core.actor import Actor
from core.models import JobRun
from smart_products.signing.operations import restamp_due, seal_head
from smart_products.signing.seals.configured import sealer
from tasks.attempts import Tell


def seal_chain(run: JobRun, by: Actor, tell: Tell) -> Mapping[str, Any]:
    """Seal the end of the chain as the head of the run's day."""
    at = clock.now()
    head = seal_head(day=run.business_date or clock.shanghai_today(), sealer=sealer(at), by=by, at=at)
    return {"position": head.position if head else None}


def restamp(run: JobRun, by: Actor, tell: Tell) -> Mapping[str, Any]:
    """Stamp again what ages within RESTAMP_DAYS, and what never got a stamp."""
    at = clock.now()
    due = restamp_due(within=timedelta(days=settings.RESTAMP_DAYS), sealer=sealer(at), by=by, at=at)
    return {"stamped": sum(1 for _stamp in due)}
