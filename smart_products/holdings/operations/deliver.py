"""Taking in a delivery: judged whole, then recorded in one transaction or refused without a trace in the data.

Owns `Delivery`, its files and its days of facts. Files are written first and become real with their rows. A delivery
that names codes nobody has told of yet is kept, and judged again when another delivery has brought them; so the order
of arrival changes nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
from django.conf import settings
from django.db import connection as postgres
from django.db import transaction

from accounts.operations import reserve_accounts
from core.actor import Actor
from core.audit import record
from core.calendar import CalendarGap, is_trading_day
from core.columnar import Limits, connect
from core.files import store_parquet
from core.merging import MergeError
from core.queries import limit
from smart_products.holdings.facts import DayFile, write_days
from smart_products.holdings.keeping import facts_folder, keep_copy, names_unknown_codes, store_refused
from smart_products.holdings.models import DayFacts, Delivery, DeliveryFile
from smart_products.holdings.operations.masters import merge_masters
from smart_products.holdings.operations.telling import tell
from smart_products.holdings.operations.warnings import note_warnings
from smart_products.holdings.reading import manifest as manifests
from smart_products.holdings.reading import reader, tables
from smart_products.holdings.reading.faults import FeedError, Refusal, storable_name
from smart_products.holdings.reading.manifest import Manifest
from smart_products.holdings.reading.reader import FileResult
from smart_products.holdings.reading.survey import digest
from smart_products.holdings.reconcile import reconcile
from smart_products.holdings.states import DeliveryState
from smart_products.holdings.universe import load_universe, number_accounts

LISTED = 1_000
"""Errors and warnings kept with the row of a delivery; the quarantine file holds all refused rows."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a folder: the delivery, or None when the same bytes had been accepted before."""

    folder: str
    state: str
    """accepted, rejected or repeated."""
    delivery: Delivery | None
    errors: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class _Judged:
    """A delivery that was read whole and may be recorded."""

    manifest: Manifest
    results: dict[str, FileResult]
    statements: dict[str, str]
    days: list[DayFile]
    warnings: list[Refusal]
    quarantine: str


def deliver(*, folder: Path, today: date, by: Actor, at: datetime) -> Outcome:
    """Take in one delivery folder. The same bytes again do nothing; a refused delivery changes nothing.

    `today` bounds the dates a feed may name. Never raises for what is wrong with a feed: the outcome names it.
    """
    name = storable_name(folder.name)
    if name != folder.name:
        unnamed = FeedError([Refusal(manifests.NAME, None, "", "folder_name", name)])
        return _reject(name, None, unnamed, "", by=by, at=at)
    outcome = _take(folder, name, today, by=by, at=at)
    if outcome.state == DeliveryState.ACCEPTED:
        _judge_waiting(today, by=by, at=at)
    return outcome


def _take(folder: Path, name: str, today: date, *, by: Actor, at: datetime) -> Outcome:
    try:
        manifest = manifests.load(folder, today=today, is_trading_day=_trades)
    except FeedError as error:
        return _reject(name, None, error, "", by=by, at=at)
    connection = connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR))
    scratch = Path(tempfile.mkdtemp(prefix=".deliver-", dir=facts_folder()))
    try:
        return _judge_and_record(connection, folder, name, manifest, scratch, today, by=by, at=at)
    except (FeedError, MergeError) as problem:
        fault = problem if isinstance(problem, FeedError) else _contradiction(problem)
        quarantine = store_refused(connection)
        return _reject(name, manifest, fault, quarantine, by=by, at=at, archive=keep_copy(folder, manifest, connection))
    finally:
        connection.close()
        shutil.rmtree(scratch, ignore_errors=True)


def _trades(day: date) -> bool:
    """Return whether the exchange is open on a day; a day that the calendar does not reach is refused by name."""
    try:
        return is_trading_day(day)
    except CalendarGap as gap:
        raise FeedError([Refusal(manifests.NAME, None, "business_date", "outside_calendar", str(day))]) from gap


def _contradiction(problem: MergeError) -> FeedError:
    return FeedError([Refusal(manifests.NAME, None, "files", "merge_refused", str(problem))])


@transaction.atomic
def _judge_and_record(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    name: str,
    manifest: Manifest,
    scratch: Path,
    today: date,
    *,
    by: Actor,
    at: datetime,
) -> Outcome:
    with postgres.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"deliver {manifest.source}"])
    known = Delivery.objects.filter(files_digest=manifest.digest, source=manifest.source)
    accepted = known.filter(state=DeliveryState.ACCEPTED).first()
    if accepted is not None:
        _refuse_changed_files(folder, manifest)
        if not accepted.waits_for_codes:
            return Outcome(name, "repeated", accepted)
    if accepted is None:
        _refuse_taken_sequence(manifest)
    judged = _judge(connection, folder, manifest, scratch, today, by=by, at=at)
    if accepted is not None and judged_rows(judged) == accepted.refused_rows:
        return Outcome(name, "repeated", accepted)
    delivery = _record(folder, name, judged, accepted, connection, at=at)
    known.filter(state=DeliveryState.REJECTED).delete()
    aside = merge_masters(
        connection=connection,
        folder=settings.FACTS_DIR,
        source=manifest.source,
        kinds=list(judged.statements),
        by=by,
        at=at,
    )
    _note_set_aside(delivery, manifest, aside, by=by, at=at)
    tell(delivery, manifest, by=by, at=at)
    return Outcome(name, DeliveryState.ACCEPTED, delivery)


def judged_rows(judged: _Judged) -> int:
    """Return how many rows a judgement refused."""
    return sum(result.refused for result in judged.results.values())


def _judge(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    manifest: Manifest,
    scratch: Path,
    today: date,
    *,
    by: Actor,
    at: datetime,
) -> _Judged:
    kinds = [entry.kind for entry in manifest.files]
    load_universe(connection, manifest.source, kinds, manifest.first, manifest.business_date)
    results: dict[str, FileResult] = {}
    statements: dict[str, str] = {}
    universe = reader.Universe(today=today)
    warnings = list(manifest.warnings)
    days: list[DayFile] = []
    for entry in manifest.files:
        if entry.kind == "holdings" and tables.exists(connection, "feed_accounts"):
            fresh = reader.unnumbered_accounts(connection)
            if fresh:
                reserve_accounts(source=manifest.source, codes=fresh, by=by, at=at)
                number_accounts(connection, manifest.source)
        results[entry.kind] = reader.read(
            folder, entry, manifest, universe, connection, scratch=scratch, limit=limit("refused_share")
        )
        warnings += results[entry.kind].warnings
        if entry.kind == "holdings":
            days = write_days(connection, facts_folder())
        else:
            statements[entry.kind] = store_parquet(
                connection, f"SELECT * EXCLUDE (line) FROM feed_{entry.kind} ORDER BY ALL", settings.FACTS_DIR
            )
    warnings += reconcile(connection, manifest, days, facts_folder(), limit("missing_share"))
    return _Judged(manifest, results, statements, days, warnings, store_refused(connection))


def _record(
    folder: Path,
    name: str,
    judged: _Judged,
    again: Delivery | None,
    connection: duckdb.DuckDBPyConnection,
    *,
    at: datetime,
) -> Delivery:
    manifest = judged.manifest
    waits = names_unknown_codes(connection)
    delivery = again or Delivery(
        source=manifest.source,
        business_date=manifest.business_date,
        valid_from=manifest.first,
        sequence=manifest.sequence,
        files_digest=manifest.digest,
        folder_name=name,
        received_at=at,
    )
    delivery.state = DeliveryState.ACCEPTED
    delivery.complete_from = next((entry.complete_from for entry in manifest.files if entry.complete_from), None)
    delivery.rows = sum(result.rows for result in judged.results.values())
    delivery.refused_rows = judged_rows(judged)
    delivery.quarantine_file = judged.quarantine
    delivery.errors = []
    delivery.warnings = [_plain(warning) for warning in judged.warnings[:LISTED]]
    delivery.waits_for_codes = waits
    delivery.archive = keep_copy(folder, manifest, connection) if waits else ""
    delivery.save()
    if again is not None:
        delivery.files.all().delete()
        delivery.days.all().delete()
    DeliveryFile.objects.bulk_create(_file_row(delivery, judged, kind) for kind in judged.results)
    DayFacts.objects.bulk_create(
        DayFacts(
            delivery=delivery,
            source=manifest.source,
            day=day.day,
            sequence=manifest.sequence,
            file=day.path.name,
            rows=day.rows,
            value=day.sums["value"],
            net_flow=day.sums["net_flow"],
        )
        for day in judged.days
    )
    return delivery


def _file_row(delivery: Delivery, judged: _Judged, kind: str) -> DeliveryFile:
    result = judged.results[kind]
    return DeliveryFile(
        delivery=delivery,
        name=result.entry.name,
        kind=kind,
        encoding=result.entry.encoding,
        mode=result.entry.mode,
        sha256=result.entry.sha256,
        rows=result.rows,
        accepted_rows=result.accepted,
        refused_rows=result.refused,
        totals={"declared": dict(result.entry.totals), "counted": dict(result.sums)},
        statements=judged.statements.get(kind, ""),
    )


def _refuse_changed_files(folder: Path, manifest: Manifest) -> None:
    """Refuse files that are no longer those of the manifest, which was accepted with others."""
    changed = []
    for entry in manifest.files:
        path = folder / entry.name
        if not path.is_file():
            changed.append(Refusal(entry.name, None, "", "file_missing"))
            continue
        sha256, _size = digest(path)
        if sha256 != entry.sha256:
            changed.append(Refusal(entry.name, None, "", "changed_since", sha256))
    if changed:
        raise FeedError(changed)


def _refuse_taken_sequence(manifest: Manifest) -> None:
    """Refuse other bytes under a sequence that a day of this source already has."""
    same = Delivery.objects.filter(
        source=manifest.source,
        state=DeliveryState.ACCEPTED,
        business_date=manifest.business_date,
        valid_from=manifest.first,
        sequence=manifest.sequence,
    )
    days = DayFacts.objects.filter(
        source=manifest.source,
        sequence=manifest.sequence,
        day__range=(manifest.first, manifest.business_date),
    )
    holds = manifest.entry("holdings") is not None
    if same.exists() or (holds and days.exists()):
        raise FeedError([Refusal("manifest.json", None, "sequence", "sequence_taken", str(manifest.sequence))])


@transaction.atomic
def _reject(
    name: str,
    manifest: Manifest | None,
    error: FeedError,
    quarantine: str,
    *,
    by: Actor,
    at: datetime,
    archive: str = "",
) -> Outcome:
    digest = manifest.digest if manifest else ""
    if digest:
        Delivery.objects.filter(files_digest=digest, state=DeliveryState.REJECTED).delete()
    delivery = Delivery.objects.create(
        source=manifest.source if manifest else "",
        business_date=manifest.business_date if manifest else None,
        valid_from=manifest.first if manifest else None,
        sequence=manifest.sequence if manifest else 1,
        state=DeliveryState.REJECTED,
        files_digest=digest,
        folder_name=name,
        received_at=at,
        rows=sum(entry.rows for entry in manifest.files) if manifest else 0,
        refused_rows=len({(refusal.file, refusal.line) for refusal in error.quarantine}),
        quarantine_file=quarantine,
        errors=[_plain(refusal) for refusal in error.refusals[:LISTED]],
        waits_for_codes=bool(archive),
        archive=archive,
    )
    record(
        action="reject_delivery",
        subject_kind="delivery",
        subject_key=str(delivery.public_id),
        details={"folder": name, "rule": error.rule, "file": error.file, "line": error.line},
        by=by,
        at=at,
    )
    return Outcome(name, DeliveryState.REJECTED, delivery, error.refusals)


def _judge_waiting(today: date, *, by: Actor, at: datetime) -> None:
    """Judge again every kept delivery that waits for codes, until nothing changes any more."""
    while True:
        before = _waiting()
        for delivery in Delivery.objects.filter(waits_for_codes=True).order_by("business_date", "sequence", "pk"):
            folder = settings.FACTS_DIR / "archive" / delivery.archive
            _take(folder, delivery.folder_name, today, by=by, at=at)
        if _waiting() == before:
            return


def _waiting() -> list[tuple[str, int]]:
    rows = Delivery.objects.filter(waits_for_codes=True).order_by("files_digest")
    return list(rows.values_list("files_digest", "refused_rows"))


def _note_set_aside(
    delivery: Delivery, manifest: Manifest, aside: list[tuple[str, str]], *, by: Actor, at: datetime
) -> None:
    entry = manifest.entry("subscriptions")
    if aside and entry:
        rule = "overlapping_subscription"
        found = [_plain(Refusal(entry.name, None, "start", rule, f"{code} {place}")) for code, place in aside]
        delivery.warnings = [*delivery.warnings, *found][:LISTED]
        delivery.save(update_fields=["warnings"])
    note_warnings(delivery=delivery, by=by, at=at)


def _plain(refusal: Refusal) -> dict[str, object]:
    return {
        "file": refusal.file,
        "line": refusal.line,
        "column": refusal.column,
        "rule": refusal.rule,
        "value": refusal.value,
    }
