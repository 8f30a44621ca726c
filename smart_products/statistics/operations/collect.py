"""Collecting what nobody names any more: files of facts, members and figures that lost their row.

Owns the deletion of files. A file is kept while a delivery, the state of master data, a data cut or a
publication names it, and while it is young: a job may be about to name it. Never deletes a row.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection as postgres
from django.db import transaction

from core.actor import Actor
from core.audit import record
from smart_products.holdings.queries import files_in_use, sources
from smart_products.statistics.models import DataCut, Publication
from smart_products.statistics.operations.closing import LOCK

KEPT_FOR = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Collected:
    """What was deleted (or would be): paths within the folder of facts, and their size in bytes."""

    files: tuple[str, ...]
    size: int
    kept: int
    """Files and folders that stay."""


@transaction.atomic
def collect_facts(*, folder: Path, by: Actor, at: datetime, dry_run: bool = False) -> Collected:
    """Delete what lies in `folder`, is older than 48 hours and has no row that names it.

    Waits for a running close and running deliveries: what they name they name before this looks.
    """
    _wait_for_jobs()
    named = _names()
    gone: list[str] = []
    size = kept = 0
    for path in _found(folder):
        try:
            if path.name in named or _touched(path) > (at - KEPT_FOR).timestamp():
                kept += 1
                continue
            size += _size(path)
            if not dry_run:
                _delete(path)
        except FileNotFoundError:  # somebody's temporary file
            continue
        gone.append(path.relative_to(folder).as_posix())
    if gone and not dry_run:
        record(
            action="collect",
            subject_kind="facts",
            subject_key=str(len(gone)),
            details={"files": len(gone), "bytes": size},
            by=by,
            at=at,
        )
    return Collected(tuple(gone), size, kept)


def _wait_for_jobs() -> None:
    with postgres.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        for source in sources():
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"deliver {source}"])


def _names() -> frozenset[str]:
    """Return the names of all files and folders that some row names."""
    named = set(files_in_use())
    for files in DataCut.objects.values_list("files", flat=True):
        named.update(_strings(files))
    for files in Publication.objects.values_list("files", flat=True).iterator():
        named.update(_strings(files))
    return frozenset(named)


def _strings(value: object) -> Iterator[str]:
    """Yield every text in a JSON value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _found(folder: Path) -> Iterator[Path]:
    """Yield what may be deleted: files of Parquet, kept deliveries, and what a broken job left behind."""
    for path in sorted(folder.glob("*")):
        if path.is_dir() and not path.name.startswith("."):
            yield from sorted(path.iterdir())
        else:
            yield path


def _touched(path: Path) -> float:
    """Return when a file, or the newest one in a folder, was last written, in seconds since 1970."""
    return max(part.stat().st_mtime for part in (path, *path.rglob("*")))


def _size(path: Path) -> int:
    return sum(part.stat().st_size for part in (path, *path.rglob("*")) if part.is_file())


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
