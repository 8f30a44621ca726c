"""Publishing: the cells of closed days and months into PostgreSQL, whole or not at all.

Owns the writes of `Publication` and `Cell`. Readers see the old version or the new one. A month is the sum of
its days and is published when the next month has begun.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
from django.db import connection as postgres
from django.db import transaction
from django.db.models import Max

from core.actor import Actor
from core.audit import record
from core.columnar import DAY, LONG, table_from_rows
from core.files import path_of, store_parquet
from core.outbox import Happening, emit_all
from smart_products.statistics.columns import PUBLISHED, PUBLISHED_LEVELS, PUBLISHED_TERMS
from smart_products.statistics.engine import read_days
from smart_products.statistics.models import DataCut, Grain, Publication

SHORT = 31
"""Up to so many days at once are published whole; a longer run is a history load."""

DESTINED = "destined"
IN_POSTGRES = "(c.kind <> 1 OR d.whole OR c.slice_key IN (SELECT ancestor FROM edges WHERE outlet <> ancestor))"
"""Which cells `c` go to PostgreSQL, of the day `d` in the table of `destine`."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed day or month to publish: its files, the digest of its inputs, and the day before."""

    grain: Grain
    as_of: date
    before: date | None
    inputs: str
    files: Mapping[str, object]
    """Names of files by kind; of a day also its `facts` by source."""


@transaction.atomic
def publish(
    *,
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    closed: Sequence[Closed],
    cut: DataCut,
    code_version: str,
    by: Actor,
    at: datetime,
) -> list[Publication]:
    """Publish closed days or months of one grain in one transaction; each becomes the current version."""
    if not closed:
        return []
    grain = closed[0].grain
    days = [item.as_of for item in closed]
    versions = dict(
        Publication.objects.filter(grain=grain, as_of__in=days)
        .values_list("as_of")
        .annotate(newest=Max("version"))
        .values_list("as_of", "newest")
    )
    recent = _recent(closed)
    Publication.objects.filter(grain=grain, as_of__in=days, is_current=True).update(is_current=False)
    rows = Publication.objects.bulk_create(
        Publication(
            grain=grain,
            as_of=item.as_of,
            version=versions.get(item.as_of, 0) + 1,
            before=item.before,
            cut=cut,
            inputs=item.inputs,
            code_version=code_version,
            published_at=at,
            published_by=by.name,
            files=dict(item.files),
            has_outlets=grain == Grain.MONTH or item.as_of in recent,
        )
        for item in closed
    )
    _copy_cells(connection, folder, rows)
    record(
        action="publish",
        subject_kind="publication",
        subject_key=f"{grain} {days[0]}..{days[-1]}",
        details={"days": len(rows), "restated": sum(row.version > 1 for row in rows), "cut": cut.digest},
        by=by,
        at=at,
    )
    emit_all(happenings=[_told(row) for row in rows if row.grain == Grain.DAY], at=at)
    return rows


def _told(row: Publication) -> Happening:
    """Return what others are told of a published day: the first version of it, or another one."""
    return Happening(
        kind="published" if row.version == 1 else "restated",
        subject_kind="publication",
        subject_key=row.as_of.isoformat(),
        business_date=row.as_of,
        payload={"as_of": row.as_of, "version": row.version, "cut": row.cut.digest},
    )


def _recent(closed: Sequence[Closed]) -> set[date]:
    """Return the days whose outlets go to PostgreSQL: all of a short run; of a history its month ends."""
    if len(closed) <= SHORT:
        return {item.as_of for item in closed}
    ends = {(item.as_of.year, item.as_of.month): item.as_of for item in closed}
    return set(ends.values())


def month_files(connection: duckdb.DuckDBPyConnection, folder: Path, months: Mapping[date, Mapping[date, str]]) -> str:
    """Sum the cells of the days of months; levels are those of a month's last day. Returns the name of one file.

    `months` gives for the last day of each month its days and their files of cells.
    """
    every = {day: name for days in months.values() for day, name in days.items()}
    source = read_days(connection, {day: path_of(folder, name) for day, name in every.items()})
    belongs = [(day, last) for last, days in months.items() for day in days]
    table_from_rows(connection, "month_days", {"day": DAY, "last": DAY}, belongs)
    levels = ", ".join(
        f"CAST(sum(CASE WHEN c.day = m.last THEN c.{name} ELSE 0 END) AS BIGINT) AS {name}" for name in PUBLISHED_LEVELS
    )
    terms = ", ".join(f"CAST(sum(c.{name}) AS BIGINT) AS {name}" for name in PUBLISHED_TERMS)
    linked = "CAST(sum(CAST(c.growth_log AS DECIMAL(38, 18))) AS DOUBLE) AS growth_log"
    return store_parquet(
        connection,
        f"SELECT m.last AS day, c.kind, c.slice_key, c.node, {levels}, {terms}, {linked} "
        f"FROM {source} AS c JOIN month_days AS m ON m.day = c.day "
        "GROUP BY m.last, c.kind, c.slice_key, c.node ORDER BY m.last, c.kind, c.slice_key, c.node",
        folder,
    )


def destine(connection: duckdb.DuckDBPyConnection, rows: Sequence[Publication]) -> None:
    """Make the table of what is published: its row, its day, and whether with its outlets."""
    table_from_rows(
        connection,
        DESTINED,
        {"publication_id": LONG, "day": DAY, "whole": "BOOLEAN"},
        [(row.pk, row.as_of, row.has_outlets) for row in rows],
    )


def _copy_cells(connection: duckdb.DuckDBPyConnection, folder: Path, rows: Sequence[Publication]) -> None:
    """Stream the cells of these publications from their files into PostgreSQL; a zero travels as nothing."""
    destine(connection, rows)
    source = read_days(connection, {row.as_of: path_of(folder, str(row.files["marginals"])) for row in rows})
    names = ["kind", "slice_key", "publication_id", "node", *PUBLISHED, "growth_log"]
    values = ", ".join(f"nullif(c.{name}, 0) AS {name}" for name in PUBLISHED)
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        connection.execute(
            f"COPY (SELECT c.kind, c.slice_key, d.publication_id, c.node, {values}, c.growth_log "
            f"FROM {source} AS c JOIN {DESTINED} AS d ON d.day = c.day WHERE {IN_POSTGRES} ORDER BY 1, 2, 3, 4) "
            f"TO '{file.name}' (FORMAT csv, HEADER false)"
        )
        columns = ", ".join(names)
        with (
            postgres.cursor() as cursor,
            cursor.copy(f"COPY statistics_cell ({columns}) FROM STDIN (FORMAT csv)") as copy,
            Path(file.name).open("rb") as cells,
        ):
            while block := cells.read(1 << 20):
                copy.write(block)
