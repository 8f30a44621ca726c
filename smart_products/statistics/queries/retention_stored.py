"""Published retention: the stretches of every node that the night has stored, counted as of any day for some slices.

Owns the reading of the files of a publication of retention. Computes no share.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import duckdb
from django.conf import settings

from core.columnar import Limits, connect
from core.files import path_of
from smart_products.statistics.cohorts import KINDS, worth_of
from smart_products.statistics.engine import literal, read_parquet
from smart_products.statistics.known import load
from smart_products.statistics.models import Publication, SliceKind
from smart_products.statistics.queries.periods import STRETCHES
from smart_products.statistics.queries.retention_sources import Place, ask_slices
from smart_products.statistics.queries.scopes import Slice
from smart_products.statistics.retention import Basis
from smart_products.statistics.tenure import Source, Worth

MONTH_ENDS, WORTH = "month_ends", "worth"
"""What a publication of retention names beside its stretches: month ends, and of those that have facts the file of what
cohorts are worth, with the digest of what that was computed from."""


def month_ends(publication: Publication) -> Sequence[date]:
    """Return the month ends by which cohorts go."""
    return [date.fromisoformat(end) for end in publication.files[MONTH_ENDS]]


@contextmanager
def opened(publication: Publication, places: Collection[Place]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection with these slices, and the tree of units as the publication knew it."""
    with connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR)) as connection:
        load(connection, publication.cut, settings.FACTS_DIR, "edges")
        ask_slices(connection, list(places))
        yield connection


def stretches(publication: Publication, basis: Basis, node: int) -> Source:
    """Return the stored stretches of a node."""
    file = path_of(settings.FACTS_DIR, publication.files[STRETCHES][basis.value])
    return Source(f"(SELECT * FROM {read_parquet([file])} WHERE node = {node})")


def worth(
    connection: duckdb.DuckDBPyConnection, publication: Publication, part: Slice, node: int, as_of: date
) -> tuple[Worth, list[date]] | None:
    """Return what cohorts are worth in one slice, as known on a day, and the month ends at which they are valued.

    None where it is not published: of slices on several dimensions, and of tiers that were known after the day only.
    """
    place = part.marginal
    if place is None or (place[0] == SliceKind.TIER and _graded_later(connection, publication, node, as_of)):
        return None
    ends = [end for text in publication.files[WORTH] if (end := date.fromisoformat(text)) <= as_of]
    if not ends:
        return {}, []
    key = place[0] * KINDS + place[1]
    selects = (
        f"SELECT slice_key, cohort, DATE '{end}' AS month_end, assets, factor FROM "
        f"{read_parquet([path_of(settings.FACTS_DIR, publication.files[WORTH][end.isoformat()]['file'])])} "
        f"WHERE slice_key = {key} AND node = {node}"
        for end in ends
    )
    return worth_of(connection, f"({' UNION ALL '.join(selects)})").get(key, {}), ends


def _graded_later(connection: duckdb.DuckDBPyConnection, publication: Publication, node: int, as_of: date) -> bool:
    """Tell whether the tier of a first signing up to a day was known after it."""
    source, day = stretches(publication, Basis.SIGNED, node).table, literal(as_of)
    later = f"SELECT 1 FROM {source} WHERE since > {day} AND first_started <= {day} LIMIT 1"
    return connection.execute(later).fetchone() is not None
