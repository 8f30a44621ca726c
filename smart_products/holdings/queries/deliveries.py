"""What the feed pages show: deliveries as they were judged, their files, and what was refused.

Owns the meaning of *superseded*: an accepted delivery whose every day of facts is held by a
delivery with a higher sequence. Never words a rule; that is reading/rules.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from uuid import UUID

import duckdb
from django.conf import settings
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q, QuerySet

from core.files import path_of
from core.money import yuan
from smart_products.holdings.models import DayFacts, Delivery, DeliveryFile
from smart_products.holdings.queries.warnings import WarningView, warning_view
from smart_products.holdings.reading.faults import Refusal
from smart_products.holdings.states import DeliveryState

SUPERSEDED = "superseded"
REPLACED = Q(state=DeliveryState.ACCEPTED, has_days=True, stands=False)


class UnknownDelivery(LookupError):
    """There is no delivery with this id."""


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery in a list. `state` is accepted, rejected or superseded; a folder without a readable
    manifest has neither days nor a source.
    """

    public_id: UUID
    source: str
    business_date: date | None
    first: date | None
    sequence: int
    state: str
    received_at: datetime
    rows: int
    quarantined: int
    """Rows that were refused."""
    warnings: int
    folder: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryList:
    """A page of deliveries, newest first, and how many there are in all."""

    total: int
    rows: Sequence[DeliveryView]


@dataclass(frozen=True, slots=True)
class Total:
    """A control total as declared and as counted, in yuan with two decimals."""

    column: str
    declared: str
    counted: str
    agrees: bool


@dataclass(frozen=True, slots=True)
class FileView:
    """One file of an accepted delivery; rows are counts of data rows."""

    name: str
    kind: str
    format: str
    encoding: str
    mode: str
    rows: int
    accepted: int
    quarantined: int
    sha256: str
    totals: Sequence[Total]


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """One delivery with its files, its warnings, and, of a refused one, the errors."""

    delivery: DeliveryView
    files: Sequence[FileView]
    warnings: Sequence[WarningView]
    errors: Sequence[Refusal]


def deliveries(*, limit: int, offset: int = 0) -> DeliveryList:
    """Return a page of deliveries, the latest received first, in two queries."""
    rows = deliveries_judged().order_by("-received_at", "-pk")
    return DeliveryList(Delivery.objects.count(), [view_of(row) for row in rows[offset : offset + limit]])


def deliveries_judged(*, state: str = "", source: str = "") -> QuerySet[Delivery]:
    """Return the deliveries that stand so (accepted, rejected or superseded) and are of a source; see `view_of`."""
    found = _judged().defer("warnings", "errors")
    if state:
        found = found.filter(REPLACED if state == SUPERSEDED else Q(state=state) & ~REPLACED)
    return found.filter(source=source) if source else found


def delivery(public_id: UUID) -> DeliveryPage:
    """Return one delivery. Raises UnknownDelivery."""
    row = _judged().filter(public_id=public_id).first()
    if row is None:
        raise UnknownDelivery(str(public_id))
    return DeliveryPage(
        delivery=view_of(row),
        files=[_file(file) for file in row.files.order_by("pk")],
        warnings=[warning_view(one) for one in row.found.order_by("pk")],
        errors=[Refusal(**error) for error in row.errors],
    )


def delivery_row(public_id: UUID) -> Delivery | None:
    """Return the row of a delivery, for an operation on it."""
    return Delivery.objects.filter(public_id=public_id).first()


def delivery_from(folder: str) -> DeliveryView | None:
    """Return the last delivery that was judged from a folder of this name."""
    row = _judged().defer("errors").filter(folder_name=folder).order_by("-received_at", "-pk").first()
    return None if row is None else view_of(row)


def quarantine(public_id: UUID, *, limit: int | None, offset: int = 0) -> Sequence[Refusal]:
    """Return the refused rows of a delivery in the order of files and lines, at most `limit` (None: all).

    Raises UnknownDelivery.
    """
    names = list(Delivery.objects.filter(public_id=public_id).values_list("quarantine_file", flat=True))
    if not names:
        raise UnknownDelivery(str(public_id))
    if not names[0]:
        return []
    path = path_of(settings.FACTS_DIR, names[0])
    with duckdb.connect() as connection:
        rows = connection.execute(
            'SELECT file, line, "column", rule, value FROM read_parquet(?) ORDER BY file, line, "column", rule '
            "LIMIT ? OFFSET ?",
            [str(path), limit, offset],
        ).fetchall()
    return [Refusal(*row) for row in rows]


def _judged() -> QuerySet[Delivery]:
    """Return deliveries with what their state depends on, and the number of warnings."""
    higher = DayFacts.objects.filter(source=OuterRef("source"), day=OuterRef("day"), sequence__gt=OuterRef("sequence"))
    days = DayFacts.objects.filter(delivery=OuterRef("pk"))
    return Delivery.objects.annotate(
        has_days=Exists(days),
        stands=Exists(days.filter(~Exists(higher))),
        warned=Func(F("warnings"), function="jsonb_array_length", output_field=IntegerField()),
    )


def view_of(row: Delivery) -> DeliveryView:
    """Return a delivery of `deliveries_judged` as it was judged."""
    counts = vars(row)  # the annotations of `_judged`
    replaced = row.state == DeliveryState.ACCEPTED and counts["has_days"] and not counts["stands"]
    return DeliveryView(
        public_id=row.public_id,
        source=row.source,
        business_date=row.business_date,
        first=row.valid_from,
        sequence=row.sequence,
        state=SUPERSEDED if replaced else row.state,
        received_at=row.received_at,
        rows=row.rows,
        quarantined=row.refused_rows,
        warnings=counts["warned"],
        folder=row.folder_name,
    )


def _file(row: DeliveryFile) -> FileView:
    declared, counted = row.totals.get("declared", {}), row.totals.get("counted", {})
    return FileView(
        name=row.name,
        kind=row.get_kind_display(),
        format=PurePath(row.name).suffix.removeprefix("."),
        encoding=row.encoding,
        mode=row.get_mode_display(),
        rows=row.rows,
        accepted=row.accepted_rows,
        quarantined=row.refused_rows,
        sha256=row.sha256,
        totals=[
            Total(column, str(yuan(fen)), _counted(counted, column), counted.get(column) == fen)
            for column, fen in sorted(declared.items())
        ],
    )


def _counted(sums: dict[str, int], column: str) -> str:
    return str(yuan(sums[column])) if column in sums else ""
