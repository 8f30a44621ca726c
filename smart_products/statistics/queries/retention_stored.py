"""Published retention: the counts of a day that the night has stored, read for some slices of one node.

Owns which publication answers for a day, and the reading of its file. Counts nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.conf import settings

from core.columnar import LONG, SMALL, Limits, connect, table_from_rows
from core.files import path_of
from smart_products.statistics import tenure
from smart_products.statistics.cohorts import Calendar
from smart_products.statistics.engine import read_parquet
from smart_products.statistics.models import Grain, Publication
from smart_products.statistics.retention import Basis
from smart_products.statistics.tenure import Counts


def published(day: date, version: int | None = None) -> Publication | None:
    """Return the publication of retention as of a day, the current one or a version; None where there is none."""
    rows = Publication.objects.select_related("cut").filter(grain=Grain.RETENTION, as_of=day)
    return (rows.filter(is_current=True) if version is None else rows.filter(version=version)).first()


def counts(
    publication: Publication, basis: Basis, node: int, places: Collection[tuple[int, int]]
) -> Mapping[tuple[int, int], Counts]:
    """Return the counts of a node in these places: kind and key of slices. One without clients has none."""
    source = read_parquet([path_of(settings.FACTS_DIR, publication.files[basis.value])])
    with connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR)) as connection:
        table_from_rows(connection, "places", {"kind": SMALL, "slice_key": LONG}, sorted(places))
        kinds = ", ".join(str(kind) for kind in sorted({kind for kind, _ in places}))
        keys = [key for _, key in places]
        found = tenure.counted(
            connection,
            f"(SELECT * FROM {source} SEMI JOIN places USING (kind, slice_key) WHERE node = {node} "
            f"AND kind IN ({kinds}) AND slice_key BETWEEN {min(keys)} AND {max(keys)})",
        )
    return {(kind, key): one for (kind, key, _node), one in found.items()}


def calendar_of(publication: Publication, basis: Basis) -> Calendar:
    """Return the month ends and fact days by which the counts of a publication go."""
    files: dict[str, Any] = publication.files
    ends = [date.fromisoformat(end) for end in files[f"{basis.value}_month_ends"]]
    return Calendar(ends, {date.fromisoformat(day): number for day, number in files["numbers"].items()})
