"""The inbox: folders that wait there, which of them are complete, and where they go when they are judged.

Owns the moves of folders: accepted ones to `.done`, refused ones to `.refused`; a `reasons.txt` in both languages
names what was refused, be it the delivery or some of its rows. A folder is taken once, whoever looks how often: its
run is unique by what it holds. Never judges a delivery; that is `holdings.operations.deliver`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import structlog
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import jobs
from core.actor import Actor
from core.models import JobRun
from smart_products.holdings.operations import Outcome, deliver
from smart_products.holdings.queries import Refusal, folders_inside, quarantine
from smart_products.holdings.reading import manifest, rules
from smart_products.holdings.reading.faults import FeedError, storable_name

log = structlog.get_logger(__name__)

DELIVER = "tasks.deliver"
DONE, REFUSED = ".done", ".refused"
REASONS = "reasons.txt"
QUIET = timedelta(seconds=5)
"""No file of a folder has changed for so long, and all have the declared hashes: it is complete."""
GIVEN_UP = timedelta(seconds=60)
"""Quiet for so long without the declared hashes: it is judged as it is, and refused with its reason."""
NEGLECTED = timedelta(hours=24)
"""Quiet for so long without any manifest: nobody is writing it any more, and its sender is told so."""
LISTED = 1_000
LOCK = 0x696E626F78
LANGUAGES = ("zh-hans", "en")
FAR = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A folder that may be taken now; `key` tells it from any other drop of the same name."""

    folder: Path
    business_date: date | None
    key: str

    @property
    def scope(self) -> str:
        """Return what makes its run unique."""
        return f"{storable_name(self.folder.name)[:100]} {self.key}"


def waiting(inbox: Path, at: datetime, *, quiet: timedelta = QUIET, given_up: timedelta = GIVEN_UP) -> list[Waiting]:
    """Return the complete folders in the inbox by first day and sequence; makes the inbox where there is none."""
    inbox.mkdir(parents=True, exist_ok=True)
    return list(_complete(folders_inside(inbox, bare=True), at, quiet, given_up))


def _complete(folders: list[Path], at: datetime, quiet: timedelta, given_up: timedelta) -> Iterator[Waiting]:
    for folder in folders:
        try:
            still = at - datetime.fromtimestamp(_changed(folder), at.tzinfo)
            ready = still >= quiet and (still >= given_up or _hashes_agree(folder))
            if ready and (still >= NEGLECTED or (folder / manifest.NAME).exists()):
                yield _identify(folder)
        except OSError as error:  # taken away while we looked, or not ours to read: the others still come
            log.warning("inbox_folder_unread", folder=storable_name(folder.name), error=str(error))
            continue


def _changed(folder: Path) -> float:
    """Return when anything in a folder last changed, in seconds since 1970."""
    times = [(at.st_mtime, at.st_ctime) for at in (part.lstat() for part in (folder, *folder.iterdir()))]
    return max(max(pair) for pair in times)


def _hashes_agree(folder: Path) -> bool:
    try:
        entries = manifest.load(folder).files
    except FeedError:
        return False
    return all((folder / entry.name).is_file() and _hash(folder / entry.name) == entry.sha256 for entry in entries)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _identify(folder: Path) -> Waiting:
    try:
        day: date | None = manifest.load(folder).business_date
    except FeedError:
        day = None
    at, listed = folder.stat(), folder / manifest.NAME
    held = _hash(listed) if listed.is_file() else ""
    parts = [storable_name(folder.name), held, str(at.st_ino), str(at.st_ctime_ns)]
    return Waiting(folder, day, hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24])


def request_next(found: list[Waiting], *, by: Actor, at: datetime) -> JobRun | None:
    """Ask for the delivery of the first waiting folder that nobody asked for, unless one is under way.

    One at a time, so that days are taken in their order.
    """
    if jobs.unfinished(at + FAR).filter(job=DELIVER).exists():
        return None
    for one in found:
        run, created = jobs.request(DELIVER, one.business_date, one.scope, by=by, at=at)
        if created:
            return run
    return None


def find(inbox: Path, scope: str) -> Path | None:
    """Return the folder that a run was asked for; None when it has been moved away."""
    folders = folders_inside(inbox, bare=True) if inbox.is_dir() else []
    return next((folder for folder in folders if _identify(folder).scope == scope), None)


def take(folder: Path, *, today: date, by: Actor, at: datetime) -> tuple[Outcome, Path] | None:
    """Judge a folder of the inbox and put it away; return the outcome and where it lies now.

    None when somebody else has taken it meanwhile: a person at the command line and a worker do not meet here.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({LOCK})")
        try:
            if not folder.is_dir():
                return None
            outcome = deliver(folder=folder, today=today, by=by, at=at)
            return outcome, put_away(folder, outcome)
        finally:
            cursor.execute(f"SELECT pg_advisory_unlock({LOCK})")


def put_away(folder: Path, outcome: Outcome) -> Path:
    """Move a judged folder out of the inbox, with the reasons where anything was refused; return where it lies."""
    refused = outcome.state == "rejected"
    if refused or (outcome.delivery is not None and outcome.delivery.refused_rows):
        _write_reasons(folder / REASONS, reasons(outcome))
    target = folder.parent / (REFUSED if refused else DONE)
    target.mkdir(exist_ok=True)
    name = storable_name(folder.name)
    place, number = target / name, 1
    while place.exists():
        number += 1
        place = target / f"{name}-{number}"
    return folder.rename(place)


def _write_reasons(path: Path, text: str) -> None:
    """Write the reasons in the place of whatever the sender put there: a link would lead out of the inbox."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666), "w", encoding="utf-8"
    ) as file:
        file.write(text)


def reasons(outcome: Outcome) -> str:
    """Return why a delivery or some of its rows were refused, in every language: file, line, column, rule, value."""
    rows = list(outcome.errors)
    if outcome.delivery is not None:
        rows += quarantine(outcome.delivery.public_id, limit=LISTED)
    parts = []
    for language in LANGUAGES:
        with override(language):
            head = _("The delivery %(folder)s was refused; nothing of it was taken.")
            if outcome.state != "rejected":
                head = _("The delivery %(folder)s was accepted, but for these rows.")
            parts.append("\n".join([head % {"folder": outcome.folder}, "", *(_reason(row) for row in rows)]))
    return "\n\n\n".join(parts) + "\n"


def _reason(row: Refusal) -> str:
    place = [_("file %(file)s") % {"file": row.file}]
    if row.line is not None:
        place.append(_("line %(line)s") % {"line": row.line})
    if row.column:
        place.append(_("column %(column)s") % {"column": row.column})
    if row.value:
        place.append(_("value %(value)s") % {"value": repr(row.value)})
    return f"- {', '.join(place)}\n  [{row.rule}] {rules.title(row.rule)}: {rules.explanation(row.rule)}"
