"""Reads of holdings: the facts of each day and what was delivered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db.models import Max, Min, QuerySet

from smart_products.holdings.models import DayFacts, Delivery
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


def newest_delivery() -> datetime | None:
    """Return when the last accepted delivery was received."""
    found: datetime | None = _accepted().aggregate(newest=Max("received_at"))["newest"]
    return found


def known_from() -> date | None:
    """Return the day from which ended subscriptions are listed too; None where all ended ones are."""
    found: date | None = _accepted().aggregate(day=Min("complete_from"))["day"]
    return found


def _accepted() -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=DeliveryState.ACCEPTED)


def facts_views(files: Mapping[str, str]) -> list[dict[str, object]]:
    """Return what is known of the deliveries behind files of facts, by source."""
    rows = DayFacts.objects.filter(file__in=files.values()).select_related("delivery").order_by("source", "-sequence")
    views: dict[str, dict[str, object]] = {}
    for row in rows:
        if files.get(row.source) == row.file:
            views.setdefault(
                row.source,
                {
                    "source": row.source,
                    "sequence": row.sequence,
                    "rows": row.rows,
                    "received_at": row.delivery.received_at,
                    "refused_rows": row.delivery.refused_rows,
                },
            )
    return list(views.values())


def delivery_folders(folder: Path) -> list[Path]:
    """Return the delivery folders in a folder: itself, or those inside it, by first day and sequence."""
    if (folder / "manifest.json").exists():
        return [folder]
    inside = sorted(one for one in folder.iterdir() if one.is_dir() and not one.name.startswith("."))
    return sorted((one for one in inside if (one / "manifest.json").exists()), key=_dated)


def _dated(folder: Path) -> tuple[str, int, str]:
    try:
        found = json.loads((folder / "manifest.json").read_bytes())
        first = str(found.get("from", found["business_date"]))
        return first, int(found.get("sequence", 1)), folder.name
    except (ValueError, KeyError, TypeError):
        return "", 0, folder.name
