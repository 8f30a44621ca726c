"""The one way in which a storage period changes: longer, or shorter down to what the law says.

Deletes nothing and never says what has passed its time: a job reports that.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core.actor import Actor
from core.audit import record
from core.models import StoragePeriod
from core.rules import LEAST, Nature


class TooShort(ValueError):
    """The law demands a longer period: `least` months."""

    def __init__(self, least: int) -> None:
        self.least = least
        super().__init__(f"at least {least} months")


@transaction.atomic
def set_storage_period(*, kind: str, months: int, source: str, by: Actor, at: datetime) -> StoragePeriod:
    """Store a kind of records for so many months, as a rule says. Raises TooShort, and DoesNotExist."""
    period = StoragePeriod.objects.select_for_update().get(pk=kind)
    least = LEAST[Nature(period.nature)]
    if months < least:
        raise TooShort(least)
    details = {"months": months, "before": period.months, "source": source}
    period.months, period.source = months, source
    period.save()
    record(action="set_storage_period", subject_kind="storage", subject_key=kind, details=details, by=by, at=at)
    return period
