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
from core.files import path_of, store_parquet
from smart_products.statistics.columns import PUBLISHED, PUBLISHED_LEVELS, PUBLISHED_TERMS
from smart_products.statistics.engine import read_parquet
from smart_products.statistics.models import Cell, DataCut, Grain, Publication


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
            files=dict(item.files),
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
    return rows


def month_files(
    connection: duckdb.DuckDBPyConnection, folder: Path, days: Sequence[Mapping[str, str]]
) -> dict[str, str]:
    """Sum the marginals and terms of a month's days; levels are those of its last day. Returns the files' names."""
    marginals = read_parquet([path_of(folder, files["marginals"]) for files in days])
    last = read_parquet([path_of(folder, days[-1]["marginals"])])
    levels = ", ".join(f"coalesce(l.{name}, 0) AS {name}" for name in PUBLISHED_LEVELS)
    sums = ", ".join(f"CAST(sum({name}) AS BIGINT) AS {name}" for name in PUBLISHED_TERMS)
    terms = ", ".join(f"t.{name}" for name in PUBLISHED_TERMS)
    stored = store_parquet(
        connection,
        f"SELECT t.kind, t.slice_key, t.node, {levels}, {terms}, t.growth_log FROM ("
        f"SELECT kind, slice_key, node, {sums}, sum(growth_log ORDER BY dated_terms, growth_log) AS growth_log "
        f"FROM {marginals} GROUP BY kind, slice_key, node) AS t "
        f"LEFT JOIN {last} AS l USING (kind, slice_key, node) ORDER BY t.kind, t.slice_key, t.node",
        folder,
    )
    return {"marginals": stored}


def _copy_cells(connection: duckdb.DuckDBPyConnection, folder: Path, rows: Sequence[Publication]) -> None:
    """Stream the cells of these publications from their files into PostgreSQL; a zero travels as nothing."""
    connection.execute("CREATE OR REPLACE TEMP TABLE destined (publication_id INTEGER, filename VARCHAR)")
    paths = {row.pk: path_of(folder, row.files["marginals"]) for row in rows}
    connection.executemany("INSERT INTO destined VALUES (?, ?)", [[key, str(path)] for key, path in paths.items()])
    names = ["kind", "slice_key", "publication_id", "node", *PUBLISHED, "growth_log"]
    values = ", ".join(f"nullif(c.{name}, 0) AS {name}" for name in PUBLISHED)
    source = read_parquet(sorted(set(paths.values())))[:-1] + ", filename = true)"
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        connection.execute(
            f"COPY (SELECT c.kind, c.slice_key, d.publication_id, c.node, {values}, c.growth_log "
            f"FROM {source} AS c JOIN destined AS d USING (filename) ORDER BY 1, 2, 3, 4) "
            f"TO '{file.name}' (FORMAT csv, HEADER false)"
        )
        columns = ", ".join(names)
        with (
            postgres.cursor() as cursor,
            cursor.copy(f"COPY {Cell._meta.db_table} ({columns}) FROM STDIN (FORMAT csv)") as copy,
            Path(file.name).open("rb") as cells,
        ):
            while block := cells.read(1 << 20):
                copy.write(block)
