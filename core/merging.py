"""Merging many rows at once: COPY into a temporary table, then whole-set statements.

Owns the mechanics that every merge shares: the lock, the temporary table, the refusal of
two different rows for one key, and the count of what changed. Never knows what the rows mean.
A merge is the same whatever the order of its rows, and a second one changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, LiteralString

from django.db.backends.utils import CursorWrapper

BLOCK = 1 << 20

Parameters = Sequence[str | int] | Mapping[str, str | int]

LARGE = 2_000
"""From this many rows on, joining row by row is never the better plan, whatever old statistics say."""


@dataclass(frozen=True, slots=True)
class Merged:
    """How many rows a merge added, changed and took away."""

    inserted: int = 0
    updated: int = 0
    removed: int = 0

    def counts(self) -> dict[str, int]:
        """Return the counts by name, for the audit log and for JSON."""
        return asdict(self)


class MergeError(ValueError):
    """The rows of a merge are refused; nothing was changed."""


class ConflictingRows(MergeError):
    """Two rows of one merge say different things about one key."""

    def __init__(self, kind: str, key: Sequence[object]) -> None:
        self.kind = kind
        self.key = tuple(str(part) for part in key)
        super().__init__(f"two different rows for {kind} {' '.join(self.key)}")


class UnknownCode(MergeError):
    """A row names a code that the source never gave."""

    def __init__(self, kind: str, codes: Sequence[str]) -> None:
        self.kind = kind
        self.codes = list(codes)
        super().__init__(f"unknown {kind}: {', '.join(self.codes[:5])}")


class ReservedSource(MergeError):
    """A feed may not use the source name of the rows that are made here."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """The shape of a temporary table: its name, its columns with types, and its key columns."""

    table: LiteralString
    columns: LiteralString
    key: LiteralString


@dataclass(frozen=True, slots=True)
class CsvRows:
    """Rows in a CSV file without a header: an empty field is NULL, a quoted empty one an empty text.

    DuckDB writes such a file ten times faster than Python hands over tuples.
    """

    path: Path


Rows = Iterable[Sequence[Any]] | CsvRows


def begin(cursor: CursorWrapper, *, kind: str, source: str) -> None:
    """Take the lock of one kind and source until the transaction ends."""
    if source == "here":
        raise ReservedSource("the source `here` is ours; a feed needs another name")
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"merge {kind} {source}"])


def load(cursor: CursorWrapper, shape: Incoming, rows: Rows, *, kind: str) -> int:
    """Fill a fresh temporary table with the rows and return how many different ones there are.

    Equal rows count once. Raises ConflictingRows when two rows differ and share the key.
    """
    cursor.execute(f"DROP TABLE IF EXISTS {shape.table}")
    cursor.execute(f"CREATE TEMPORARY TABLE {shape.table} ({shape.columns}) ON COMMIT DROP")
    count = _copy_file(cursor, shape, rows.path) if isinstance(rows, CsvRows) else _copy_rows(cursor, shape, rows)
    cursor.execute(f"ANALYZE {shape.table}")
    if count and _repeated(cursor, shape) is not None:
        count = _drop_equal(cursor, shape)
        key = _repeated(cursor, shape)
        if key is not None:
            raise ConflictingRows(kind, key)
    return count


def _copy_rows(cursor: CursorWrapper, shape: Incoming, rows: Iterable[Sequence[Any]]) -> int:
    """Send rows held in Python; return how many."""
    with cursor.copy(f"COPY {shape.table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    return _touched(cursor)


def _copy_file(cursor: CursorWrapper, shape: Incoming, path: Path) -> int:
    """Send a CSV file as it is; return how many rows it held."""
    with path.open("rb") as file, cursor.copy(f"COPY {shape.table} FROM STDIN (FORMAT csv)") as copy:
        while block := file.read(BLOCK):
            copy.write(block)
    return _touched(cursor)


def _repeated(cursor: CursorWrapper, shape: Incoming) -> tuple[object, ...] | None:
    """Return the first key that stands in more than one row."""
    cursor.execute(
        f"SELECT {shape.key} FROM {shape.table} GROUP BY {shape.key} HAVING count(*) > 1 ORDER BY {shape.key} LIMIT 1"
    )
    found: tuple[object, ...] | None = cursor.fetchone()
    return found


def _drop_equal(cursor: CursorWrapper, shape: Incoming) -> int:
    """Keep one of each set of equal rows; return how many rows remain."""
    once = f"{shape.table}_once"
    cursor.execute(f"CREATE TEMPORARY TABLE {once} ON COMMIT DROP AS SELECT DISTINCT * FROM {shape.table}")
    cursor.execute(f"DROP TABLE {shape.table}")
    cursor.execute(f"ALTER TABLE {once} RENAME TO {shape.table}")
    cursor.execute(f"ANALYZE {shape.table}")
    cursor.execute(f"SELECT count(*) FROM {shape.table}")
    return int(cursor.fetchone()[0])


def plan_for(cursor: CursorWrapper, rows: int) -> None:
    """Keep the planner from joining many rows one by one.

    A table filled in this very transaction has no statistics, and once took 113 s instead of 1 s.
    Holds until the next call or the end of the transaction.
    """
    cursor.execute(f"SET LOCAL enable_nestloop = {'off' if rows > LARGE else 'on'}")


def refuse_unknown(cursor: CursorWrapper, statement: str, parameters: Parameters, *, kind: str) -> None:
    """Raise UnknownCode with the codes that `statement` returns, if any."""
    cursor.execute(statement, parameters)
    codes = [str(row[0]) for row in cursor.fetchall()]
    if codes:
        raise UnknownCode(kind, codes)


def run(cursor: CursorWrapper, statement: str, parameters: Parameters = ()) -> int:
    """Execute a statement and return how many rows it touched."""
    cursor.execute(statement, parameters)
    return _touched(cursor)


def _touched(cursor: CursorWrapper) -> int:
    """Return how many rows the last statement touched."""
    return max(0, int(cursor.rowcount))
