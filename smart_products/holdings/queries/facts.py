"""Which facts count: of each day and source those of the accepted delivery with the highest sequence.

Owns that rule. Never opens a file of facts and never writes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, Min, QuerySet

from core.reading import remembered
from smart_products.holdings.models import DayFacts, Delivery, DeliveryFile, MasterState
from smart_products.holdings.states import DeliveryState


@dataclass(frozen=True, slots=True)
class FactsOfDay:
    """The files of facts of a day that count, by source."""

    day: date
    files: Mapping[str, str]


def facts_by_day() -> list[FactsOfDay]:
    """Return the days with facts in order; of each source the delivery with the highest sequence counts."""
    days: dict[date, dict[str, str]] = {}
    rows = DayFacts.objects.order_by("day", "source", "sequence").values_list("day", "source", "file")
    for day, source, file in rows:
        days.setdefault(day, {})[source] = file
    return [FactsOfDay(day, files) for day, files in days.items()]


def newest_fact_day() -> date | None:
    """Return the last day with facts."""
    found: date | None = DayFacts.objects.aggregate(newest=Max("day"))["newest"]
    return found


def newest_days() -> dict[str, date]:
    """Return the last day with facts of each source."""
    rows = DayFacts.objects.order_by("source").values_list("source")
    return dict(rows.annotate(newest=Max("day")))


def newest_delivery() -> datetime | None:
    """Return when the last accepted delivery was received."""
    found: datetime | None = _accepted().aggregate(newest=Max("received_at"))["newest"]
    return found


@remembered
def known_from() -> date | None:
    """Return the day from which ended subscriptions are listed too; None where all ended ones are."""
    found: date | None = _accepted().aggregate(day=Min("complete_from"))["day"]
    return found


def inputs_digest() -> str:
    """Return a digest of everything accepted so far: equal digests, nothing new to close.

    A kept delivery that was judged again and lost fewer rows counts as something new.
    """
    rows = _accepted().order_by("pk").values_list("pk", "files_digest", "refused_rows")
    return hashlib.sha256(repr(list(rows)).encode()).hexdigest()


def sources() -> list[str]:
    """Return the sources that ever delivered, in order."""
    names = Delivery.objects.exclude(source="").order_by("source").values_list("source", flat=True)
    return list(names.distinct())


def files_in_use() -> set[str]:
    """Return the names of the files and kept folders that deliveries and resolved master data name."""
    names = set(DayFacts.objects.values_list("file", flat=True))
    names.update(DeliveryFile.objects.values_list("statements", flat=True))
    names.update(MasterState.objects.values_list("file", flat=True))
    for quarantine, archive in Delivery.objects.values_list("quarantine_file", "archive"):
        names.update((quarantine, archive))
    return names - {""}


def _accepted() -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=DeliveryState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class DayFactsView:
    """The delivered facts behind a day, from one source."""

    source: str
    sequence: int
    rows: int
    received_at: datetime
    refused_rows: int
    folder: str = ""
    delivery: UUID | None = None
    """The public id of the delivery."""


def facts_views(files: Collection[str]) -> dict[str, DayFactsView]:
    """Return what is known of the deliveries behind files of facts, by the name of the file."""
    rows = DayFacts.objects.filter(file__in=files).select_related("delivery").order_by("sequence")
    return {
        row.file: DayFactsView(
            row.source,
            row.sequence,
            row.rows,
            row.delivery.received_at,
            row.delivery.refused_rows,
            row.delivery.folder_name,
            row.delivery.public_id,
        )
        for row in rows
    }
