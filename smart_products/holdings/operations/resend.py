"""A delivery sent again, corrected by a person: a folder with a manifest of our own, put into the inbox at once.

Owns the manifest of such a folder and its sequence. What is in the files is judged when the folder is taken in, by the
job that takes in every other one. Never touches the delivery it corrects: a higher sequence supersedes it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from django.db import transaction
from django.db.models import Max

from core.actor import Actor, person_of
from core.audit import record
from core.money import yuan
from smart_products.holdings.models import DayFacts, Delivery
from smart_products.holdings.operations.landing import land, out_of_sight
from smart_products.holdings.reading import manifest as manifests
from smart_products.holdings.reading.faults import refuse
from smart_products.holdings.reading.manifest import FileEntry, Manifest
from smart_products.holdings.reading.survey import digest, survey
from smart_products.holdings.states import DeliveryState, FileKind, FileMode
from smart_products.holdings.unpacking import Upload, unpack


@transaction.atomic
def resend(
    *, delivery: Delivery, uploads: Sequence[Upload], mode: FileMode | None, inbox: Path, limit: int,
    by: Actor, at: datetime,
) -> str:  # fmt: skip
    """Put corrected files of a delivery into the inbox under its next sequence; return the name of the folder.

    A manifest among the files says how each is to be read; without one it is read as before, and master data that was
    not there before by `mode`. Raises PersonNeeded, and FeedError for what is wrong with the files as files.
    """
    person_of(by)
    if delivery.business_date is None or delivery.valid_from is None:
        raise refuse(manifests.NAME, "upload_without_day")
    with out_of_sight(inbox) as scratch:
        files = [path for path in unpack(uploads, scratch, limit) if path.name != manifests.NAME]
        told = _told(scratch, delivery)
        sequence = _next_sequence(delivery)
        entries = [_entry(path, told, delivery, mode) for path in files]
        written = {
            "business_date": delivery.business_date.isoformat(),
            "from": delivery.valid_from.isoformat(),
            "source": delivery.source,
            "sequence": sequence,
            "files": entries,
        }
        (scratch / manifests.NAME).write_text(json.dumps(written, ensure_ascii=False, indent=1), encoding="utf-8")
        name = f"{delivery.source}-{delivery.business_date}-{sequence}"
        record(
            action="resend_delivery",
            subject_kind="delivery",
            subject_key=str(delivery.public_id),
            details={"folder": name, "sequence": sequence, "files": {one["name"]: one["sha256"] for one in entries}},
            by=by,
            at=at,
        )
        land(scratch, inbox / name)
    return name


def _next_sequence(delivery: Delivery) -> int:
    days = DayFacts.objects.filter(source=delivery.source, day__range=(delivery.valid_from, delivery.business_date))
    same = Delivery.objects.filter(
        source=delivery.source, business_date=delivery.business_date, state=DeliveryState.ACCEPTED
    )
    held = [rows.aggregate(last=Max("sequence"))["last"] for rows in (days, same)]
    return max(delivery.sequence, *(last or 0 for last in held)) + 1


def _told(folder: Path, delivery: Delivery) -> Manifest | None:
    """Return the manifest among the files, when there is one and it is of the same source and days."""
    if not (folder / manifests.NAME).exists():
        return None
    found = manifests.load(folder)
    if (found.source, found.first, found.business_date) != (
        delivery.source, delivery.valid_from, delivery.business_date,
    ):  # fmt: skip
        raise refuse(manifests.NAME, "upload_other_day", value=f"{found.source} {found.business_date}")
    missing = [entry.name for entry in found.files if not (folder / entry.name).exists()]
    if missing:
        raise refuse(missing[0], "file_missing")
    return found


def _entry(path: Path, told: Manifest | None, delivery: Delivery, mode: FileMode | None) -> dict[str, Any]:
    """Return what our manifest says of a file: counted here, read as its manifest or its forerunner says."""
    kind = path.stem
    encoding = _encoding(kind, delivery)
    said = told.entry(kind) if told else None
    if told is not None and (said is None or said.name != path.name):
        raise refuse(path.name, "upload_unnamed")
    if path.suffix == ".parquet":
        sha256, rows = digest(path)[0], _parquet_rows(path)
    else:
        found = survey(path, said.encoding if said else encoding)
        sha256, rows = found.sha256, found.records
    return {
        "name": path.name,
        "encoding": said.encoding if said else encoding,
        "mode": said.mode if said else _mode(kind, path.name, delivery, mode),
        "rows": rows,
        "sha256": sha256,
        **_more(said, kind, delivery),
    }


def _more(said: FileEntry | None, kind: str, delivery: Delivery) -> dict[str, Any]:
    """Return control totals as declared, and from when ended subscriptions are listed."""
    since = said.complete_from if said else delivery.complete_from if kind == FileKind.SUBSCRIPTIONS else None
    totals = {column: str(yuan(fen)) for column, fen in said.totals.items()} if said else {}
    return {**({"totals": totals} if totals else {}), **({"complete_from": since.isoformat()} if since else {})}


def _encoding(kind: str, delivery: Delivery) -> str:
    """Return how the forerunner was declared to be written, or what a manifest means that is silent; no guess."""
    return delivery.files.filter(kind=kind).values_list("encoding", flat=True).first() or "utf-8"


def _mode(kind: str, name: str, delivery: Delivery, mode: FileMode | None) -> str:
    if kind == FileKind.HOLDINGS:
        return FileMode.FULL
    before = delivery.files.filter(kind=kind).values_list("mode", flat=True).first()
    if before is None and mode is None:
        raise refuse(name, "upload_mode_unsaid")
    return before or str(mode)


def _parquet_rows(path: Path) -> int:
    """Return the rows that a Parquet file declares; 0 for what is none, which the strict reading then refuses."""
    try:
        with duckdb.connect() as connection:
            (found,) = connection.execute("SELECT sum(num_rows) FROM parquet_file_metadata(?)", [str(path)]).fetchall()
    except duckdb.Error:
        return 0
    return int(found[0] or 0)
