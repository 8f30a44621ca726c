"""What is published beside what was computed again: where rows differ, and the first of them.

Owns the comparison of files by day, and of the cells in PostgreSQL with a file of cells. A row of zeros is no row:
which of them a file holds depends on the days that were computed together. Never decides what to do about a difference.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath

import duckdb

from core.columnar import DAY, LONG, SMALL, WHOLE, table_from_query, table_from_rows
from core.files import path_of
from smart_products.statistics.columns import PUBLISHED
from smart_products.statistics.engine import read_days
from smart_products.statistics.models import Publication
from smart_products.statistics.operations.publish import DESTINED, IN_POSTGRES, destine

PLACES = ("day", "kind", "slice_key", "node", "slice", "mask")
"""Columns that say what a row is about; of the rows of these kinds the others are figures."""
FIGURES = ("cube", "terms", "marginals")
SHOWN = 3
"""So many rows of a difference are shown from either side."""

Named = tuple[Path, Mapping[date, str]]
"""A folder, and in it the file of each day."""

CELLS = f"""
SELECT p.as_of, c.kind, c.slice_key, c.node, {", ".join(f"coalesce(c.{name}, 0)" for name in PUBLISHED)},
  coalesce(c.growth_log, 0)
FROM statistics_cell c JOIN statistics_publication p ON p.id = c.publication_id
WHERE c.publication_id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs of a day or month in one kind of figures: how many rows, and the first, published then computed."""

    day: date
    grain: str
    kind: str
    rows: int
    first: str


def compare_file(
    connection: duckdb.DuckDBPyConnection, grain: str, kind: str, published: Named, computed: Named
) -> list[Difference]:
    """Compare the days of one kind of file with the same days computed again."""
    faults = _faults(published[0], {*published[1].values()})
    readable = {day: name for day, name in published[1].items() if name not in faults}
    found = [
        Difference(day, grain, kind, 1, f"- {name} {faults[name]}")
        for day, name in published[1].items()
        if name in faults
    ]
    if not readable:
        return found
    column = "fact_day" if kind == "signings" else "day"
    sides = [
        read_days(connection, {day: path_of(folder, names[day]) for day in readable}, column=column, counted=counted)
        for counted, (folder, names) in (("published_days", published), ("computed_days", computed))
    ]
    return found + _compare(connection, grain, kind, column, *sides)


def compare_cells(
    connection: duckdb.DuckDBPyConnection,
    grain: str,
    rows: Sequence[Publication],
    folder: Path,
    computed: Mapping[date, str],
) -> list[Difference]:
    """Compare the cells that readers see with those computed again, as far as PostgreSQL holds them."""
    columns = {"day": DAY, "kind": SMALL, "slice_key": WHOLE, "node": SMALL, **dict.fromkeys(PUBLISHED, LONG)}
    connection.execute("DROP TABLE IF EXISTS stored_cells")
    table_from_query(
        connection, "stored_cells", {**columns, "growth_log": "DOUBLE"}, CELLS, [[row.pk for row in rows]]
    )  # fmt: skip
    destine(connection, rows)
    made = read_days(connection, {day: path_of(folder, name) for day, name in computed.items()})
    shown = ", ".join(f"c.{name}" for name in columns)
    expected = (
        f"(SELECT {shown}, coalesce(c.growth_log, 0) AS growth_log FROM {made} AS c "
        f"JOIN {DESTINED} AS d ON d.day = c.day WHERE {IN_POSTGRES})"
    )
    return _compare(connection, grain, "cells", "day", "stored_cells", expected)


def _faults(folder: Path, names: Collection[str]) -> dict[str, str]:
    """Return which of these files are lost, or hold other bytes than their name says, and which it is."""
    found = {}
    for name in names:
        try:
            with path_of(folder, name).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != PurePath(name).stem:
                    found[name] = "is damaged"
        except FileNotFoundError:
            found[name] = "is lost"
    return found


def _compare(
    connection: duckdb.DuckDBPyConnection, grain: str, kind: str, column: str, published: str, computed: str
) -> list[Difference]:
    shown = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {computed}").fetchall()]
    there = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {published}").fetchall()]
    days = f"(SELECT DISTINCT {column} FROM {computed})"
    if sorted(shown) != sorted(there):
        found = connection.execute(f"FROM {days} ORDER BY 1").fetchall()
        told = f"- {', '.join(there)}\n+ {', '.join(shown)}"
        return [Difference(day, grain, kind, 1, told) for (day,) in found]
    figures = [f"{name} <> 0" for name in shown if name not in PLACES]
    some = " OR ".join(figures) if kind in (*FIGURES, "cells") else "TRUE"
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW side_published AS SELECT {', '.join(shown)} FROM {published} WHERE {some}; "
        f"CREATE OR REPLACE TEMP VIEW side_computed AS SELECT {', '.join(shown)} FROM {computed} WHERE {some}"
    )
    marks = " FULL JOIN ".join(
        f"(SELECT {column} AS day, count(*) AS rows, sum(hash({', '.join(shown)})) AS mark FROM {side} GROUP BY day)"
        f" AS {side}" for side in ("side_published", "side_computed")
    )  # fmt: skip
    differing = connection.execute(
        f"SELECT day FROM {marks} USING (day) WHERE (side_published.rows, side_published.mark) "
        "IS DISTINCT FROM (side_computed.rows, side_computed.mark) ORDER BY day"
    ).fetchall()
    return [_first(connection, grain, kind, column, day) for (day,) in differing]


def _first(connection: duckdb.DuckDBPyConnection, grain: str, kind: str, column: str, day: date) -> Difference:
    """Count the rows of a day that stand on one side alone, and show the first of either."""
    table_from_rows(connection, "asked", {"day": DAY}, [(day,)])
    lines, rows = [], 0
    for sign, one, other in (("-", "side_published", "side_computed"), ("+", "side_computed", "side_published")):
        alone = " EXCEPT ALL ".join(
            f"SELECT * FROM {side} WHERE {column} = (SELECT day FROM asked)" for side in (one, other)
        )
        answer = connection.execute(f"SELECT * FROM ({alone}) ORDER BY ALL")
        names = [each[0] for each in answer.description or ()]
        found = answer.fetchall()
        rows += len(found)
        lines += [f"{sign} {_told(names, row)}" for row in found[:SHOWN]]
    return Difference(day, grain, kind, rows, "\n".join(lines))


def _told(names: Sequence[str], row: Sequence[object]) -> str:
    return " ".join(f"{name}={value}" for name, value in zip(names, row, strict=True) if value not in (0, None, False))
