"""Published days made ready to be closed again, each alone, with their statements watched.

Owns what a night needs before its first statement: the cut, the tiers, the state the day before left. Writes the
files that are there already, byte for byte; it publishes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter

import duckdb
from django.conf import settings

from benchmarks.watched import Watched
from core.columnar import Limits, connect
from core.queries import limit_days
from smart_products.holdings.queries import known_from
from smart_products.statistics import batch, block, chain
from smart_products.statistics.engine import FIRST_DAY
from smart_products.statistics.known import load_whole
from smart_products.statistics.models import Grain, Publication
from smart_products.statistics.operations.computing import load_tiers


@dataclass(frozen=True, slots=True)
class Night:
    """The last published day: what it starts from, what it reads, and how many facts it has."""

    connection: duckdb.DuckDBPyConnection
    folder: Path
    day: chain.Day
    before: date
    standing: chain.Standing
    rules: chain.Rules
    published: Publication
    facts: int


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of one close: all of it, its statements alone, and what each took."""

    total: float
    computing: float
    statements: dict[str, float]


@contextmanager
def last_nights(count: int) -> Iterator[list[Night]]:
    """Give the last published days in order, each ready to be closed again; they must be of one data cut."""
    folder = settings.FACTS_DIR
    rows = list(Publication.objects.filter(grain=Grain.DAY, is_current=True).order_by("as_of").select_related("cut"))
    with connect(Limits(settings.DUCKDB_MEMORY, settings.DUCKDB_THREADS, settings.DUCKDB_TEMP_DIR)) as connection:
        (cut,) = {row.cut for row in rows[-count:]}
        load_whole(connection, cut, folder)
        load_tiers(connection)
        yield [_night(connection, folder, rows[: place + 1]) for place in range(len(rows) - count, len(rows))]


@contextmanager
def last_night() -> Iterator[Night]:
    """Give the last published day, ready to be closed again."""
    with last_nights(1) as (night,):
        yield night


def _night(connection: duckdb.DuckDBPyConnection, folder: Path, rows: list[Publication]) -> Night:
    published, earlier = rows[-1], rows[:-1]
    facts = tuple(folder / "facts" / name for name in published.files["facts"].values())
    sources = connection.execute("SELECT DISTINCT source_name, source FROM cut_accounts").fetchall()
    delivered = frozenset(number for name, number in sources if name in published.files["facts"])
    counted = connection.execute(f"SELECT count(*) FROM read_parquet({[str(path) for path in facts]})").fetchone()
    return Night(
        connection,
        folder,
        chain.Day(published.as_of, earlier[-1].as_of, facts, delivered),
        earlier[-1].as_of,
        _standing(earlier),
        chain.Rules(limit_days("carry_days"), known_from() or FIRST_DAY),
        published,
        counted[0] if counted else 0,
    )


def close_again(night: Night) -> Spent:
    """Close the day once more from the files the day before left. Raises RuntimeError when a file differs."""
    watched = Watched(night.connection)
    connection = watched.as_connection
    began = perf_counter()
    chain.resume(connection, night.folder, night.standing)
    batch.resume(connection, night.folder, night.standing, night.rules)
    chain.open_batch(connection, [night.day])
    (place,) = block.cut_blocks(connection, [night.day])
    left = block.carry(connection, [night.day], place, night.rules, night.folder)
    made = batch.finish(connection, [night.day], night.rules, night.folder)
    total = perf_counter() - began
    stored = {**made.files, "accounts": left.members}
    if any(night.published.files[kind] != name for kind, name in stored.items()):
        raise RuntimeError(f"closing {night.day.day} again gave other files than were published")
    return Spent(total, watched.computing, watched.spent)


def _standing(earlier: list[Publication]) -> chain.Standing:
    before = earlier[-1]
    return chain.Standing(
        day=before.as_of,
        accounts=before.files["accounts"],
        marginals=before.files["marginals"],
        signings=[(row.files["signings"], row.as_of) for row in earlier],
    )
