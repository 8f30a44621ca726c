"""A delivery handed over by a program: a feed folder with its own manifest, put into the inbox at once.

Owns the name of such a folder. The manifest and what it names are judged when the folder is taken in, as every other
one; only what is no feed folder at all is refused here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction

from core.actor import Actor, person_of
from core.audit import record
from smart_products.holdings.operations.landing import land, out_of_sight
from smart_products.holdings.reading import manifest as manifests
from smart_products.holdings.reading.faults import refuse
from smart_products.holdings.unpacking import Upload, unpack


@transaction.atomic
def upload(*, uploads: Sequence[Upload], inbox: Path, limit: int, by: Actor, at: datetime) -> str:
    """Put a feed folder into the inbox, its files or one zip of them; return the folder's name.

    Raises PersonNeeded, and FeedError for a manifest that is missing or wrong, a file that it names and that is not
    there, and a folder of the same source, day and sequence that waits already.
    """
    person_of(by)
    with out_of_sight(inbox) as scratch:
        names = {path.name for path in unpack(uploads, scratch, limit)}
        if manifests.NAME not in names:
            raise refuse(manifests.NAME, "file_missing")
        told = manifests.load(scratch)
        missing = [entry.name for entry in told.files if entry.name not in names]
        if missing:
            raise refuse(missing[0], "file_missing")
        name = f"{told.source}-{told.business_date}-{told.sequence}"
        details = {"sequence": told.sequence, "files": {one.name: one.sha256 for one in told.files}}
        record(action="upload_delivery", subject_kind="folder", subject_key=name, details=details, by=by, at=at)
        land(scratch, inbox / name)
    return name
