"""What one history publishes, however its days are cut into closes, batches and blocks.

Owns the telling of two sources that do not deliver on the same days, the ways to close what is delivered, and the
reading of all that was published, from the files that publications name. Knows no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import duckdb
from django.conf import settings
from hypothesis import strategies as st

from core.actor import system
from core.files import path_of
from smart_products.holdings.queries import facts_by_day
from smart_products.statistics import block
from smart_products.statistics.models import Cell, Grain, Publication
from smart_products.statistics.operations import closing, computing
from tests.oracle.broker import STARTS, Shape
from tests.oracle.feeds import Delivery, Row, Sheet
from tests.oracle.service import AT
from tests.oracle.stories import told

DAY_COLUMN = {"marginals": "day", "terms": "day", "cube": "day", "accounts": "day", "signings": "fact_day"}
CODES = ("unit", "parent", "client", "outlet", "account", "product", "family", "subscription")
PLACES = ("day", "kind", "slice_key", "node", "slice")
"""Columns that say what a row is about; the others are figures."""

Published = dict[str, list[tuple[Any, ...]]]


def shapes(most_days: int, *, daily: bool) -> st.SearchStrategy[Shape]:
    """Draw a shape with every feature, over several months; `daily` tells the last days one by one."""
    return st.builds(
        Shape,
        clients=st.integers(3, 6),
        days=st.integers(3, most_days),
        products=st.integers(2, 4),
        start=st.sampled_from(STARTS),
        gaps=st.booleans(),
        missing=st.booleans(),
        daily=st.just(daily),
        corrections=st.booleans(),
        shuffled=st.just(False),
    )


def two_sources(shape: Shape, seed: int) -> list[Delivery]:
    """Tell two brokers of a shape in the order of their days, each by a source of its own."""
    random = Random(seed)
    first = told(shape, random.getrandbits(32))
    other = replace(shape, clients=1 + shape.clients // 2, start=random.choice((shape.start, *STARTS)))
    second = [of_margin(one) for one in told(other, random.getrandbits(32))]
    return sorted(_opened_late([*first, *second], random), key=lambda one: (one.day, one.sequence))


def _opened_late(story: Sequence[Delivery], random: Random) -> list[Delivery]:
    """Let some accounts open after their first holdings, as the feed allows with a warning."""
    rows = [row for one in story if "accounts" in one.sheets for row in one.sheets["accounts"].rows]
    closing = {row["account"] for row in rows if row["closed_on"]}
    delays = {code: random.choice((0, 0, 1, 4, 20)) for code in sorted({row["account"] for row in rows} - closing)}
    return [
        replace(one, sheets={**one.sheets, "accounts": _delayed(one.sheets["accounts"], delays)})
        if "accounts" in one.sheets
        else one
        for one in story
    ]


def _delayed(sheet: Sheet, delays: Mapping[str, int]) -> Sheet:
    rows = (
        {**row, "opened_on": row["opened_on"] + timedelta(days=delays.get(row["account"], 0))} for row in sheet.rows
    )
    return Sheet(tuple(rows), sheet.mode)


def of_margin(one: Delivery) -> Delivery:
    """Return a delivery as another source tells it, with codes of its own."""
    sheets = {kind: Sheet(tuple(map(_recoded, sheet.rows)), sheet.mode) for kind, sheet in one.sheets.items()}
    return replace(one, sheets=sheets, source="margin")


def _recoded(row: Row) -> Row:
    return {name: f"M{value}" if name in CODES and value else value for name, value in row.items()}


def fact_days() -> list[date]:
    """Return the days with facts."""
    return [each.day for each in facts_by_day()]


@contextmanager
def bounds(*, rows: int, batch: int) -> Iterator[None]:
    """Let a block have this many rows at most, and a batch this many days."""
    usual = block.BLOCK_ROWS, computing.BATCH
    block.BLOCK_ROWS, computing.BATCH = rows, batch
    try:
        yield
    finally:
        block.BLOCK_ROWS, computing.BATCH = usual


def closed(until: Iterable[date | None], rows: int = block.BLOCK_ROWS, batch: int = computing.BATCH) -> Published:
    """Close anew what is delivered, up to each of these days in turn, and return what stands published.

    `rows` bounds a block, `batch` the days whose figures are computed together.
    """
    Cell.objects.all().delete()
    Publication.objects.all().delete()
    with bounds(rows=rows, batch=batch):
        for day in until:
            closing.close(by=system("test"), at=AT, until=day, confirm=True)
    return published()


def published() -> Published:
    """Return the rows of every current publication by its day and kind of file; rows of zeros do not count."""
    found: Published = {}
    current = Publication.objects.filter(is_current=True).order_by("grain", "as_of")
    with duckdb.connect() as connection:
        for one in current:
            place = f"{one.grain} {one.as_of}"
            if one.grain == Grain.DAY:
                found[f"{place} marks"] = [(one.files["state"], one.files["chain"], one.inputs)]
            for kind, column in DAY_COLUMN.items():
                if kind in one.files:
                    found[f"{place} {kind}"] = _rows(connection, one.files[kind], column, one.as_of)
    return found


def _rows(connection: duckdb.DuckDBPyConnection, name: str, column: str, day: date) -> list[tuple[Any, ...]]:
    answer = connection.execute(
        f'SELECT * FROM read_parquet(?) WHERE "{column}" = ? ORDER BY ALL',
        [str(path_of(settings.FACTS_DIR, name)), day],
    )
    figures = [place for place, each in enumerate(answer.description or ()) if each[0] not in PLACES]
    return [row for row in answer.fetchall() if any(row[place] for place in figures)]


def differences(found: Published, expected: Published) -> list[str]:
    """Return what stands in one of two and not in the other, the first few lines."""
    lines = []
    for place in sorted({*found, *expected}):
        ours, theirs = found.get(place, []), expected.get(place, [])
        if ours != theirs:
            lines += [f"{place} - {row}" for row in theirs if row not in ours]
            lines += [f"{place} + {row}" for row in ours if row not in theirs]
            lines += [f"{place}: order or number of rows"] if not lines else []
    return lines[:20]


def partition(days: Sequence[date], random: Random) -> list[date | None]:
    """Return days at which a run of closes may stop; the last close takes the rest."""
    return [*sorted(random.sample(days, random.randint(0, min(4, len(days))))), None]
