"""Cells of outlets on old days, which a history load leaves in files.

Owns the reading of these cells. Knows which are asked for, and nothing of what they mean.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from django.conf import settings

from core.columnar import Limits, connect
from core.files import path_of
from smart_products.statistics.engine import read_parquet
from smart_products.statistics.models import Publication, SliceKind


def cold_cells(
    keys: Sequence[int],
    nodes: Sequence[int] | None,
    rows: Sequence[Publication],
    names: Sequence[str],
    known: Collection[tuple[int, int]],
) -> Iterator[tuple[int, int, int, Sequence[int], float]]:
    """Yield (publication, slice key, node, values, logarithm of growth) of units whose cells are not `known`."""
    if not rows:
        return
    narrowed = "" if nodes is None else f"AND list_contains({list(nodes)}, node)"
    connection = connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR))
    try:
        for name in sorted({row.files["marginals"] for row in rows}):
            # Two versions of a day lie in different files, or in the same one where they are equal.
            inside: dict[date, list[int]] = {}
            for row in rows:
                if row.files["marginals"] == name:
                    inside.setdefault(row.as_of, []).append(row.pk)
            days = ", ".join(f"DATE '{day}'" for day in inside)
            found = connection.execute(
                f"SELECT day, slice_key, node, {', '.join(names)}, coalesce(growth_log, 0) "
                f"FROM {read_parquet([path_of(settings.FACTS_DIR, name)])} WHERE kind = {SliceKind.UNIT.value} "
                f"AND day IN ({days}) AND list_contains({list(keys)}, slice_key) {narrowed}"
            ).fetchall()
            for day, key, node, *values, log in found:
                for publication in inside[day]:
                    if (publication, key) not in known:
                        yield publication, key, node, values, log
    finally:
        connection.close()
